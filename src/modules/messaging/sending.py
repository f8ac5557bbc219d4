"""Sending what stands in the outbox: once as far as the vendor allows, and never against the rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from modules.credentials.resolve import resolve, resolve_first, resolve_own
from modules.instants import read as read_instant
from modules.instants import stored
from modules.messaging import invitations, opting_out, queries, rules
from modules.messaging import outbox_queries as driver
from modules.messaging.segments import counted, typed
from modules.messaging.templates import Rendered, render
from modules.omnichannel.agents import language_of
from modules.outbound import guard
from modules.outbound.rules import AddressRefused
from ports.context import Ports
from ports.database import Row, Statement
from ports.dialogue import Language
from ports.messages import Attachment, Email, FilledTemplate, MailVendor, TextMessage, TextVendor
from ports.vendors import Credential, VendorRejected, VendorUnavailable

LEASE_S = 60  # longer than the slowest vendor is waited for
RETRY_DELAYS_S = (10, 60, 300, 1800, 7200, 18000)  # all within the day that Resend keeps a key
REPORT_PATH = "/webhooks/omnichannel/message-status"
# Longer than Meta takes to report what it took without telling us: its API takes no key and lists nothing.
UNSURE_DELAY_S = 120
MOST_PARAMETER_CHARS = 1_000

_MAILERS: tuple[MailVendor, ...] = ("resend", "smtp")

Values = Mapping[str, str]


class _Held(Exception):
    """Not now, or never: with the statement that says so in the row."""

    def __init__(self, outcome: Statement) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class _Way:
    """By whose account, from which address, and on WhatsApp outside its window as which template."""

    vendor: TextVendor | MailVendor
    credential: Credential
    sender: str
    template: FilledTemplate | None = None
    business: str = ""
    language: Language = "fr"


@dataclass(frozen=True, slots=True)
class _Sent:
    provider_id: str
    segments: int | None = None


async def send(ports: Ports, message_id: str) -> str:
    """One message, if it is due. The answer is what became of it: sent, held, or idle when there was nothing to do.

    A repeat of the job finds nothing due. When the sender dies between the vendor and the row, the next one asks
    again under the same key (Resend), looks whether the message is there already (Twilio), or finds it reported (Meta).
    """
    now = ports.clock.now()
    (claimed,) = await ports.db.batch(driver.claim(message_id, stored(now), stored(now + timedelta(seconds=LEASE_S))))
    row = claimed.first
    if row is None:
        return "idle"
    if row["expires_at"] is not None and str(row["expires_at"]) <= stored(now):
        await ports.db.batch(driver.give_up(message_id, "too_late"))
        return "held"
    try:
        way = await _way(ports, row, now)
        sent = await _hand_over(ports, row, way)
    except _Held as held:
        await ports.db.batch(held.outcome)
        return "held"
    except VendorRejected as error:
        await ports.db.batch(driver.give_up(message_id, error.reason))
        return "held"
    except VendorUnavailable as error:
        await ports.db.batch(_later(row, error, now))
        return "held"
    account = None if way.credential.is_platform else way.credential.account
    done = (way.vendor, sent.provider_id, account, way.sender or None, sent.segments)
    await ports.db.batch(driver.mark_sent(message_id, done, stored(ports.clock.now())), idempotent=True)
    return "sent"


async def send_due(ports: Ports, limit: int) -> int:
    """What no job has sent: how many were tried."""
    (found,) = await ports.db.batch(driver.due(stored(ports.clock.now()), limit))
    for row in found.rows:
        await send(ports, str(row["id"]))
    return len(found.rows)


async def _way(ports: Ports, row: Row, now: datetime) -> _Way:
    """Raises _Held where the rules do not let it go, or there is no account or address to send it from."""
    if row["tenant_id"] is None:
        return _mail_by(next((ports.platform[one] for one in _MAILERS if one in ports.platform), None), row)
    message_id, tenant_id, channel = str(row["id"]), str(row["tenant_id"]), str(row["channel"])
    sender = str(row["sender"]) if row["sender"] else None
    (found,) = await ports.db.batch(queries.rules(tenant_id, channel, str(row["recipient"]), sender))
    known = found.rows[0]
    way = await (_mail_way(ports, row) if channel == "email" else _text_way(ports, row, known))
    _demand_consent(row, known, way.sender)
    policy = rules.Policy(
        timezone=str(known["timezone"]),
        quiet_from=str(known["quiet_from"] or rules.QUIET_FROM),
        quiet_to=str(known["quiet_to"] or rules.QUIET_TO),
        daily_cap=int(rules.DAILY_CAP[channel] if known["daily_cap"] is None else known["daily_cap"]),
    )
    if until := rules.quiet_until(str(row["purpose"]), channel, policy, now):
        raise _Held(driver.put_back(message_id, stored(until), "quiet_hours"))
    if channel == "whatsapp":
        way = _in_window(ports, row, known, way, now)
    (counted_now,) = await ports.db.batch(
        driver.count_against_cap(message_id, rules.day_of(policy, now), policy.daily_cap)
    )
    if not counted_now.changes:
        raise _Held(driver.put_back(message_id, stored(rules.tomorrow(policy, now)), "daily_cap"))
    return replace(way, business=str(known["business"]), language=_language(known))


def _demand_consent(row: Row, known: Row, sender: str) -> None:
    consents = {(str(by), str(about)): str(state) for by, about, state in json.loads(str(known["consents"]))}
    if rules.has_withdrawn(str(row["purpose"]), consents, sender):
        raise _Held(driver.give_up(str(row["id"]), "no_consent"))


async def _mail_way(ports: Ports, row: Row) -> _Way:
    """Through an own account at a vendor, else the business's own mail server, else as the platform does. Raises _Held."""
    found = await resolve_first(ports, str(row["tenant_id"]), _MAILERS)
    if found is not None and found.provider == "smtp" and not found.is_platform:
        try:
            await guard.check_server(ports, "smtp", found.values["host"], int(found.values["port"]))
        except AddressRefused as error:
            raise _Held(driver.give_up(str(row["id"]), "address_refused")) from error
    return _mail_by(found, row)


def _mail_by(found: Credential | None, row: Row) -> _Way:
    if found is None:
        raise _Held(driver.give_up(str(row["id"]), "no_credential"))
    return _Way("smtp" if found.provider == "smtp" else "resend", found, found.values.get("sender", ""))


async def _text_way(ports: Ports, row: Row, known: Row) -> _Way:
    """From a number through the account that holds it; without one from the account's own sender."""
    tenant_id, wanted = str(row["tenant_id"]), str(row["sender"] or "")
    if row["channel"] == "whatsapp" and not wanted.startswith("+"):
        own = await resolve_own(ports, tenant_id, "whatsapp")
        if own is not None and wanted in ("", own.values["phone_number_id"]):
            return _Way("meta", own, own.values["phone_number_id"])
        if wanted:
            raise _Held(driver.give_up(str(row["id"]), "no_credential"))
    platform = ports.platform.get("twilio")
    is_platforms = known["sender"] is not None and known["sender_account"] is None and platform is not None
    found = platform if is_platforms else await resolve(ports, tenant_id, "twilio")
    if found is None:
        raise _Held(driver.give_up(str(row["id"]), "no_credential"))
    sender = str(known["sender"] or wanted or found.values.get("sender") or "")
    if not sender:
        raise _Held(driver.give_up(str(row["id"]), "no_sender"))
    return _Way("twilio", found, sender)


def _in_window(ports: Ports, row: Row, known: Row, way: _Way, now: datetime) -> _Way:
    """As it stands while the customer's last message is not a day old, else as an approved template. Raises _Held."""
    last = read_instant(known["last_inbound_at"]) if known["last_inbound_at"] else None
    if rules.is_window_open(last, now):
        return way
    values: Values = json.loads(str(row["content"]))
    wanted = {"appointment": "appointment"}.get(str(row["template"]), "reply")
    purpose = "marketing" if row["purpose"] == "marketing" else wanted
    templates = [one for one in json.loads(str(known["templates"])) if one["purpose"] == purpose]
    templates.sort(key=lambda one: one["language"] != values.get("language", _language(known)))
    if not templates:
        raise _Held(driver.give_up(str(row["id"]), "window_closed"))
    filling = {**values, "text": render_row(ports, row).text, "business": str(known["business"])}
    places = tuple(_parameter(filling.get(name, "")) for name in templates[0]["parameters"])
    template = FilledTemplate(templates[0]["name"], templates[0]["language_code"], places)
    return _Way(way.vendor, way.credential, way.sender, template)


def _parameter(value: str) -> str:
    """WhatsApp refuses line breaks in a parameter, several blanks in a row, and one that is empty."""
    return " ".join(value.split())[:MOST_PARAMETER_CHARS] or "-"


async def _hand_over(ports: Ports, row: Row, way: _Way) -> _Sent:
    rendered, is_marketing = render_row(ports, row), row["purpose"] == "marketing"
    if way.vendor == "resend" or way.vendor == "smtp":
        email = _mail(row, way, rendered)
        email = _with_way_out(ports, row, way, email) if is_marketing else email
        return _Sent(await ports.mailers[way.vendor].send(way.credential, email, str(row["id"])))
    message_id, is_whatsapp = str(row["id"]), row["channel"] == "whatsapp"
    told = opting_out.text_with_way_out(rendered.text, way.language) if is_marketing else rendered.text
    body = told if is_whatsapp else typed(told)
    report_to = f"{ports.base_url}{REPORT_PATH}" if ports.base_url.startswith("https://") else ""
    message = TextMessage(str(row["recipient"]), way.sender, body, is_whatsapp, way.template, message_id, report_to)
    texts = ports.texts[way.vendor]
    segments = None if is_whatsapp else counted(body).segments
    if int(row["attempts"] or 1) > 1:
        made_at = datetime.fromisoformat(f"{row['created_at']}+00:00")
        found = await texts.find(way.credential, message, made_at)
        (unclaimed,) = await ports.db.batch(driver.unclaimed(json.dumps(found), way.vendor))
        if unclaimed.first is not None:
            return _Sent(str(unclaimed.first["provider_id"]), segments)
    return _Sent(await texts.send(way.credential, message), segments)


def _mail(row: Row, way: _Way, rendered: Rendered) -> Email:
    values: Values = json.loads(str(row["content"]))
    named = {"in_reply_to": "In-Reply-To", "references": "References", "auto_submitted": "Auto-Submitted"}
    headers = {header: values[name] for name, header in named.items() if values.get(name)}
    return Email(
        str(row["recipient"]),
        rendered.subject,
        rendered.text,
        _attachments(values, way.sender),
        values.get("reply_to", ""),
        headers,
    )


def _with_way_out(ports: Ports, row: Row, way: _Way, email: Email) -> Email:
    link = opting_out.link(ports, str(row["tenant_id"]), email.to)
    text = opting_out.mail_with_way_out(email.text, way.language, way.business, link)
    return replace(email, text=text, headers={**email.headers, **opting_out.headers(link)})


def _language(known: Row) -> Language:
    return language_of(str(known["language"] or "fr"))


def _attachments(values: Values, sender: str) -> tuple[Attachment, ...]:
    if "invitation" not in values:
        return ()
    return (invitations.attachment(json.loads(values["invitation"]), parseaddr(sender)[1]),)


def render_row(ports: Ports, row: Row) -> Rendered:
    values: Values = json.loads(str(row["content"]))
    return render(str(row["template"]), values, ports.keyring.tokens)


def _later(row: Row, error: VendorUnavailable, now: datetime) -> Statement:
    attempt = int(row["attempts"] or 1)
    if attempt > len(RETRY_DELAYS_S):
        return driver.give_up(str(row["id"]), f"gave_up_{error.reason}")
    delay_s = RETRY_DELAYS_S[attempt - 1]
    if error.is_unsure and row["channel"] == "whatsapp":
        delay_s = max(delay_s, UNSURE_DELAY_S)
    return driver.put_back(str(row["id"]), stored(now + timedelta(seconds=delay_s)), error.reason)
