"""Handing mails to a mail server: RFC 5321 and RFC 6409, over TLS from the start (RFC 8314) or by STARTTLS (RFC 3207)."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from ports.streams import Dial, Security, Stream, StreamBroken
from ports.vendors import VendorRejected, VendorUnavailable

TIMEOUT_S = 30.0  # for all of it
TLS_PORTS = frozenset((465, 2465))  # RFC 8314; the others begin in the clear
MOST_REPLY_BYTES = 50_000
_LINE = re.compile(rb"([2-5][0-9]{2})([ -]?)([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Account:
    host: str
    port: int
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class _Reply:
    code: int
    lines: tuple[str, ...]


class Session:
    """One that is encrypted and signed in."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._pending = bytearray()
        self.is_handed_over = False  # a mail is out of our hands, and not yet acknowledged

    async def open(self, account: Account) -> None:
        """Raises VendorRejected where it cannot be encrypted: a password never goes in the clear."""
        await self._expect(2)
        offered = await self._hello(account)
        if account.port not in TLS_PORTS:
            if "STARTTLS" not in offered:
                raise VendorRejected("smtp_without_starttls")
            await self._command("STARTTLS", 2)
            if self._pending:  # said in the clear, to be taken for what the encrypted side says (CVE-2011-0411)
                raise VendorRejected("smtp_said_too_much")
            await self._stream.start_tls()
            offered = await self._hello(account)
        await self._sign_in(account, offered.get("AUTH", "").upper().split())

    async def hand_over(self, sender: str, recipient: str, letter: bytes) -> None:
        """Two ASCII addresses; `letter` has CRLF at the end of each line. Raises VendorRejected or VendorUnavailable."""
        await self._command(f"MAIL FROM:<{sender}>", 2)
        await self._command(f"RCPT TO:<{recipient}>", 2)
        await self._command("DATA", 3)
        body = re.sub(rb"(?m)^\.", b"..", letter)
        await self._stream.write(body if body.endswith(b"\r\n") else body + b"\r\n")
        self.is_handed_over = True
        await self._command(".", 2)
        self.is_handed_over = False

    async def quit(self) -> None:
        await self._command("QUIT", 2)

    async def _hello(self, account: Account) -> dict[str, str]:
        """Its extensions with their parameters."""
        reply = await self._command(f"EHLO {_own_name(account)}", 2)
        split = (line.replace("=", " ", 1).partition(" ") for line in reply.lines[1:])
        return {name.upper(): parameters for name, _, parameters in split}

    async def _sign_in(self, account: Account, offered: list[str]) -> None:
        """RFC 4954; LOGIN, which never became one, for servers that know nothing else."""
        if "PLAIN" in offered or "LOGIN" not in offered:
            secret = f"\0{account.username}\0{account.password}"
            await self._command(f"AUTH PLAIN {_base64(secret)}", 2)
            return
        await self._command("AUTH LOGIN", 3)
        await self._command(_base64(account.username), 3)
        await self._command(_base64(account.password), 2)

    async def _command(self, line: str, wanted: int) -> _Reply:
        await self._stream.write(f"{line}\r\n".encode())
        return await self._expect(wanted)

    async def _expect(self, wanted: int) -> _Reply:
        """A reply whose code begins with `wanted`. Raises VendorRejected for 5yz, VendorUnavailable for the rest."""
        reply = await self._reply()
        kind = reply.code // 100
        if kind == 5:
            raise VendorRejected(f"smtp_{reply.code}")
        if kind != wanted:
            raise VendorUnavailable(f"smtp_{reply.code}")
        return reply

    async def _reply(self) -> _Reply:
        lines: list[str] = []
        while True:
            found = _LINE.fullmatch(await self._line())
            if found is None:
                raise VendorUnavailable("not_smtp", is_unsure=self.is_handed_over)
            lines.append(found[3].decode(errors="replace").strip())
            if found[2] != b"-":
                return _Reply(int(found[1]), tuple(lines))
            if sum(map(len, lines)) > MOST_REPLY_BYTES:
                raise VendorUnavailable("not_smtp", is_unsure=self.is_handed_over)

    async def _line(self) -> bytes:
        while b"\n" not in self._pending:
            piece = await self._stream.read()
            self._pending += piece
            if not piece or len(self._pending) > MOST_REPLY_BYTES:
                raise StreamBroken
        line, _, rest = bytes(self._pending).partition(b"\n")
        self._pending = bytearray(rest)
        return line.rstrip(b"\r")


@asynccontextmanager
async def signed_in(dial: Dial, account: Account) -> AsyncIterator[Session]:
    """Bounded in time. Raises VendorRejected or VendorUnavailable, also for what happens within."""
    session: Session | None = None
    security: Security = "tls" if account.port in TLS_PORTS else "starttls"
    try:
        async with asyncio.timeout(TIMEOUT_S), aclosing(dial(account.host, account.port, security)) as stream:
            session = Session(stream)
            await session.open(account)
            yield session
    except TimeoutError as error:
        raise VendorUnavailable("timed_out", is_unsure=_is_unsure(session)) from error
    except StreamBroken as error:
        raise VendorUnavailable("not_connected", is_unsure=_is_unsure(session)) from error


def _is_unsure(session: Session | None) -> bool:
    return session is not None and session.is_handed_over


def _own_name(account: Account) -> str:
    """A Worker has neither a name nor an address of its own; servers for submission ask for none that fits."""
    domain = account.username.rpartition("@")[2]
    return domain if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", domain) else "[127.0.0.1]"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
