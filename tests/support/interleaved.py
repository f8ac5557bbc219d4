"""A database in which others always come in between."""

import asyncio

from ports.database import Database, Result, Statement


class Interleaved:
    """Every batch lets the others go first, as a round trip would."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.usage = db.usage

    async def batch(self, *statements: Statement, idempotent: bool = False) -> list[Result]:
        await asyncio.sleep(0)
        results = await self._db.batch(*statements, idempotent=idempotent)
        await asyncio.sleep(0)
        return results
