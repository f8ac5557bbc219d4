"""A raw mail, read by the standard library: its words, its headers, its files."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

from ports.files import File
from ports.messages import InboundFile, InboundMail

MOST_FILES = 10
KEPT_HEADERS = (
    *("auto-submitted", "precedence", "return-path", "content-type", "list-id", "list-unsubscribe", "x-autoreply"),
    *(
        "x-autorespond",
        "x-auto-response-suppress",
        "feedback-id",
        "authentication-results",
        "arc-authentication-results",
    ),
)
_IDS = re.compile(r"<[^<>\s]{1,900}>")


def read(raw: bytes, recipient: str, key: str) -> tuple[InboundMail, tuple[File, ...]]:
    """What it says, and the files beside it in that order. `recipient` is the envelope's, `key` the mail's own here."""
    from email.parser import BytesParser  # 0.4 MB that only a mail needs
    from email.policy import default

    message = BytesParser(policy=default).parsebytes(raw)
    assert isinstance(message, EmailMessage)  # noqa: S101
    files = [part for part in message.iter_attachments() if part.get_content_maintype() != "multipart"][:MOST_FILES]
    kept = tuple(
        File(part.get_payload(decode=True) or b"", part.get_content_type())  # type: ignore[arg-type]
        for part in files
    )
    listed = tuple(
        InboundFile((part.get_filename() or f"file-{at}")[:200], part.get_content_type()[:100], f"{key}/{at}")
        for at, part in enumerate(files)
    )
    headers = {name: _header(message, name)[:2_000] for name in KEPT_HEADERS if message[name] is not None}
    name, sender = parseaddr(_header(message, "from"))
    mail = InboundMail(
        vendor="cloudflare",
        message_id=key,
        recipients=(recipient.lower(), *_addresses(message)),
        sender=sender.lower()[:254],
        sender_name=name[:200].strip() or None,
        subject=" ".join(_header(message, "subject").split())[:200],
        text=_body(message, "plain"),
        html=_body(message, "html"),
        thread_id=next(iter(ids_in(_header(message, "message-id"))), None),
        answers=thread_ids(_header(message, "in-reply-to"), _header(message, "references")),
        headers=headers,
        files=listed,
    )
    return mail, kept


def thread_ids(in_reply_to: str, references: str) -> tuple[str, ...]:
    """The ids of the mails that this one answers, the nearest first (RFC 5322, 3.6.4)."""
    return tuple(dict.fromkeys((*ids_in(in_reply_to), *reversed(ids_in(references)))))[:20]


def ids_in(header: str) -> list[str]:
    return _IDS.findall(header)


def kept_headers(headers: Mapping[str, object]) -> dict[str, str]:
    """Those that tell machines from humans, from a vendor's mapping."""
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    return {name: lowered[name][:2_000] for name in KEPT_HEADERS if name in lowered}


def _addresses(message: EmailMessage) -> tuple[str, ...]:
    given = [str(one) for name in ("to", "cc", "delivered-to") for one in message.get_all(name, [])]
    return tuple(address.lower() for _, address in getaddresses(given) if address)[:20]


def _header(message: EmailMessage, name: str) -> str:
    value = message[name]
    return str(value) if value is not None else ""


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())[:200_000]
    except (LookupError, UnicodeDecodeError):  # a charset that nobody knows
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")[:200_000]
