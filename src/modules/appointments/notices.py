"""What whoever comes is told of an appointment: by mail with an invitation, and by text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from modules.appointments import queries
from modules.appointments.schemas import Appointment
from modules.date_words import written
from modules.messaging import outbox
from modules.messaging.outbox import Notice
from ports.database import Row, Statement

Kind = Literal["booked", "moved", "cancelled", "reminder", "offer"]

_SUBJECTS: Mapping[Kind, Mapping[str, str]] = {
    "booked": {"fr": "Rendez-vous confirmé : {service}, {when}", "en": "Appointment confirmed: {service}, {when}"},
    "moved": {"fr": "Rendez-vous déplacé : {service}, {when}", "en": "Appointment moved: {service}, {when}"},
    "cancelled": {"fr": "Rendez-vous annulé : {service}, {when}", "en": "Appointment cancelled: {service}, {when}"},
    "reminder": {"fr": "Rappel : {service}, {when}", "en": "Reminder: {service}, {when}"},
    "offer": {"fr": "Une place s'est libérée : {service}, {when}", "en": "A time has become free: {service}, {when}"},
}
_FIRST: Mapping[Kind, Mapping[str, str]] = {
    "booked": {"fr": "votre rendez-vous est confirmé", "en": "your appointment is confirmed"},
    "moved": {"fr": "votre rendez-vous a été déplacé", "en": "your appointment has been moved"},
    "cancelled": {"fr": "votre rendez-vous a été annulé", "en": "your appointment has been cancelled"},
    "reminder": {"fr": "nous vous rappelons votre rendez-vous", "en": "this is a reminder of your appointment"},
    "offer": {
        "fr": "une place s'est libérée ; elle est à vous si vous la prenez avant {until}",
        "en": "a time has become free; it is yours if you take it before {until}",
    },
}
_LINKS: Mapping[Kind, Mapping[str, str]] = {
    "booked": {"fr": "Déplacer ou annuler : {link}", "en": "Move or cancel: {link}"},
    "moved": {"fr": "Déplacer ou annuler : {link}", "en": "Move or cancel: {link}"},
    "cancelled": {"fr": "", "en": ""},
    "reminder": {"fr": "Confirmer, déplacer ou annuler : {link}", "en": "Confirm, move or cancel: {link}"},
    "offer": {"fr": "Prendre cette place : {link}", "en": "Take this time: {link}"},
}


_REPLY: Mapping[str, str] = {
    "fr": "Répondez 1 pour confirmer, 2 pour annuler.",
    "en": "Reply 1 to confirm, 2 to cancel.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """The statements for the batch, and the messages to send once it is written."""

    statements: tuple[Statement, ...]
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    kind: Kind
    purpose: Literal["reply", "service"]  # asked for at this moment, or not
    base_url: str  # of the public page; '' for none
    at: str  # as instants are stored
    mark: str = ""  # tells messages of one state of an appointment apart
    until: str = ""  # of an offer
    takes_replies: bool = False  # a text that answers this one reaches us
    is_on_whatsapp: bool = False  # they write there, and WhatsApp has approved a template for it


def local_start(appointment: Appointment) -> str:
    """As its customer would write it."""
    zone = ZoneInfo(appointment.timezone)
    language: Literal["fr", "en"] = "en" if appointment.language == "en" else "fr"
    return written(datetime.fromisoformat(appointment.start).astimezone(zone), language)


def notices(tenant_id: str, appointment: Appointment, business: Row, telling: Telling) -> Told:
    """Nothing for whoever has left neither address nor number."""
    customer = appointment.customer or {}
    made = []
    by_text = "whatsapp" if telling.is_on_whatsapp else "sms"
    for channel, address in (("email", customer.get("email")), (by_text, customer.get("phone"))):
        if address:
            message_id = f"out_{appointment.id}_{appointment.sequence}{telling.mark}_{channel}"
            content = _content(tenant_id, appointment, business, telling, channel)
            expires_at = None if telling.kind == "cancelled" else appointment.start.replace("T", " ").removesuffix("Z")
            notice = Notice(message_id, channel, address, content, telling.purpose, expires_at)
            made.append((message_id, outbox.queue_notice(tenant_id, notice, telling.at)))
    return Told(tuple(statement for _, statement in made), tuple(message_id for message_id, _ in made))


def withdrawn(tenant_id: str, appointment_id: str) -> Statement:
    """What has not been sent of an appointment's earlier state is not sent any more."""
    return queries.withdraw_messages(tenant_id, f"out_{appointment_id}_", f"out_{appointment_id}`")


def _content(tenant_id: str, appointment: Appointment, business: Row, telling: Telling, channel: str) -> str:
    language = appointment.language
    said = {
        "business": str(business["name"]),
        "service": appointment.service_name,
        "when": local_start(appointment),
        "until": telling.until,
    }
    subject = _SUBJECTS[telling.kind][language].format(**said)
    link = _LINKS[telling.kind][language] if business["has_public_page"] and telling.base_url else ""
    if channel in ("sms", "whatsapp"):
        reply = f" {_REPLY[language]}" if telling.takes_replies else ""
        colon = " :" if language == "fr" else ":"
        text = f"{said['business']}{colon} {subject[:1].lower() + subject[1:]}.{reply} {link}".strip()
        filling = {"name": str((appointment.customer or {}).get("name") or ""), "when": said["when"]}
        filling |= {"service": said["service"]}
        return outbox.content(language, telling.base_url, text=text, **filling, **_link(appointment, business))
    text = _letter(appointment, business, telling, said)
    invitation = json.dumps(_invitation(appointment, business, telling), ensure_ascii=False)
    values = {"subject": f"{subject} – {said['business']}", "text": f"{text}\n{link}\n".rstrip() + "\n"}
    if telling.kind not in ("reminder", "offer"):
        values["invitation"] = invitation
    return outbox.content(language, telling.base_url, **values, **_link(appointment, business))


def _link(appointment: Appointment, business: Row) -> dict[str, str]:
    return {"link_path": f"/book/{business['slug']}/{appointment.id}", "appointment_id": appointment.id}


def _letter(appointment: Appointment, business: Row, telling: Telling, said: Mapping[str, str]) -> str:
    french = appointment.language == "fr"
    name = (appointment.customer or {}).get("name") or ""
    first = _FIRST[telling.kind][appointment.language].format(**said)
    lines = [f"{'Bonjour' if french else 'Hello'} {name},", "", f"{first}{' :' if french else ':'}", ""]
    lines += [said["service"], f"{said['when']} ({appointment.timezone})"]
    if appointment.agent_name:
        lines.append(f"{'Avec' if french else 'With'} {appointment.agent_name}")
    lines += [said["business"]]
    for column in ("address", "phone"):
        if business[column]:
            lines.append(" ".join(str(business[column]).split()))
    return "\n".join([*lines, ""])


def _invitation(appointment: Appointment, business: Row, telling: Telling) -> dict[str, object]:
    """What modules/messaging makes an iCalendar object of when the sender is known."""
    customer = appointment.customer or {}
    return {
        "uid": f"{appointment.id}@coccinelle",
        "method": "CANCEL" if telling.kind == "cancelled" else "REQUEST",
        "sequence": appointment.sequence,
        "stamp": telling.at,
        "start": appointment.start,
        "end": appointment.end,
        "timezone": appointment.timezone,
        "summary": f"{appointment.service_name} – {business['name']}",
        "location": " ".join(str(business["address"] or "").split()),
        "organizer": str(business["name"]),
        "attendee": customer.get("email"),
        "attendee_name": customer.get("name"),
    }
