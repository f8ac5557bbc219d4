"""The application on CPython over SQLite, with steered ports."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.fakes import World
from tests.support.http import client_of


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as ever, at once."""
    monkeypatch.setattr("providers.http.RETRY_DELAYS_S", (0.0, 0.0))
    for module in ("modules.threads.desk", "modules.web_chat.service"):
        monkeypatch.setattr(f"{module}.pause", _at_once)


async def _at_once(*_: object) -> None:
    return None


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with client_of(world) as given:
        yield given


@pytest.fixture
def other(world: World) -> Iterator[httpx.Client]:
    """Somebody else, of another business."""
    with client_of(world) as given:
        yield given
