"""Every statement of every queries.py is prepared against the schema: a column that is not there fails here."""

import importlib
import inspect
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from ports.database import Statement
from tests.support.sqlite import SCHEMA

SRC = Path(__file__).resolve().parents[2] / "src"
QUERIES = sorted(path for path in SRC.rglob("*queries.py"))
# Statements that are meant for the whole installation: the operator's, and what is found by a provider's own id.
GLOBAL = {
    "modules.operations.queries",
    "modules.identity.queries",
    "modules.omnichannel.call_queries",
}
SAMPLES = {"str": "x", "int": 1, "float": 1.0}


def functions() -> list[tuple[str, Callable[..., Statement]]]:
    found: list[tuple[str, Callable[..., Statement]]] = []
    for path in QUERIES:
        name = ".".join(path.relative_to(SRC).with_suffix("").parts)
        module = importlib.import_module(name)
        found += [
            (f"{name}.{key}", function)
            for key, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == name
        ]
    return found


def sample(annotation: Any) -> Any:
    """A value of the annotated type; a tuple of unknown length is long enough for any statement."""
    if get_origin(annotation) is tuple:
        args = get_args(annotation)
        return tuple(sample(arg) for arg in args) if args[-1] is not ... else ("x",) * 40
    options = [arg for arg in get_args(annotation) if arg is not type(None)]
    return sample(options[0]) if options else SAMPLES[annotation.__name__]


@pytest.mark.parametrize(("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_statement_fits_the_schema(name: str, function: Callable[..., Statement]) -> None:
    signature = inspect.signature(function, eval_str=True)
    statement = function(*(sample(parameter.annotation) for parameter in signature.parameters.values()))
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text())
    numbers = {int(number) for number in re.findall(r"\?(\d+)", statement.sql)}
    assert numbers == set(range(1, max(numbers, default=0) + 1)), "parameters are numbered without a gap"
    assert len(statement.params) >= len(numbers)
    connection.execute(f"EXPLAIN {statement.sql}", ["x"] * len(numbers)).fetchall()


@pytest.mark.parametrize(("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_tenants_statement_takes_the_tenant_first(name: str, function: Callable[..., Statement]) -> None:
    if name.rpartition(".")[0] in GLOBAL or name == "modules.onboarding.queries.funnel":
        return
    assert next(iter(inspect.signature(function).parameters)) == "tenant_id"
