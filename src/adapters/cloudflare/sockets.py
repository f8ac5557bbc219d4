"""Outgoing TCP of the runtime (developers.cloudflare.com/workers/runtime-apis/tcp-sockets)."""

from contextlib import suppress
from typing import Any

from pyodide.ffi import JsException, to_js
from workers import import_from_javascript

import js
from ports.streams import Security, Stream, StreamBroken


class SocketStream:
    def __init__(self, socket: Any) -> None:
        self._take(socket)

    def _take(self, socket: Any) -> None:
        self._socket = socket
        self._reader, self._writer = socket.readable.getReader(), socket.writable.getWriter()

    async def read(self) -> bytes:
        try:
            piece = await self._reader.read()
        except JsException as error:
            raise StreamBroken from error
        return b"" if piece.done else bytes(piece.value.to_bytes())

    async def write(self, content: bytes) -> None:
        try:
            await self._writer.write(to_js(content))
        except JsException as error:
            raise StreamBroken from error

    async def start_tls(self) -> None:
        self._reader.releaseLock()
        self._writer.releaseLock()
        try:
            self._take(self._socket.startTls())
        except JsException as error:
            raise StreamBroken from error

    async def aclose(self) -> None:
        with suppress(JsException):
            await self._socket.close()


def dial(host: str, port: int, security: Security) -> Stream:
    sockets = import_from_javascript("cloudflare:sockets")
    address = to_js({"hostname": host, "port": port}, dict_converter=js.Object.fromEntries)
    transport = {"secureTransport": "on" if security == "tls" else "starttls", "allowHalfOpen": False}
    options = to_js(transport, dict_converter=js.Object.fromEntries)
    try:
        return SocketStream(sockets.connect(address, options))
    except JsException as error:
        raise StreamBroken from error
