"""What a search costs against how much there is to search: SQLite on CPython, the words alone and all of a search.

Vectors are a stand-in that answers at once: Vectorize's own time is not measured, the rows looked up for its hits are.
"""

import asyncio
import json
import random
import statistics
import time

from modules.knowledge import chunk_queries, document_queries, searching
from modules.knowledge.asked import asked
from modules.knowledge.cutting import Piece, Source, rows
from ports.context import Ports
from tests.support.fakes import World

SIZES = (1_000, 10_000, 100_000)
OTHERS = 20  # tenants beside, of as many pieces each as the smallest
QUESTIONS = ("prix de la vidange moteur", "horaires samedi", "garantie des réparations", "how much is a full service")
ROUNDS = 5
_AT = "2026-11-20 11:00:00.000"
_SYLLABLES = [f"{first}{second}" for first in "bcdfglmnprst" for second in "aeiou"]


def vocabulary(dice: random.Random) -> tuple[list[str], list[float]]:
    """Made-up words, used as unevenly as those of a language, and the few that are asked for."""
    made = {"".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(8_000)}
    known = ("prix", "vidange", "moteur", "horaires", "samedi", "garantie", "réparations", "service", "full")
    words = [*sorted(made), *known]
    dice.shuffle(words)
    return words, [1 / (rank + 5) for rank in range(len(words))]


async def _fill(ports: Ports, tenant: str, count: int, dice: random.Random) -> None:
    words, weights = vocabulary(dice)
    await ports.db.batch(
        chunk_queries.ensure_space(tenant), chunk_queries.ensure_index(tenant, str(ports.embedding), 1024, _AT)
    )
    for first in range(0, count, 500):
        document = f"doc_{first:06d}"
        pieces = [Piece("Sample", " ".join(dice.choices(words, weights, k=60))) for _ in range(min(500, count - first))]
        made = json.dumps(rows(Source("document", document, "Sample", "", "fr"), pieces), ensure_ascii=False)
        values = json.dumps({"title": "Sample", "content": "", "origin": "api", "format": "text", "analysis": 1})
        await ports.db.batch(
            document_queries.insert_document(tenant, document, values, _AT), chunk_queries.put_chunks(tenant, made)
        )


async def _measure(size: int) -> tuple[float, float, int]:
    """(median, p95) in ms of a whole search, and the pieces that hold one of its words."""
    world, dice = World(), random.Random(7)
    ports = world.ports
    tenants = [f"tnt_{number:03d}" for number in range(OTHERS + 1)]
    for number, tenant in enumerate(tenants):
        world.db.connection.execute(
            "INSERT INTO tenants (id, name, slug, created_at, updated_at) VALUES (?, 'Sample', ?, ?, ?)",
            (tenant, tenant, _AT, _AT),
        )
        await _fill(ports, tenant, size if number == 0 else min(size, SIZES[0]), dice)
    took = []
    for text in QUESTIONS * ROUNDS:
        began = time.perf_counter()
        await searching.search(ports, tenants[0], searching.Wanted(text, 5))
        took.append((time.perf_counter() - began) * 1000)
    terms = json.dumps([f"1_{term}" for text in QUESTIONS for term in asked(text).terms])
    counted = world.db.rows(
        "SELECT sum(doc) AS held FROM knowledge_term_counts WHERE term IN (SELECT value FROM json_each(?))", terms
    )
    return statistics.median(took), sorted(took)[int(len(took) * 0.95)], int(counted[0]["held"] or 0) // len(QUESTIONS)


def main() -> None:
    print(
        f"| pieces of the tenant ({OTHERS} others beside) | median ms | p95 ms | pieces that hold a word of the question |"
    )
    print("|---|---|---|---|")
    for size in SIZES:
        median, worst, held = asyncio.run(_measure(size))
        print(f"| {size:,} | {median:.1f} | {worst:.1f} | {held:,} |", flush=True)
