"""A call over a socket: heard and spoken sentence by sentence, interrupted at any word, written turn by turn."""

import asyncio
from collections.abc import Callable, Mapping

from modules.aloud import spoken
from modules.calls import relay_queries, writes
from modules.calls.listening import Ears
from modules.calls.live import Mouth, settle
from modules.calls.relays import Relay, UnknownRelay
from modules.calls.turns import Ready, Stopwatch, Turn, load, metered, ready
from modules.engine.engine import converse
from modules.engine.speaking import Hush
from modules.engine.values import Outcome
from modules.instants import stored
from ports.context import Ports
from ports.dialogue import Action, Heard, Language
from ports.telephony import (
    LineGone,
    RelayEvent,
    RelayInterruption,
    RelayLine,
    RelayProblem,
    RelaySetup,
    Voice,
)

SETUP_S = 10.0
LONGEST_GOODBYE_S = 15.0
MOST_FAILURES = 2
MOST_QUERIES = 700  # of the thousand that one invocation may make: the call goes on over another socket

Report = Callable[[str, Exception | str], None]


async def hold(ports: Ports, relay: Relay, line: RelayLine, report: Report, sorry: Mapping[Language, str]) -> int:
    """Until one side ends it; how many turns there were. Raises UnknownRelay when it is another call's line.

    `sorry` asks for a turn that failed once more.
    """
    try:
        async with asyncio.timeout(SETUP_S):
            first = await line.receive()
    except TimeoutError as error:
        raise UnknownRelay("no setup") from error
    if not isinstance(first, RelaySetup) or first.provider_call_id != relay.call[1]:
        raise UnknownRelay("of another call")
    if relay.account is not None and first.account != relay.account:
        raise UnknownRelay("of another account")
    conversation = _Conversation(ports, relay, line, report, sorry)
    reading = asyncio.create_task(conversation.read())
    try:
        await conversation.run()
    finally:
        reading.cancel()
    return conversation.turns


class _Conversation:
    def __init__(
        self, ports: Ports, relay: Relay, line: RelayLine, report: Report, sorry: Mapping[Language, str]
    ) -> None:
        self.ports = ports
        self.turns = 0
        self._relay, self._line, self._report, self._sorry = relay, line, report, sorry
        self._number = relay.next_turn
        self._language = relay.voice_language  # that the line has been told
        self._hush: Hush | None = None  # of the turn under way
        self._has_spoken = False  # in the turn under way
        self._cut: RelayInterruption | None = None
        self._failures = 0
        self._ears = Ears(self._stop_speaking)
        self._ears.spoken(relay.opening_chars)

    async def read(self) -> None:
        """Everything that the line brings, at once; what has to be answered waits."""
        try:
            while (event := await self._line.receive()) is not None:
                await self._take(event)
        except Exception as error:
            self._report("relay.unreadable", error)
        finally:
            self._ears.close()

    async def _take(self, event: RelayEvent) -> None:
        match event:
            case RelayInterruption():
                self._ears.quiet()
                await self._interrupted(event)
            case RelayProblem(description=description):
                self._report("relay.problem", description)
            case _:
                self._ears.take(event)

    def _stop_speaking(self) -> None:
        if self._hush is not None:
            self._hush.now()

    async def _interrupted(self, event: RelayInterruption) -> None:
        if self._hush is not None and self._has_spoken:
            self._cut = event
            self._hush.now()
        elif self._number > 0:
            await self._cut_short(self._number - 1, event)

    async def _cut_short(self, number: int, event: RelayInterruption) -> None:
        """Of an answer that is written already. The call goes on when that cannot be noted."""
        heard = (event.heard, event.after_ms)
        try:
            await self.ports.db.batch(
                relay_queries.cut_short(self._relay.tenant_id, self._relay.call, number, heard), idempotent=True
            )
        except Exception as error:
            self._report("relay.interruption_lost", error)

    async def say(self, words: str, voice: Voice) -> None:
        if voice.language != self._language:
            await self._line.speak_language(voice.language)
        self._language = voice.language
        await self._line.say(f"{spoken(words, voice)} ")
        self._has_spoken = True
        self._ears.spoken(len(words))

    async def run(self) -> None:
        while (heard := await self._ears.next()) is not None:
            try:
                action = await self._turn(heard)
                self._failures = 0
            except LineGone:
                return  # the line is gone
            except Exception as error:
                self._report("relay.turn_failed", error)
                if not await self._failed():
                    return
                continue
            if action != "listen" and await self._leave(action):
                return
            if self.ports.db.usage.queries > MOST_QUERIES and not self._ears.has_input:
                await self._line.end("renew")
                return

    async def _turn(self, heard: Heard) -> Action:
        relay, self._cut, self._has_spoken = self._relay, None, False
        self._hush = hush = Hush()
        try:
            turn = Turn(relay.call, self._number, relay.account, relay.id)
            watch = Stopwatch(self.ports.clock)
            row = await load(self.ports, turn)
            load_ms = watch.lap_ms()
            given = await ready(self.ports, turn, row, heard)
            mouth = Mouth(self.ports, given, hush, self.say)
            outcome = await converse(given.request, given.brain, self.ports.clock, mouth)
            if hush.is_on and self._ears.has_input and heard.speech and not mouth.said and not outcome.deeds.done:
                self._ears.put_back(heard)  # they went on speaking: it is one sentence
                return "listen"
            if mouth.said:
                await self._line.say("", is_last=True)
            await self._write(given, outcome, mouth, (load_ms, watch.lap_ms()))
        finally:
            self._hush = None
        self.turns += 1
        return "listen" if hush.is_on else outcome.reply.action

    async def _write(self, given: Ready, outcome: Outcome, mouth: Mouth, cost: tuple[float, float]) -> None:
        metered(self.ports, *cost)
        heard = self._cut.heard if self._cut else " ".join(mouth.said)
        made = writes.Made(heard, "\n".join(mouth.said), *cost, stored(given.request.now))
        await settle(self.ports, given, outcome, mouth, made)
        number, self._number = self._number, self._number + 1
        if self._cut is not None:
            await self._cut_short(number, self._cut)

    async def _failed(self) -> bool:
        """Whether the call goes on here; else the documents take over."""
        self._failures += 1
        try:
            if self._failures < MOST_FAILURES:
                await self._line.say(self._sorry[self._relay.language], is_last=True)
                return True
            await self._line.end("failed")
        except LineGone:
            return False
        return False

    async def _leave(self, action: Action) -> bool:
        """After the last word has been heard; False when the caller goes on speaking instead of letting us go."""
        if await self._ears.until_quiet(LONGEST_GOODBYE_S) and action == "hang_up":
            return False
        if not self._ears.is_closed:
            await self._line.end(action)
        return True
