"""The fixture of the receptionist's tests."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ports.dialogue import Language
from tests.modules.receptionist.desk import EN_FACTS, FR_FACTS, FRIDAY_10_30, Caller, CallerOf


@pytest.fixture
def caller() -> CallerOf:
    def make(
        language: Language = "fr", number: str | None = None, now: datetime = FRIDAY_10_30, **facts: Any
    ) -> Caller:
        return Caller(replace(FR_FACTS if language == "fr" else EN_FACTS, **facts), language, number, now)

    return make
