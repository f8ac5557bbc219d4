"""The diary's answers kept with the turn, so that it can be decided again from them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter

from ports.appointments import AppointmentDesk, Found, Guest, Kept, Offer, Outcome, Wish

_FOUND, _OUTCOME = TypeAdapter(Found), TypeAdapter(Outcome)
_KEPT = TypeAdapter(tuple[Kept, ...])


@dataclass(slots=True)
class RecordingDesk:
    inner: AppointmentDesk
    answers: list[dict[str, Any]] = field(default_factory=list)

    async def find(self, wish: Wish) -> Found:
        found = await self.inner.find(wish)
        self._keep("find", asdict(found))
        return found

    async def hold(self, offer: Offer) -> Outcome:
        return self._outcome("hold", await self.inner.hold(offer))

    async def book(self, offer: Offer, guest: Guest) -> Outcome:
        return self._outcome("book", await self.inner.book(offer, guest))

    async def mine(self, phone: str | None, name: str) -> tuple[Kept, ...]:
        found = await self.inner.mine(phone, name)
        self._keep("mine", [asdict(one) for one in found])
        return found

    async def move(self, kept: Kept, offer: Offer) -> Outcome:
        return self._outcome("move", await self.inner.move(kept, offer))

    async def cancel(self, kept: Kept) -> Outcome:
        return self._outcome("cancel", await self.inner.cancel(kept))

    async def staff_named(self, words: str) -> str | None:
        named = await self.inner.staff_named(words)
        self._keep("staff_named", named)
        return named

    def means_time(self, words: str) -> bool:
        means = self.inner.means_time(words)
        self._keep("means_time", means)
        return means

    def _outcome(self, name: str, outcome: Outcome) -> Outcome:
        self._keep(name, asdict(outcome))
        return outcome

    def _keep(self, name: str, answer: Any) -> None:
        self.answers.append({"asked": name, "answer": answer})


class RecordedDesk:
    """Answers as it did then, in that order; what was not asked then finds nothing."""

    def __init__(self, answers: Sequence[dict[str, Any]]) -> None:
        self._left = list(answers)

    async def find(self, wish: Wish) -> Found:
        return _FOUND.validate_python(self._next("find", {"problem": "none_free"}))

    async def hold(self, offer: Offer) -> Outcome:
        return self._outcome("hold")

    async def book(self, offer: Offer, guest: Guest) -> Outcome:
        return self._outcome("book")

    async def mine(self, phone: str | None, name: str) -> tuple[Kept, ...]:
        return _KEPT.validate_python(self._next("mine", []))

    async def move(self, kept: Kept, offer: Offer) -> Outcome:
        return self._outcome("move")

    async def cancel(self, kept: Kept) -> Outcome:
        return self._outcome("cancel")

    async def staff_named(self, words: str) -> str | None:
        named = self._next("staff_named", None)
        return str(named) if named is not None else None

    def means_time(self, words: str) -> bool:
        return bool(self._next("means_time", False))

    def _outcome(self, name: str) -> Outcome:
        return _OUTCOME.validate_python(self._next(name, {"problem": "not_found"}))

    def _next(self, name: str, missing: Any) -> Any:
        at = next((index for index, one in enumerate(self._left) if one["asked"] == name), None)
        return self._left.pop(at)["answer"] if at is not None else missing
