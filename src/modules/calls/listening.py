"""What a caller does on an open line, in the pieces that are answered: sentences, keys, silence."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ports.dialogue import Heard
from ports.telephony import RelayEvent, RelayKey, RelayPrompt, RelaySpeech

IDLE_S = 8.0  # of silence, after the last word of either
KEYS_S = 1.5  # between two keys of one number
CHARS_A_SECOND = 14.0  # of speech, where the provider does not tell when it ends
MOST_WAITING = 20  # sentences that nobody has answered yet
MOST_KEYS = 64


class Ears:
    """`interrupt` is called whenever the caller does something that the agent should stop for."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._inputs: list[Heard] = []
        self._keys = ""
        self._wake = asyncio.Event()
        self.is_closed = False
        self._is_caller_speaking = False
        now = self._now()
        self._quiet_at, self._heard_at, self._keyed_at = now, now, now

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    @property
    def has_input(self) -> bool:
        return bool(self._inputs)

    def take(self, event: RelayEvent) -> None:
        self._heard_at = self._now()
        match event:
            case RelayPrompt(words=words, language=language, is_last=True) if words:
                self._hear(Heard(speech=words, language=language))
            case RelayKey(digit=digit):
                self._key(digit)
            case RelaySpeech(is_agent=True, is_on=is_on):
                self._quiet_at = max(self._quiet_at, self._now()) if is_on else self._now()
                self._wake.set()
            case RelaySpeech(is_agent=False, is_on=is_on):
                self._is_caller_speaking = is_on

    def close(self) -> None:
        self.is_closed = True
        self._stirred()

    def spoken(self, characters: int) -> None:
        """The agent has been given so much to say."""
        self._quiet_at = max(self._quiet_at, self._now()) + characters / CHARS_A_SECOND

    def quiet(self) -> None:
        """The agent has stopped speaking."""
        self._quiet_at = self._heard_at = self._now()

    def put_back(self, heard: Heard) -> None:
        """What was not answered: it belongs to what was said after it."""
        self._inputs.insert(0, heard)

    async def next(self) -> Heard | None:
        """What the caller has said since; silence when it has lasted; None when nobody is there any more."""
        while not self.is_closed:
            if self._inputs:
                return self._merged()
            if await self._wait():
                continue
            if self._keys:
                self._flush_keys()
            elif not self._is_caller_speaking:
                self._heard_at = self._now()
                return Heard()
            else:
                self._is_caller_speaking = False  # once more as long: the end of their speech may have been lost
                self._heard_at = self._now()
        return None

    async def until_quiet(self, most_s: float) -> bool:
        """Until the agent's last word has been heard; whether the caller has spoken again before that."""
        end = self._now() + most_s
        while not self.is_closed and not self._inputs and (left := min(self._quiet_at, end) - self._now()) > 0:
            await self._stirs_within(left)
        return self.has_input

    def _hear(self, heard: Heard) -> None:
        self._is_caller_speaking = False
        if len(self._inputs) < MOST_WAITING:
            self._inputs.append(heard)
        self._stirred()

    def _key(self, digit: str) -> None:
        self._keyed_at = self._now()
        if digit == "#" and self._keys:
            self._flush_keys()
            return
        self._keys = (self._keys + digit)[:MOST_KEYS]
        self._stirred()

    def _flush_keys(self) -> None:
        keys, self._keys = self._keys, ""
        self._hear(Heard(digits=keys))

    def _stirred(self) -> None:
        self._interrupt()
        self._wake.set()

    async def _wait(self) -> bool:
        """False when nothing came in the time in which something should have."""
        if await self._stirs_within(max(0.05, self._due() - self._now())):
            return True
        return self._now() + 0.01 < self._due()  # meanwhile somebody has spoken

    def _due(self) -> float:
        return self._keyed_at + KEYS_S if self._keys else max(self._quiet_at, self._heard_at) + IDLE_S

    async def _stirs_within(self, seconds: float) -> bool:
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True

    def _merged(self) -> Heard:
        """Sentences said one after the other before anything was answered are one."""
        first = self._inputs.pop(0)
        while first.speech and self._inputs and self._inputs[0].speech:
            following = self._inputs.pop(0)
            first = replace(following, speech=f"{first.speech} {following.speech}")
        return first
