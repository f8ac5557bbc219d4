"""Routes that read JSON strictly: the right content type, UTF-8, a bounded depth, no NaN."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json

from errors import UnreadableBody, UnsupportedMediaType
from web import once

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    _parsed: Any = None

    async def parse(self) -> None:
        """pydantic's parser refuses bodies nested deeper than about 200 levels, which Python's would crash on."""
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise UnsupportedMediaType("Send the body as application/json.")
        body = await self.body()
        if not body:
            raise UnreadableBody("The body is empty; send a JSON object.")
        try:
            self._parsed = from_json(body, allow_inf_nan=False)
        except ValueError:
            raise UnreadableBody("The body is not valid JSON in UTF-8.") from None

    async def json(self) -> Any:
        return self._parsed


class JsonRoute(APIRoute):
    """Parses before FastAPI does, since that would answer every failure of the body with one plain 400."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        field = self.body_field

        async def strictly(request: Request) -> Response:
            if field is not None:
                strict = StrictRequest(request.scope, request.receive)
                if field.field_info.is_required() or await strict.body():
                    await strict.parse()
                request = strict
            async with once.Kept(request) as kept:
                return await kept.answer(await handle(request))

        return strictly
