"""The Worker with more paths, for measurements only: its memory, and one answer given in three ways."""

from typing import Any

import pyodide_js
from fastapi import FastAPI
from workers import Response, asgi

from adapters.cloudflare.asgi import serve
from entry import Default as Worker

small = FastAPI(openapi_url=None)


@small.get("/bench/{way}")
async def answer(way: str) -> dict[str, str]:
    return {"way": way}


class Default(Worker):
    async def fetch(self, request: Any) -> Any:
        way, _, times = request.url.rpartition("/bench/")[2].partition("?times=")
        answer = await self._answer(way, request)
        for _ in range(int(times or 1) - 1):
            answer = await self._answer(way, request)
        return answer

    async def _answer(self, way: str, request: Any) -> Any:
        match way:
            case "heap":
                return Response(str(pyodide_js._module.HEAP8.length))
            case "plain":
                return Response.json({"way": "plain"})
            case "bridge":
                return await serve(small, request.js_object, {})
            case "sdk":
                return await asgi.fetch(small, request.js_object, self.env)
        return await super().fetch(request)
