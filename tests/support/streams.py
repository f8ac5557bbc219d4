"""Connections over asyncio, in the place of the runtime's: to servers on loopback, whatever name was dialled."""

import asyncio
import atexit
import ssl
from contextlib import suppress
from functools import cache

from ports.streams import Dial, Security, Stream, StreamBroken
from tools.fakes.smtp import Mailbox, MailServer


class TcpStream:
    """`host` is whom the certificate has to name."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, *, is_encrypted: bool) -> None:
        self._host, self._port, self._context = host, port, context
        self._is_encrypted = is_encrypted
        self._opened: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._opened is None:
            secured = {"ssl": self._context, "server_hostname": self._host} if self._is_encrypted else {}
            self._opened = await asyncio.open_connection("127.0.0.1", self._port, **secured)  # type: ignore[arg-type]
        return self._opened

    async def read(self) -> bytes:
        try:
            return await (await self._open())[0].read(4_096)
        except OSError as error:
            raise StreamBroken from error

    async def write(self, content: bytes) -> None:
        try:
            writer = (await self._open())[1]
            writer.write(content)
            await writer.drain()
        except OSError as error:
            raise StreamBroken from error

    async def start_tls(self) -> None:
        try:
            await (await self._open())[1].start_tls(self._context, server_hostname=self._host)
        except OSError as error:
            raise StreamBroken from error

    async def aclose(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            with suppress(OSError):
                await self._opened[1].wait_closed()


def dial_to(server: MailServer) -> Dial:
    context = ssl.create_default_context()
    server.authority.configure_trust(context)

    def dial(host: str, port: int, security: Security) -> Stream:
        return TcpStream(host, server.port, context, is_encrypted=security == "tls")

    return dial


@cache
def _shared(security: Security) -> Dial:
    server = MailServer(Mailbox(), security)
    server.__enter__()
    atexit.register(server.__exit__, None, None, None)
    return dial_to(server)


def dial_shared(host: str, port: int, security: Security) -> Stream:
    """To servers of this test run that take everything: for whoever wants none of their own."""
    return _shared(security)(host, port, security)
