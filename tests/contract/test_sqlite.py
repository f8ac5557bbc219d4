import asyncio

import pytest

from tests.contract.database_contract import CASES, SCHEMA, Case
from tests.support.sqlite import SqliteDatabase


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_double_does_what_a_database_does(case: Case) -> None:
    asyncio.run(case(SqliteDatabase(SCHEMA)))
