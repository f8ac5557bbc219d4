"""A POST done once, however often it is sent: its record is written in the batch of its effect."""

from dataclasses import dataclass, replace
from datetime import timedelta

from errors import AppError
from modules.idempotency import queries
from modules.instants import stored
from ports.clock import Clock
from ports.database import Database, Result, Statement, UniqueViolation, Usage

KEPT_HOURS = 24
_TABLE = "idempotency_keys."


class KeyReused(AppError):
    kind, title, status = "idempotency_key_reused", "This Idempotency-Key was sent with another body", 409


class InProgress(AppError):
    kind, title, status = (
        "idempotency_in_progress",
        "The first request with this Idempotency-Key is not answered yet",
        409,
    )


class Replay(Exception):
    """The first answer, to be given again."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__(status)
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Attempt:
    tenant_id: str
    place: queries.Place
    request_hash: str
    is_written: bool = False


class OnceDatabase:
    """A database of one request. Once begun, its first write carries the record of the key along, or is refused."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._attempt: Attempt | None = None

    @property
    def usage(self) -> Usage:
        return self._db.usage

    async def begin(self, attempt: Attempt) -> None:
        """Raises Replay, KeyReused or InProgress when the key has been used before."""
        before = stored(self._clock.now() - timedelta(hours=KEPT_HOURS))
        self._attempt = attempt
        await self._answer_if_known(queries.forget(attempt.tenant_id, attempt.place, before))

    async def _answer_if_known(self, *first: Statement) -> None:
        attempt = self._attempt
        assert attempt  # noqa: S101
        *_, found = await self._db.batch(*first, queries.record(attempt.tenant_id, attempt.place), idempotent=True)
        row = found.first
        if row is None:
            return
        if row["request_hash"] != attempt.request_hash:
            raise KeyReused("Send the same body again, or another key.")
        if row["status"] is None:
            raise InProgress("Its effect is written or being written; ask again in a moment, or read the resource.")
        raise Replay(int(row["status"]), str(row["answer"]))

    async def batch(self, *statements: Statement, idempotent: bool = False) -> list[Result]:
        attempt = self._attempt
        if attempt is None or attempt.is_written or all(one.is_read for one in statements):
            return await self._db.batch(*statements, idempotent=idempotent)
        at = stored(self._clock.now())
        record = queries.insert_record(attempt.tenant_id, attempt.place, attempt.request_hash, at)
        try:
            _, *results = await self._db.batch(record, *statements)
        except UniqueViolation as error:
            if not all(column.startswith(_TABLE) for column in error.columns):
                raise
            await self._answer_if_known()
            raise
        self._attempt = replace(attempt, is_written=True)
        return results

    def abandon(self) -> None:
        self._attempt = None

    async def finish(self, status: int, answer: str) -> None:
        """Keeps the answer, when there was an effect to remember."""
        attempt = self._attempt
        if attempt is not None and attempt.is_written:
            await self._db.batch(
                queries.store_answer(attempt.tenant_id, attempt.place, status, answer), idempotent=True
            )
