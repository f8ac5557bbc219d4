"""How good search is: nDCG@10, recall@5 and MRR of each way to search, beside libraries that only do one of them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import bm25s
import numpy as np

from bench.knowledge.corpus import Passage, Question
from bench.knowledge.installation import TENANT, build
from modules.knowledge import searching
from modules.knowledge.indexing import embedded_text
from modules.knowledge.schemas import Mode
from modules.words.text import words

Ranked = list[list[str]]  # keys, best first, for each question


@dataclass(frozen=True, slots=True)
class Scores:
    ndcg: float
    recall: float
    mrr: float


def scores(asked: Sequence[Question], ranked: Ranked) -> Scores:
    """Of the questions that something answers, in hundredths. MRR is of the passage that answers."""
    ndcg, recall, mrr = [], [], []
    for question, keys in zip(asked, ranked, strict=True):
        if not question.relevant:
            continue
        best = max(question.relevant, key=lambda key: question.relevant[key])
        gains = [(2 ** question.relevant.get(key, 0) - 1) / math.log2(at + 2) for at, key in enumerate(keys[:10])]
        ideal = sorted(question.relevant.values(), reverse=True)
        ndcg.append(sum(gains) / sum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(ideal)))
        recall.append(float(best in keys[:5]))
        mrr.append(1 / (keys.index(best) + 1) if best in keys else 0.0)
    return Scores(*(100 * float(np.mean(values)) for values in (ndcg, recall, mrr)))


async def ours(
    asked: Sequence[Question], passages: Sequence[Passage], embed: Any, dimensions: int
) -> dict[str, Ranked]:
    ports, keys = await build(passages, embed, dimensions)
    found: dict[str, Ranked] = {}
    modes: tuple[Mode, ...] = ("keyword", "vector", "hybrid")
    for mode in modes:
        found[mode] = []
        for question in asked:
            wanted = searching.Wanted(question.text, 50, mode, question.language)
            got = await searching.search(ports, TENANT, wanted)
            found[mode].append([keys[one.chunk_id] for one in got.passages])
    return found


def plain_bm25(asked: Sequence[Question], passages: Sequence[Passage]) -> Ranked:
    """bm25s as it comes (Lucene's formula), over folded words."""
    retriever = bm25s.BM25(method="lucene")
    retriever.index([words(f"{one.heading} {one.text}") for one in passages], show_progress=False)
    keys = [one.key for one in passages]
    made: Ranked = []
    for question in asked:
        found, _ = retriever.retrieve([words(question.text)], k=50, show_progress=False)
        made.append([keys[int(at)] for at in found[0]])
    return made


def plain_cosine(
    asked: Sequence[Question], passages: Sequence[Passage], embed: Callable[[Sequence[str]], Any]
) -> Ranked:
    """The same vectors, compared and nothing else."""
    held = embed([embedded_text(one.heading.partition(" > ")[0], one.heading, one.text) for one in passages])
    keys = [one.key for one in passages]
    near = np.argsort(-(embed([one.text for one in asked]) @ held.T), axis=1)[:, :50]
    return [[keys[int(at)] for at in line] for line in near]
