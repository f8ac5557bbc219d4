import asyncio

import pytest

from tests.contract.vectors_contract import CASES, Case
from tests.support.fakes import FixedClock
from tests.support.vectors import StandInVectors


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_double_does_what_the_index_does(case: Case) -> None:
    clock = FixedClock()
    vectors = StandInVectors(clock.now)
    vectors.delay_s = 1.0

    async def wait() -> None:
        clock.advance(seconds=2)

    asyncio.run(case(vectors, wait))
