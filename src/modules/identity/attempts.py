"""Limits that hold exactly, counted in D1: the platform's own counters are a location's each, and lag behind."""

from datetime import timedelta

from errors import TooManyRequests
from modules.identity import queries
from modules.instants import stored
from modules.one_time import digest
from ports.context import Ports
from ports.database import Result, Statement

LOGINS_A_MINUTE = 10


def count(ports: Ports, what: str, whom: str) -> Statement:
    """One more attempt of this minute; of the person only a hash is kept."""
    return queries.count_attempt(f"{what}:{digest(whom)[:32]}", _minute(ports))


def demand(ports: Ports, counted: Result, most: int) -> None:
    """Raises TooManyRequests with the seconds that the minute still has."""
    if int(counted.rows[0]["attempts"] or 0) > most:
        wait_s = 60 - ports.clock.now().second
        raise TooManyRequests(f"At most {most} attempts a minute; try again in {wait_s} s.", retry_after_s=wait_s)


def _minute(ports: Ports) -> str:
    now = ports.clock.now()
    return stored(now - timedelta(seconds=now.second, microseconds=now.microsecond))
