"""A mail server for submission on loopback: encrypted from the start or by STARTTLS, under an authority of its own."""

import asyncio
import contextlib
import ssl
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

HOST = "smtp.sample.example"
USERNAME, PASSWORD = "desk@sample.example", "sample-password-0123456789"
Encryption = Literal["tls", "starttls", "none"]


@dataclass
class Mailbox:
    """What servers of one authority know of and have taken, and how they fail next."""

    rejected_passwords: set[str] = field(default_factory=set)
    mails: list[dict[str, str]] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)  # by verb, in the place of what would be answered
    hangs_after: int = 0  # so many mails are taken without a word about it

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if refusal := self._reply("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if refusal := self._reply("DATA"):
            return refusal
        for recipient in envelope.rcpt_tos:
            content = envelope.original_content.decode("ascii")
            self.mails.append({"from": envelope.mail_from, "to": recipient, "content": content})
        if self.hangs_after:
            self.hangs_after -= 1
            server.transport.abort()
        return "250 2.0.0 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=given.password.decode() not in self.rejected_passwords, handled=False)

    def _reply(self, verb: str) -> str:
        waiting = self.replies.get(verb, [])
        return waiting.pop(0) if waiting else ""


class MailServer:
    """Stops by itself at the end of its `with`. `authority_path` is the certificate that its clients have to trust."""

    def __init__(self, mailbox: Mailbox, encryption: Encryption = "starttls", *, no_plain: bool = False) -> None:
        self.mailbox = mailbox
        self.authority = trustme.CA()
        self._encryption = encryption
        self._excluded = ["PLAIN"] if no_plain else []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert(HOST, "localhost", "127.0.0.1").configure_cert(context)
        self._thread.start()
        ssl_context = context if self._encryption == "tls" else None
        opened = self._loop.create_server(lambda: self._speak(context), "127.0.0.1", 0, ssl=ssl_context)
        self._server = asyncio.run_coroutine_threadsafe(opened, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    @property
    def origin(self) -> str:
        """As DEV_OUTBOUND_ORIGINS names it."""
        return f"smtp://localhost:{self.port}"

    def _speak(self, context: ssl.SSLContext) -> SMTP:
        by_starttls = self._encryption == "starttls"
        with warnings.catch_warnings():  # of signing in without STARTTLS, which is what some servers are to offer
            warnings.simplefilter("ignore")
            return SMTP(
                self.mailbox,
                hostname=HOST,
                loop=self._loop,
                tls_context=context if by_starttls else None,
                require_starttls=by_starttls,
                authenticator=self.mailbox.authenticate,
                auth_required=True,
                auth_require_tls=by_starttls,
                auth_exclude_mechanism=self._excluded,
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 5)

    def write_authority(self, folder: Path) -> Path:
        path = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(path)
        return path
