"""What Meta's WhatsApp webhooks say, in our words (developers.facebook.com/docs/whatsapp/cloud-api/webhooks)."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ports.messages import DeliveryReport, InboundFile, InboundText

_FILES = ("image", "video", "audio", "document", "sticker")
_SILENT = ("reaction", "system")  # nothing in them asks for an answer
_BECAME: Mapping[str, Literal["sent", "delivered", "read", "failed"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


def told(said: Mapping[str, Any]) -> Iterator[InboundText | DeliveryReport]:
    """Each message and each status by itself, whatever they come bundled with. Raises ValueError for another shape."""
    try:
        values = [change["value"] for entry in said["entry"] for change in entry["changes"] if "value" in change]
        for value in values:
            ours = str((value.get("metadata") or {}).get("phone_number_id", ""))
            names = {str(one.get("wa_id") or one.get("user_id")): one for one in value.get("contacts") or ()}
            for one in value.get("messages") or ():
                if one.get("type") not in _SILENT:
                    yield _text(one, ours, names)
            for one in value.get("statuses") or ():
                if report := _report(one):
                    yield report
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("Meta sends `entry` with `changes`, messages with an id and statuses with theirs.") from error


def accounts(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The numbers that it is about, by Meta's ids; nothing is proven by them. Never raises."""
    found: list[str] = []
    entries = said.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        changes = entry.get("changes") if isinstance(entry, dict) else None
        for change in changes if isinstance(changes, list) else ():
            value = change.get("value") if isinstance(change, dict) else None
            metadata = value.get("metadata") if isinstance(value, dict) else None
            if isinstance(metadata, dict) and metadata.get("phone_number_id"):
                found.append(str(metadata["phone_number_id"])[:40])
    return tuple(dict.fromkeys(found))


def _text(one: Mapping[str, Any], ours: str, names: Mapping[str, Any]) -> InboundText:
    """With a user name `from` may be missing: then they are known by their own id alone."""
    number, user = str(one.get("from") or ""), str(one.get("from_user_id") or "")
    contact = names.get(number) or names.get(user) or {}
    return InboundText(
        vendor="meta",
        message_id=str(one["id"])[:200],
        channel="whatsapp",
        ours=ours,
        theirs=f"+{number}" if number.isascii() and number.isdigit() else user or number,
        body=_body(one)[:4_096],
        name=str((contact.get("profile") or {}).get("name") or "")[:200].strip() or None,
        account=ours,
        files=_files(one),
    )


def _body(one: Mapping[str, Any]) -> str:
    kind = str(one.get("type", ""))
    inner = one.get(kind) or {}
    if kind == "text":
        return str(inner.get("body") or "")
    if kind == "button":
        return str(inner.get("text") or "")
    if kind == "interactive":
        reply = inner.get(str(inner.get("type", ""))) or {}
        return str(reply.get("title") or reply.get("body") or "")
    if kind == "location":
        place = ", ".join(filter(None, (str(inner.get("name") or ""), str(inner.get("address") or ""))))
        return f"{place} ({inner.get('latitude')}, {inner.get('longitude')})".strip()
    return str(inner.get("caption") or "") if isinstance(inner, dict) else ""


def _files(one: Mapping[str, Any]) -> tuple[InboundFile, ...]:
    kind = str(one.get("type", ""))
    media = one.get(kind) or {}
    if kind in _FILES and media.get("id"):
        content_type = str(media.get("mime_type") or "application/octet-stream").partition(";")[0][:100]
        return (InboundFile(str(media.get("filename") or kind)[:200], content_type, str(media["id"])[:200]),)
    if kind in ("text", "button", "interactive", "location"):
        return ()
    return (InboundFile(kind[:40] or "unknown", "application/octet-stream", "", "not_a_file"),)


def _report(one: Mapping[str, Any]) -> DeliveryReport | None:
    status = _BECAME.get(str(one["status"]))
    if status is None:
        return None
    errors = one.get("errors") or [{}]
    reason = f"failed_{errors[0].get('code', '')}".rstrip("_")[:60] if status == "failed" else None
    return DeliveryReport(
        "meta", str(one["id"])[:200], status, reason, str(one.get("biz_opaque_callback_data") or "")[:80]
    )
