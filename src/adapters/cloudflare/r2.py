"""ports.Blobs over an R2 binding, which the SDK wraps: keyword arguments are its options."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from pyodide.ffi import JsException

from ports.blobs import MOST_AT_ONCE, Blob, BlobsUnavailable

TIMEOUT_S = 10.0
# All parts but the last have to be as long as each other, and no shorter than 5 MiB (R2's documentation, "Upload objects").
PART_BYTES = 8 * 1024 * 1024


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

    async def put_pieces(self, key: str, pieces: AsyncIterator[bytes], content_type: str) -> int:
        upload: Any = None
        parts: list[Any] = []
        buffer, size = bytearray(), 0
        try:
            async for piece in pieces:
                buffer += piece
                size += len(piece)
                while len(buffer) >= PART_BYTES:
                    if upload is None:
                        metadata = {"contentType": content_type}
                        upload = await _asked(self._binding.createMultipartUpload(key, httpMetadata=metadata))
                    parts.append(await _asked(upload.uploadPart(len(parts) + 1, bytes(buffer[:PART_BYTES]))))
                    del buffer[:PART_BYTES]
            if upload is None:
                await self.put(key, bytes(buffer), content_type)
                return size
            if buffer:
                parts.append(await _asked(upload.uploadPart(len(parts) + 1, bytes(buffer))))
            await _asked(upload.complete(parts))
        except BaseException:
            if upload is not None:
                await _asked(upload.abort())
            raise
        return size

    async def keys(self, prefix: str, after: str = "") -> Sequence[str]:
        span = {"startAfter": after} if after else {}
        found = await _asked(self._binding.list(prefix=prefix, limit=MOST_AT_ONCE, **span))
        return [str(one.key) for one in found.objects]

    async def delete(self, keys: Sequence[str]) -> None:
        if keys:
            await _asked(self._binding.delete(list(keys)))


async def _asked(answer: Any) -> Any:
    try:
        return await asyncio.wait_for(answer, TIMEOUT_S)
    except (JsException, TimeoutError) as error:
        raise BlobsUnavailable from error
