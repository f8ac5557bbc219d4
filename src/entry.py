"""The Worker's shell: what Cloudflare calls, handed to the application."""

import gc
from typing import Any

from workers import WorkerEntrypoint

from adapters.cloudflare.asgi import go_on, serve, serve_websocket
from adapters.cloudflare.bindings import figures_of, ports_from, settings_from
from adapters.cloudflare.figures import FiguresObject
from adapters.cloudflare.values import read_stream
from app import app
from errors import Misconfigured
from jobs import run_job, run_schedule
from mail_in import MOST_RAW_BYTES, receive

__all__ = ["Default", "FiguresObject"]

# What the imports have made lives as long as the isolate: looking at all of it again and again was a tenth of a turn's
# time, and let what is garbage pile up meanwhile.
gc.collect()
gc.freeze()


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        state: dict[str, Any] = {}
        try:
            state["settings"] = settings_from(self.env)
            origin = "/".join(str(request.js_object.url).split("/", 3)[:3])
            state["ports"] = ports_from(self.env, state["settings"], origin)
        except Misconfigured as error:
            state["misconfigured"] = error
        js_request = request.js_object
        if (js_request.headers.get("upgrade") or "").lower() == "websocket":
            answer = await serve_websocket(app, js_request, state)
        else:
            answer = await serve(app, js_request, state)
        go_on(figures_of(self.env).tell_soon())
        return answer

    async def scheduled(self, controller: Any, env: Any = None, ctx: Any = None) -> None:
        settings = settings_from(self.env)
        await run_schedule(settings, ports_from(self.env, settings), controller.cron)
        await figures_of(self.env).tell()

    async def email(self, message: Any, env: Any = None, ctx: Any = None) -> None:
        settings = settings_from(self.env)
        size, recipient = int(message.rawSize), str(message.to)
        raw = await read_stream(message.raw) if size <= MOST_RAW_BYTES else None
        if refused := await receive(ports_from(self.env, settings), recipient, size, raw):
            message.setReject(refused)

    async def queue(self, batch: Any, env: Any = None, ctx: Any = None) -> None:
        settings = settings_from(self.env)
        ports = ports_from(self.env, settings)
        for message in batch.messages:
            if await run_job(settings, ports, dict(message.body)):
                message.ack()
            else:
                message.retry()
        await figures_of(self.env).tell()
