"""What ports.Vectors promises, and what Vectorize refuses: the same cases on the double and on the stand-in in workerd.

`wait` waits until what was written can be seen.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import pytest

from ports.vectors import MOST_BY_ID, MOST_HITS, MOST_IN_BATCH, Vectors, VectorsUnavailable

DIMENSIONS = 1024
Wait = Callable[[], Awaitable[None]]
Case = Callable[[Vectors, Wait], Coroutine[Any, Any, None]]


def axis(at: int, more: float = 0.0) -> list[float]:
    vector = [0.0] * DIMENSIONS
    vector[at], vector[at + 1] = 1.0, more
    return vector


async def nearest_first_within_a_namespace(vectors: Vectors, wait: Wait) -> None:
    await vectors.upsert("one", {"a": axis(0), "b": axis(0, 1.0), "c": axis(5)})
    await vectors.upsert("two", {"d": axis(0)})
    await wait()
    hits = await vectors.query("one", axis(0), 2)
    assert [hit.id for hit in hits] == ["a", "b"]
    assert hits[0].score == pytest.approx(1.0, abs=1e-6)
    assert hits[1].score == pytest.approx(0.5**0.5, abs=1e-6)
    assert [hit.id for hit in await vectors.query("two", axis(0), 5)] == ["d"]
    assert await vectors.query("three", axis(0), 5) == []


async def what_is_written_is_seen_later(vectors: Vectors, wait: Wait) -> None:
    before = await vectors.progress()
    mutation = await vectors.upsert("later", {"new": axis(1)})
    assert await vectors.query("later", axis(1), 5) == []
    assert await vectors.present(["new"]) == frozenset()
    await wait()
    assert await vectors.present(["new", "other"]) == frozenset(("new",))
    after = await vectors.progress()
    assert (after.count - before.count, after.mutation_id) == (1, mutation)
    assert after.until is not None
    await vectors.delete(["new", "never there"])
    assert await vectors.present(["new"]) == frozenset(("new",))
    await wait()
    assert await vectors.present(["new"]) == frozenset()


async def the_same_id_again_takes_its_place(vectors: Vectors, wait: Wait) -> None:
    await vectors.upsert("again", {"same": axis(2)})
    await vectors.upsert("again", {"same": axis(3)})
    await wait()
    (hit,) = await vectors.query("again", axis(3), 5)
    assert hit.score == pytest.approx(1.0, abs=1e-6)


async def limits_are_refused(vectors: Vectors, wait: Wait) -> None:
    refused: list[tuple[Callable[..., Awaitable[Any]], tuple[Any, ...]]] = [
        (vectors.upsert, ("one", {"x" * 65: axis(0)})),
        (vectors.upsert, ("n" * 65, {"x": axis(0)})),
        (vectors.upsert, ("one", {"x": axis(0)[:-1]})),
        (vectors.upsert, ("one", {})),
        (vectors.upsert, ("one", {f"x{n}": axis(0) for n in range(MOST_IN_BATCH + 1)})),
        (vectors.delete, ([],)),
        (vectors.delete, ([f"x{n}" for n in range(MOST_IN_BATCH + 1)],)),
        (vectors.query, ("one", axis(0), MOST_HITS + 1)),
        (vectors.query, ("one", axis(0)[:-1], 5)),
        (vectors.present, ([f"x{n}" for n in range(MOST_BY_ID + 1)],)),
    ]
    for method, arguments in refused:
        with pytest.raises(VectorsUnavailable):
            await method(*arguments)
    await vectors.upsert("n" * 64, {"i" * 64: axis(0)})


CASES: Mapping[str, Case] = {
    case.__name__: case
    for case in (
        nearest_first_within_a_namespace,
        what_is_written_is_seen_later,
        the_same_id_again_takes_its_place,
        limits_are_refused,
    )
}
