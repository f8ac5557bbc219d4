"""Words that were deleted, out of the indexes themselves."""

from modules.personal_data import sweeping_queries as queries
from ports.context import Ports

_PAGES = 250  # of a batch, each about 4 KB
_NOTHING = 2  # a merge that had nothing to do changes fewer rows than that
MOST_BATCHES = 40


async def begin(ports: Ports) -> None:
    """All parts of each index are to become one."""
    await ports.db.batch(*(make(-_PAGES) for make in _INDEXES), idempotent=True)


async def sweep(ports: Ports) -> bool:
    """Goes on with it; whether it is done. As much as one job may."""
    for _ in range(MOST_BATCHES):
        results = await ports.db.batch(*(make(_PAGES) for make in _INDEXES), idempotent=True)
        if all(result.changes < _NOTHING for result in results):
            return True
    return False


_INDEXES = (queries.messages, queries.customers, queries.products, queries.knowledge)
