"""Sending what stands in the outbox: once as far as the vendor allows, and never against the rules."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr

from modules.credentials.resolve import resolve
from modules.instants import stored
from modules.messaging import invitations, queries, rules
from modules.messaging import outbox_queries as driver
from modules.messaging.templates import Rendered, render
from ports.context import Ports
from ports.database import Row, Statement
from ports.messages import Attachment, Email, TextMessage
from ports.vendors import Credential, Provider, VendorRejected, VendorUnavailable

LEASE_S = 60  # longer than the slowest vendor is waited for
RETRY_DELAYS_S = (10, 60, 300, 1800, 7200, 18000)  # all within the day that Resend keeps a key

Values = Mapping[str, str]


class _Held(Exception):
    """Not now, or never: with the statement that says so in the row."""

    def __init__(self, outcome: Statement) -> None:
        super().__init__()
        self.outcome = outcome


async def send(ports: Ports, message_id: str) -> str:
    """One message, if it is due. The answer is what became of it: sent, held, or idle when there was nothing to do.

    A repeat of the job finds nothing due. When the sender dies between the vendor and the row, the next one asks
    again under the same key (Resend), or looks whether the message is there already (Twilio).
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
        sender = await _permitted_sender(ports, row, now)
        credential = await _credential(ports, row)
        provider_id = await _hand_over(ports, row, credential, sender)
    except _Held as held:
        await ports.db.batch(held.outcome)
        return "held"
    except VendorRejected as error:
        await ports.db.batch(driver.give_up(message_id, error.reason))
        return "held"
    except VendorUnavailable as error:
        await ports.db.batch(_later(row, error.reason, now))
        return "held"
    account = None if credential.is_platform else credential.account
    await ports.db.batch(driver.mark_sent(message_id, provider_id, account, stored(ports.clock.now())), idempotent=True)
    return "sent"


async def send_due(ports: Ports, limit: int) -> int:
    """What no job has sent: how many were tried."""
    (found,) = await ports.db.batch(driver.due(stored(ports.clock.now()), limit))
    for row in found.rows:
        await send(ports, str(row["id"]))
    return len(found.rows)


async def _permitted_sender(ports: Ports, row: Row, now: datetime) -> str | None:
    """The tenant's own sender where it has set one. Raises _Held."""
    message_id, tenant_id, channel = str(row["id"]), row["tenant_id"], str(row["channel"])
    if tenant_id is None:
        return None
    purpose = str(row["purpose"])
    (found,) = await ports.db.batch(queries.rules(str(tenant_id), channel, str(row["recipient"])))
    known = found.rows[0]
    policy = rules.Policy(
        timezone=str(known["timezone"]),
        quiet_from=str(known["quiet_from"] or rules.QUIET_FROM),
        quiet_to=str(known["quiet_to"] or rules.QUIET_TO),
        daily_cap=int(rules.DAILY_CAP[channel] if known["daily_cap"] is None else known["daily_cap"]),
    )
    if rules.has_withdrawn(purpose, str(known["consent"]) if known["consent"] else None):
        raise _Held(driver.give_up(message_id, "no_consent"))
    if until := rules.quiet_until(purpose, channel, policy, now):
        raise _Held(driver.put_back(message_id, stored(until), "quiet_hours"))
    (counted,) = await ports.db.batch(driver.count_against_cap(message_id, rules.day_of(policy, now), policy.daily_cap))
    if not counted.changes:
        raise _Held(driver.put_back(message_id, stored(rules.tomorrow(policy, now)), "daily_cap"))
    return str(known["sender"]) if known["sender"] else None


async def _credential(ports: Ports, row: Row) -> Credential:
    provider: Provider = "resend" if row["channel"] == "email" else "twilio"
    tenant_id = row["tenant_id"]
    found = await resolve(ports, str(tenant_id), provider) if tenant_id else ports.platform.get(provider)
    if found is None:
        raise _Held(driver.give_up(str(row["id"]), "no_credential"))
    return found


async def _hand_over(ports: Ports, row: Row, credential: Credential, sender: str | None) -> str:
    rendered = render_row(ports, row)
    message_id, recipient = str(row["id"]), str(row["recipient"])
    if row["channel"] == "email":
        attachments = _attachments(row, credential)
        return await ports.mailer.send(
            credential, Email(recipient, rendered.subject, rendered.text, attachments), message_id
        )
    number = sender or credential.values.get("sender")
    if not number:
        raise _Held(driver.give_up(message_id, "no_sender"))
    message = TextMessage(recipient, number, rendered.text)
    if int(row["attempts"] or 1) > 1:
        made_at = datetime.fromisoformat(f"{row['created_at']}+00:00")
        found = await ports.texts.find(credential, message, made_at)
        (unclaimed,) = await ports.db.batch(driver.unclaimed(json.dumps(found), "sms"))
        if unclaimed.first is not None:
            return str(unclaimed.first["provider_id"])
    return await ports.texts.send(credential, message)


def _attachments(row: Row, credential: Credential) -> tuple[Attachment, ...]:
    values: Values = json.loads(str(row["content"]))
    if "invitation" not in values:
        return ()
    sender = parseaddr(credential.values.get("sender", ""))[1]
    return (invitations.attachment(json.loads(values["invitation"]), sender),)


def render_row(ports: Ports, row: Row) -> Rendered:
    values: Values = json.loads(str(row["content"]))
    return render(str(row["template"]), values, ports.keyring.tokens)


def _later(row: Row, reason: str, now: datetime) -> Statement:
    attempt = int(row["attempts"] or 1)
    if attempt > len(RETRY_DELAYS_S):
        return driver.give_up(str(row["id"]), f"gave_up_{reason}")
    due_at = now + timedelta(seconds=RETRY_DELAYS_S[attempt - 1])
    return driver.put_back(str(row["id"]), stored(due_at), reason)
