"""Mails that no human has written: what answers them is answered back, for ever (RFC 3834)."""

from collections.abc import Mapping

_SENDERS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce", "bounces")
_BULK = frozenset(("bulk", "list", "junk", "auto_reply"))
_LISTED = ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-auto-response-suppress", "feedback-id")


def is_automatic(sender: str, headers: Mapping[str, str]) -> bool:
    """`headers` have lower-case names. In doubt it is a machine: a human writes again, a machine for ever."""
    local = sender.partition("@")[0].lower()
    return (
        not sender
        or local.partition("+")[0] in _SENDERS
        or headers.get("auto-submitted", "no").strip().lower().partition(";")[0] != "no"
        or headers.get("precedence", "").strip().lower() in _BULK
        or headers.get("return-path", "").strip() == "<>"
        or headers.get("content-type", "").lower().startswith("multipart/report")
        or any(name in headers for name in _LISTED)
    )


def is_forged(headers: Mapping[str, str]) -> bool:
    """The receiving server has checked who sent it, and it was not the address that it names (RFC 8601)."""
    said = f"{headers.get('authentication-results', '')} {headers.get('arc-authentication-results', '')}".lower()
    return "dmarc=fail" in said
