"""What a turn costs, from a price table; in millionths of a euro, so that a single turn is more than nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

CURRENCY = "EUR"
MICROS_A_MINOR = 10_000  # a cent
# Unless the business sets its own, in cents.
CAP_CALL_MINOR, CAP_DAY_MINOR = 100, 2_000


@dataclass(frozen=True, slots=True)
class Price:
    """Millionths of a euro for a thousand tokens."""

    input_micros: int
    output_micros: int


# By the beginning of "provider:model", the longest that fits; list prices, looked up in November 2026, rounded up.
PRICES: Mapping[str, Price] = {
    "openai:gpt-4.1-nano": Price(100, 400),
    "openai:gpt-4.1-mini": Price(400, 1_600),
    "openai:gpt-4.1": Price(2_000, 8_000),
    "openai:gpt-4o-mini": Price(150, 600),
    "openai:gpt-4o": Price(2_500, 10_000),
    "openai:": Price(2_500, 15_000),
    "anthropic:claude-haiku": Price(1_000, 5_000),
    "anthropic:claude-3-5-haiku": Price(800, 4_000),
    "anthropic:": Price(3_000, 15_000),
    "workers_ai:": Price(300, 2_300),
}


# Millionths of a euro a character that is spoken, by the voice's provider; list prices as above.
SPEECH_MICROS: Mapping[str, int] = {"twilio": 32, "elevenlabs": 180, "vapi": 180}
TELEPHONY_MICROS_A_MINUTE = 8_500  # every minute that was begun


def speech_micros(voice_provider: str | None, characters: int) -> int:
    if voice_provider is None:
        return 0
    return characters * SPEECH_MICROS.get(voice_provider, max(SPEECH_MICROS.values()))


def telephony_micros(seconds: int) -> int:
    return -(-seconds // 60) * TELEPHONY_MICROS_A_MINUTE


def tokens_micros(provider: str, model: str, input_tokens: int, output_tokens: int) -> int:
    """An unknown model costs what the dearest known one of its vendor does: better a cap too early than none."""
    name = f"{provider}:{model}"
    known = max((prefix for prefix in PRICES if name.startswith(prefix)), key=len)
    price = PRICES[known]
    return -(-(input_tokens * price.input_micros + output_tokens * price.output_micros) // 1_000)


@dataclass(frozen=True, slots=True)
class Budget:
    """What may still be spent, in millionths."""

    call_micros: int
    day_micros: int

    @property
    def is_spent(self) -> bool:
        return self.call_micros <= 0 or self.day_micros <= 0


def budget(call_cap_minor: int | None, day_cap_minor: int | None, spent: tuple[int, int]) -> Budget:
    """`spent` is (of this conversation, of this day), in millionths."""
    call = CAP_CALL_MINOR if call_cap_minor is None else call_cap_minor
    day = CAP_DAY_MINOR if day_cap_minor is None else day_cap_minor
    return Budget(call * MICROS_A_MINOR - spent[0], day * MICROS_A_MINOR - spent[1])
