"""Words spoken while a model is still writing: sentence by sentence, and none that claims what is not so."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from modules.claims.detect import Kind, sentences
from modules.engine.filler import is_filler
from modules.engine.tools import Deeds
from modules.engine.truth import checked, unproven
from ports.dialogue import Action, Language

MOST_CHARS, MOST_SENTENCES = 500, 4
_END = re.compile(r"[.!?…]+(?=\s)")


class Hush:
    """The caller has begun to speak: whoever is still thinking or writing stops, and what was done stands."""

    def __init__(self) -> None:
        self.is_on = False
        self._limit: asyncio.Timeout | None = None

    def now(self) -> None:
        self.is_on = True
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def within(self, total_s: float) -> AsyncIterator[None]:
        """A time limit that ends when the caller speaks. Raises TimeoutError in both cases."""
        async with asyncio.timeout(0 if self.is_on else total_s) as self._limit:
            try:
                yield
            finally:
                self._limit = None


class Speaker(Protocol):
    @property
    def hush(self) -> Hush: ...

    async def say(self, words: str) -> None:
        """One sentence, to be heard now."""
        ...

    async def commit(self, deeds: Deeds) -> None:
        """Writes what was done so far; after it a sentence may say so. Raises when it could not be written."""
        ...


@dataclass(slots=True)
class Speaking:
    """Of one turn. A sentence that claims something waits until that is written; one that is not so is never said."""

    speaker: Speaker
    language: Language
    evidence: frozenset[Kind]  # of the conversation before this turn
    deeds: Deeds
    said: list[str] = field(default_factory=list)
    false: list[Kind] = field(default_factory=list)
    _waiting: str = ""
    _committed: int = 0

    @property
    def hush(self) -> Hush:
        return self.speaker.hush

    async def hear(self, text: str) -> None:
        """Another piece of what the model writes."""
        self._waiting += text
        while ended := _END.search(self._waiting):
            sentence, self._waiting = self._waiting[: ended.end()], self._waiting[ended.end() :].lstrip()
            await self._release(sentence)

    async def finish(self) -> None:
        """The rest, and the truth in the place of what was held back."""
        rest, self._waiting = self._waiting, ""
        if self.hush.is_on:
            return
        if rest.strip():
            await self._release(rest)
        if self.false:
            proven = self.evidence | self.deeds.evidence
            await self._say(truth_for(self.false, self.language, proven))

    def forget_the_rest(self) -> None:
        """The model broke off: half a sentence is not said."""
        self._waiting = ""

    async def _release(self, sentence: str) -> None:
        words = sentence.replace("*", "").replace("#", "").strip()
        if (
            self.hush.is_on
            or is_filler(words, self.language)
            or len(self.said) >= MOST_SENTENCES
            or len(" ".join(self.said)) + len(words) > MOST_CHARS
        ):
            return
        false = unproven(words, self.language, self.evidence | self.deeds.evidence, self.deeds.known)
        if false:
            self.false += false
            return
        if unproven(words, self.language, self.evidence) and len(self.deeds.done) > self._committed:
            await self.speaker.commit(self.deeds)
            self._committed = len(self.deeds.done)
        await self._say(words)

    async def _say(self, words: str) -> None:
        self.said.append(words)
        await self.speaker.say(words)


def truth_for(false: list[Kind], language: Language, evidence: frozenset[Kind]) -> str:
    return checked("", language, evidence, tuple(false))[0]


def shortened(words: str, most: int = MOST_SENTENCES) -> str:
    """Nobody listens to a lecture: the first sentences."""
    kept: list[str] = []
    for sentence in sentences(words.replace("*", "").replace("#", "")):
        if kept and (len(kept) >= most or len("".join(kept)) + len(sentence) > MOST_CHARS):
            break
        kept.append(sentence)
    return "".join(kept).strip()[:MOST_CHARS]


def said_of(language: Language, action: Action) -> str:
    """For a model that did something and then said nothing."""
    french = language == "fr"
    if action == "transfer":
        return "Je vous mets en relation." if french else "I am putting you through."
    if action == "hang_up":
        return "Au revoir, bonne journée." if french else "Goodbye, have a nice day."
    return "C'est noté. Puis-je vous aider pour autre chose ?" if french else "Noted. Can I help with anything else?"
