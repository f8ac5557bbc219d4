"""How good search is on the written questions: python -m bench.knowledge [--half open|held_out] [--costs] [--extraction]

Needs requirements/bench.txt beside the project's own. The embedder is a stand-in, trained on the corpus itself, but with
--workers-ai.
"""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

from bench.knowledge import costs, extraction, quality, workers_ai
from bench.knowledge.corpus import LANGUAGES, Question, passages, questions
from bench.knowledge.installation import TENANT, build
from bench.knowledge.stand_in import DIMENSIONS, trained
from modules.knowledge.asking import ask
from modules.knowledge.indexing import embedded_text
from modules.knowledge.schemas import Ask


async def _answers(asked: Sequence[Question], embed: Any, dimensions: int) -> dict[str, dict[str, int]]:
    """What /ask does without a model: `false` is an answer to what nothing answers."""
    ports, keys = await build(passages(), embed, dimensions)
    counted: dict[str, dict[str, int]] = {}
    for question in asked:
        said = await ask(ports, TENANT, Ask(question=question.text, language=question.language))
        row = counted.setdefault(
            question.language, dict.fromkeys(("right", "other passage", "refused", "false", "honest"), 0)
        )
        if not said.grounded:
            row["refused" if question.relevant else "honest"] += 1
        elif not question.relevant:
            row["false"] += 1
        else:
            row["right" if keys[said.citations[0].chunk_id] in question.relevant else "other passage"] += 1
    return counted


def _measure_quality(half: str, is_real: bool) -> None:
    held = passages()
    asked = [one for one in questions() if one.is_held_out == (half == "held_out")]
    texts = [embedded_text(one.heading.partition(" > ")[0], one.heading, one.text) for one in held]
    embed, dimensions = (workers_ai.embed, workers_ai.DIMENSIONS) if is_real else (trained(texts), DIMENSIONS)
    found = asyncio.run(quality.ours(asked, held, embed, dimensions))
    found = {"bm25s": quality.plain_bm25(asked, held), "cosine": quality.plain_cosine(asked, held, embed), **found}
    print(f"{len(asked)} questions ({half}), {len(held)} passages")
    print("| | language | nDCG@10 | recall@5 | MRR |\n|---|---|---|---|---|")
    for name, ranked in found.items():
        for one in (*LANGUAGES, "both"):
            pairs = [(q, r) for q, r in zip(asked, ranked, strict=True) if one in ("both", q.language)]
            made = quality.scores([q for q, _ in pairs], [r for _, r in pairs])
            print(f"| {name} | {one} | {made.ndcg:.1f} | {made.recall:.1f} | {made.mrr:.1f} |")
    print(
        "\n| /ask, without a model | right | other passage | refused | false answer | honest no |\n|---|---|---|---|---|---|"
    )
    for language, row in asyncio.run(_answers(asked, embed, dimensions)).items():
        print(f"| {language} | " + " | ".join(str(value) for value in row.values()) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.knowledge")
    parser.add_argument("--half", choices=("open", "held_out"), default="held_out")
    parser.add_argument(
        "--workers-ai", action="store_true", help="with the real bge-m3 (account and token in the environment)"
    )
    parser.add_argument("--costs", action="store_true", help="own time and rows read against the size of the corpus")
    parser.add_argument(
        "--extraction", action="store_true", help="text of web pages beside trafilatura and readability"
    )
    given = parser.parse_args()
    if given.costs:
        costs.main()
    elif given.extraction:
        extraction.main()
    else:
        _measure_quality(given.half, given.workers_ai)


if __name__ == "__main__":
    main()
