"""Limits that hold exactly, counted in D1: the platform's own counters are a location's each, and lag behind."""

from datetime import timedelta

from errors import TooManyRequests
from modules.identity import queries
from modules.instants import read as read_instant
from modules.instants import stored
from modules.one_time import digest
from ports.context import Ports
from ports.database import Result, Statement

LOGINS_A_MINUTE = 10
FREE_FAILURES = 10  # in a row, at one account from one address
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 30, 900


def count(ports: Ports, what: str, whom: str) -> Statement:
    """One more attempt of this minute; of the person only a hash is kept."""
    return queries.count_attempt(f"{what}:{digest(whom)[:32]}", _minute(ports))


def demand(ports: Ports, counted: Result, most: int) -> None:
    """Raises TooManyRequests with the seconds that the minute still has."""
    if counted.first is not None and int(counted.first["attempts"] or 0) > most:
        wait_s = 60 - ports.clock.now().second
        raise TooManyRequests(f"At most {most} attempts a minute; try again in {wait_s} s.", retry_after_s=wait_s)


def pause_s(failures: int) -> int:
    """How long the next attempt has to wait, after so many in a row that failed."""
    return min(_FIRST_PAUSE_S * 2 ** (failures - FREE_FAILURES), _LONGEST_PAUSE_S) if failures >= FREE_FAILURES else 0


def place(address: str) -> str:
    """A network address as it is kept; '' where it is not known."""
    return digest(f"place:{address}")[:32] if address else ""


def _spot(email: str, address: str) -> str:
    return digest(f"login:{email}:{address}")[:32]


def failures(email: str, address: str) -> Statement:
    return queries.login_failures(_spot(email, address))


def count_login(ports: Ports, email: str, address: str) -> Statement:
    """As `count`; an attempt that has to wait does not count against the account."""
    at = stored(ports.clock.now())
    return queries.count_attempt(f"login:{digest(email)[:32]}", _minute(ports), _spot(email, address), at)


def demand_pause(ports: Ports, failed: Result) -> int:
    """How many have failed in a row. Raises TooManyRequests while the next one has to wait."""
    row = failed.first
    now = ports.clock.now()
    if row is None or str(row["updated_at"]) < stored(now - timedelta(days=1)):
        return 0
    if row["blocked_until"] and str(row["blocked_until"]) > stored(now):
        wait_s = max(1, int((read_instant(str(row["blocked_until"])) - now).total_seconds()))
        raise TooManyRequests(f"Too many attempts have failed; try again in {wait_s} s.", retry_after_s=wait_s)
    return int(row["failures"] or 0)


def note_failure(ports: Ports, where: tuple[str, str], count: int) -> Statement:
    """`where` is (e-mail, address), `count` how many that makes in a row."""
    now = ports.clock.now()
    wait_s = pause_s(count)
    until = stored(now + timedelta(seconds=wait_s)) if wait_s else None
    return queries.note_failure(_spot(*where), count, until, stored(now))


def forget_failures(email: str, address: str) -> Statement:
    return queries.forget_failures(_spot(email, address))


def _minute(ports: Ports) -> str:
    now = ports.clock.now()
    return stored(now - timedelta(seconds=now.second, microseconds=now.microsecond))
