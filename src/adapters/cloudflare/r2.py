"""ports.Blobs over an R2 binding, which the SDK wraps: keyword arguments are its options."""

import asyncio
from typing import Any

from pyodide.ffi import JsException

from ports.blobs import Blob, BlobsUnavailable

TIMEOUT_S = 10.0


class R2Blobs:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        await _asked(self._binding.put(key, content, httpMetadata={"contentType": content_type}))

    async def get(self, key: str, first: int = 0, length: int | None = None) -> Blob | None:
        span = {"offset": first} | ({"length": length} if length is not None else {})
        options = {"range": span} if first or length is not None else {}
        found = await _asked(self._binding.get(key, **options))
        if found is None:
            return None
        content = bytes(await _asked(found.bytes()))
        return Blob(content, int(found.size), str(found.httpEtag))


async def _asked(answer: Any) -> Any:
    try:
        return await asyncio.wait_for(answer, TIMEOUT_S)
    except (JsException, TimeoutError) as error:
        raise BlobsUnavailable from error
