"""Mails as Cloudflare Email Routing hands them over: each is kept or refused before the handler returns."""

import hashlib

from modules.inbox import service as inbox
from modules.mail import receiving
from modules.threads.files import MOST_BYTES
from ports.context import Ports
from providers import mime
from web.log import EventLog

MOST_RAW_BYTES = 15_000_000  # within the memory that one isolate has; Cloudflare itself takes 25 MiB
UNKNOWN, TOO_LARGE = "550 5.1.1 There is no such address.", "552 5.3.4 This mail is too large."


async def receive(ports: Ports, recipient: str, size: int, raw: bytes | None) -> str | None:
    """The reason to refuse it, or None once it is stored. Raises what the sender's server is to try again for.

    `raw` None: not read, since it is too large.
    """
    log = EventLog(bytes=size)
    if not await receiving.is_known(ports, recipient):
        log.event("mail.refused", reason="unknown")
        return UNKNOWN
    if raw is None or size > MOST_RAW_BYTES:
        log.event("mail.refused", reason="too_large")
        return TOO_LARGE
    key = f"mail/{hashlib.sha256(recipient.encode() + raw).hexdigest()[:40]}"
    mail, files = mime.read(raw, recipient, key)
    for listed, file in zip(mail.files, files, strict=True):
        if len(file.content) <= MOST_BYTES:
            await ports.blobs.put(listed.source, file.content, file.content_type)
    new = await inbox.receive(ports, receiving.arrived(mail))
    log.event("mail.received", is_new=bool(new), files=len(files))
    return None
