"""What Twilio's messaging webhooks say, in our words (twilio.com/docs/messaging/guides/webhook-request)."""

from collections.abc import Mapping
from typing import Literal

from ports.messages import DeliveryReport, InboundFile, InboundText

MOST_FILES = 10
_BECAME: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
}


def inbound_text(params: Mapping[str, str], account: str | None) -> InboundText:
    """Raises ValueError naming a parameter that is missing."""
    ours, theirs = _required(params, "To"), _required(params, "From")
    is_whatsapp = theirs.startswith("whatsapp:")
    count = params.get("NumMedia", "0")
    media = range(min(int(count), MOST_FILES)) if count.isascii() and count.isdigit() else range(0)
    files = [
        InboundFile(
            filename=params.get("MediaUrl" + str(at), "").rpartition("/")[2][:100] or f"file-{at}",
            content_type=params.get(f"MediaContentType{at}", "application/octet-stream")[:100],
            source=params.get(f"MediaUrl{at}", "")[:1_000],
        )
        for at in media
    ]
    return InboundText(
        vendor="twilio",
        message_id=_required(params, "MessageSid"),
        channel="whatsapp" if is_whatsapp else "sms",
        ours=ours.removeprefix("whatsapp:"),
        theirs=theirs.removeprefix("whatsapp:"),
        body=(params.get("Body") or params.get("ButtonText") or "")[:4_096],
        name=params.get("ProfileName", "")[:200].strip() or None,
        opt_out=params.get("OptOutType", "")[:10],
        account=account,
        files=tuple(files),
    )


def delivery_report(params: Mapping[str, str]) -> DeliveryReport | None:
    """None for a status that changes nothing. Raises ValueError naming a parameter that is missing."""
    message_id, said = _required(params, "MessageSid"), _required(params, "MessageStatus")
    status = _BECAME.get(said)
    if status is None:
        return None
    reason = f"{said}_{params.get('ErrorCode', '')}".rstrip("_")[:60] if status == "failed" else None
    return DeliveryReport("twilio", message_id, status, reason)


def _required(params: Mapping[str, str], name: str) -> str:
    if not params.get(name):
        raise ValueError(f"{name} is missing")
    return params[name][:64]
