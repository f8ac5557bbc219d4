"""Whether a message may go out now: consent, quiet hours, the day's cap. Pure decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_TO = "21:00", "08:00"
DAILY_CAP = {"email": 500, "sms": 200, "whatsapp": 200}
WINDOW = timedelta(hours=24)  # in which WhatsApp takes any words, from the customer's last message on

# What the reader has asked for, or waits for, is not held back for the night.
_AT_ANY_HOUR = frozenset({"account", "reply"})


@dataclass(frozen=True, slots=True)
class Policy:
    timezone: str
    quiet_from: str = QUIET_FROM
    quiet_to: str = QUIET_TO
    daily_cap: int = 0  # messages a day


def has_withdrawn(purpose: str, consents: Mapping[tuple[str, str], str], sender: str) -> bool:
    """STOP holds for everything but one's own account; marketing wants a yes beforehand, and no later no.

    `consents` are by (sender, everything or marketing), sender '' for what was said to the business as a whole.
    """
    if purpose == "account":
        return False
    subjects = ("everything", "marketing") if purpose == "marketing" else ("everything",)
    said = {consents.get((by, about)) for by in ("", sender) for about in subjects}
    return "withdrawn" in said or (purpose == "marketing" and "granted" not in said)


def is_window_open(last_inbound: datetime | None, now: datetime) -> bool:
    return last_inbound is not None and now - last_inbound < WINDOW


def quiet_until(purpose: str, channel: str, policy: Policy, now: datetime) -> datetime | None:
    """When the night ends for a text message that is not asked for; None when it is not night."""
    if purpose in _AT_ANY_HOUR or channel == "email":
        return None
    local = now.astimezone(ZoneInfo(policy.timezone))
    begins, ends = time.fromisoformat(policy.quiet_from), time.fromisoformat(policy.quiet_to)
    at = local.time()
    is_quiet = begins <= at < ends if begins <= ends else at >= begins or at < ends
    if not is_quiet or begins == ends:
        return None
    day = local.date() if at < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, local.tzinfo)


def day_of(policy: Policy, now: datetime) -> str:
    """The day whose cap counts: the business's own."""
    return now.astimezone(ZoneInfo(policy.timezone)).date().isoformat()


def tomorrow(policy: Policy, now: datetime) -> datetime:
    zone = ZoneInfo(policy.timezone)
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0, 1), zone)
