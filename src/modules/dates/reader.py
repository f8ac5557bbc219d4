"""Reading tokens one after the other, with the way back when a rule does not fit."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from modules.dates.tokens import Token

T = TypeVar("T")
END = Token("end", "")


class Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        index = self.at + ahead
        return self._tokens[index] if 0 <= index < len(self._tokens) else END

    @property
    def is_done(self) -> bool:
        return self.at >= len(self._tokens)

    def take(self, *kinds: str) -> Token | None:
        token = self.peek()
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def skip(self, *kinds: str) -> bool:
        """Any number of them."""
        began = self.at
        while self.take(*kinds):
            pass
        return self.at > began

    def first(self, *rules: Callable[[], T]) -> T | None:
        """Of the rules the first that fits; one that does not leaves no trace."""
        began = self.at
        for rule in rules:
            found = rule()
            if found is not None:
                return found
            self.at = began
        return None

    def is_all(self, *kinds: str) -> bool:
        """Whether nothing else was said, but for fillers."""
        return [token.kind for token in self._tokens if token.kind not in ("filler", "stop")] == list(kinds)
