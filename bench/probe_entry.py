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
        match request.url.rpartition("/bench/")[2]:
            case "heap":
                return Response(str(pyodide_js._module.HEAP8.length))
            case "plain":
                return Response.json({"way": "plain"})
            case "bridge":
                return await serve(small, request.js_object, {})
            case "sdk":
                return await asgi.fetch(small, request.js_object, self.env)
        return await super().fetch(request)
