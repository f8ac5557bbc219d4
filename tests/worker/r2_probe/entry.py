"""A Worker that does with its bucket what a test asks for, through the project's own adapter."""

import json
from collections.abc import AsyncIterator
from typing import Any

from workers import Response, WorkerEntrypoint

from adapters.cloudflare.r2 import R2Blobs


async def pieces(sizes: list[int], breaks: bool) -> AsyncIterator[bytes]:
    for number, size in enumerate(sizes):
        yield bytes([65 + number % 26]) * size
    if breaks:
        raise ValueError("in the middle")


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        asked = json.loads(await request.text())
        blobs = R2Blobs(self.env.AUDIO_BUCKET)
        method, key = asked["method"], asked.get("key", "")
        if method == "put_pieces":
            try:
                made = pieces(asked["sizes"], asked.get("breaks", False))
                answer: Any = await blobs.put_pieces(key, made, "application/zip")
            except ValueError as error:
                answer = str(error)
        elif method == "get":
            found = await blobs.get(key, asked["first"], asked["length"])
            answer = None if found is None else [found.content.decode(), found.size]
        elif method == "keys":
            answer = list(await blobs.keys(key, asked.get("after", "")))
        else:
            await blobs.delete(asked["keys"])
            answer = None
        return Response(json.dumps(answer))
