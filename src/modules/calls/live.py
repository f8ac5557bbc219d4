"""A turn that is spoken while it is decided: each sentence at once, and written when all is said."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from modules.calls import writes
from modules.calls.turns import Ready
from modules.engine.records import decided, text_id
from modules.engine.speaking import Hush
from modules.engine.tools import Deeds
from modules.engine.values import Outcome
from modules.instants import stored
from modules.messaging.outbox import send_soon
from modules.webhooks import events
from ports.context import Ports
from ports.database import Statement
from ports.telephony import Voice

Say = Callable[[str, Voice], Awaitable[None]]


class Mouth:
    """The engine's Speaker of one turn; silent from the moment that the caller speaks."""

    def __init__(self, ports: Ports, given: Ready, hush: Hush, say: Say) -> None:
        self._ports, self._given, self._say = ports, given, say
        self.hush = hush
        self.said: list[str] = []
        self.committed = 0  # how many of the turn's deeds are written

    async def say(self, words: str) -> None:
        if self.hush.is_on or not words.strip():
            return
        await self._say(words, self._given.agent.voice)
        self.said.append(words)

    async def commit(self, deeds: Deeds) -> None:
        statements = writes.effects(self._ports.ids, self._given, deeds)
        if statements:
            await events.deliver_soon(self._ports, await self._ports.db.batch(*statements))
        self.committed = len(deeds.done)


async def settle(
    ports: Ports, given: Ready, outcome: Outcome, mouth: Mouth, made: writes.Made, *more: Statement
) -> None:
    """Writes the turn; `made.words` are those that the caller has heard. Raises UniqueViolation for a repeat."""
    reply = replace(outcome.reply, words=made.words)
    rest = Deeds(outcome.deeds.done[mouth.committed :])
    at = stored(given.request.now)
    results = await ports.db.batch(
        *writes.turn(ports.ids, given.here, given.request.heard, reply, made),
        *writes.effects(ports.ids, given, rest, None if mouth.committed else reply.message),
        *decided(ports.meter, given.spot, given.request, outcome, at),
        *given.shelf.statements,
        *more,
    )
    await events.deliver_soon(ports, results)
    if outcome.deeds.first("link"):
        await send_soon(ports, text_id(given.spot))
