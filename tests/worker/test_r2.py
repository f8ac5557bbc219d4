"""The store of objects on workerd's R2, through the project's own adapter: objects of any size, listed, deleted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.patience import PATIENT
from tests.worker.probes import probe

MIB = 1024 * 1024
BUCKET = """
[[r2_buckets]]
binding = "AUDIO_BUCKET"
bucket_name = "probe"
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    entry = Path(__file__).parent / "r2_probe/entry.py"
    with (
        probe(tmp_path_factory.mktemp("r2"), entry, BUCKET) as worker,
        httpx.Client(base_url=worker.url, **PATIENT) as given,
    ):
        yield given


def ask(client: httpx.Client, method: str, key: str = "", **asked: Any) -> Any:
    answer = client.post("/", json={"method": method, "key": key, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("sizes", [[], [5], [8 * MIB], [3 * MIB] * 7, [20 * MIB, 1]], ids=str)
def test_an_object_is_written_as_it_is_made(client: httpx.Client, sizes: list[int]) -> None:
    whole = sum(sizes)
    assert ask(client, "put_pieces", "made", sizes=sizes) == whole
    if not whole:
        return
    assert ask(client, "get", "made", first=0, length=3) == ["AAA", whole]
    last = chr(65 + (len(sizes) - 1) % 26)
    assert ask(client, "get", "made", first=whole - 1, length=1) == [last, whole]
    if len(sizes) == 7:  # over the seams of the parts
        middle = ask(client, "get", "made", first=6 * MIB - 2, length=4)
        assert middle == ["BBCC", whole]


@pytest.mark.parametrize("sizes", [[5], [20 * MIB]], ids=str)
def test_one_that_is_not_made_to_its_end_is_not_there(client: httpx.Client, sizes: list[int]) -> None:
    assert ask(client, "put_pieces", "broken", sizes=sizes, breaks=True) == "in the middle"
    assert ask(client, "get", "broken", first=0, length=1) is None


def test_keys_are_listed_by_prefix_in_order_and_deleted(client: httpx.Client) -> None:
    for key in ("t1/b", "t1/a", "t10/a", "t1/c"):
        ask(client, "put_pieces", key, sizes=[1])
    assert ask(client, "keys", "t1/") == ["t1/a", "t1/b", "t1/c"]
    assert ask(client, "keys", "t1/", after="t1/a") == ["t1/b", "t1/c"]
    ask(client, "delete", keys=["t1/a", "t1/b", "t1/not-there"])
    ask(client, "delete", keys=[])
    assert ask(client, "keys", "t1") == ["t1/c", "t10/a"]
