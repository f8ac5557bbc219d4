"""Work after the batch that it stands in."""

from collections.abc import Mapping

from ports.context import Ports
from ports.jobs import JobsUnavailable


async def soon(ports: Ports, kind: str, payload: Mapping[str, str], delay_s: int = 0) -> None:
    """A queue that takes nothing is no failure: cron finds the row, or the owner asks again."""
    try:
        await ports.jobs.send(kind, payload, delay_s)
    except JobsUnavailable:
        return
