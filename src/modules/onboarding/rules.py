"""The steps of onboarding and their order; the database keeps the same order by trigger."""

from typing import Literal, get_args

Step = Literal["business", "knowledge", "services", "assistant"]
SkippableStep = Literal["knowledge", "services"]
STEPS: tuple[Step, ...] = get_args(Step)


def number_of(step: Step) -> int:
    return STEPS.index(step) + 1


def missing_steps(done: set[int]) -> list[Step]:
    return [step for step in STEPS if number_of(step) not in done]
