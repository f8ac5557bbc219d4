"""Search: by words and by meaning, in two round trips and one embedding; nothing that the database does not hold."""

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from modules.instants import stored
from modules.knowledge import search_queries as queries
from modules.knowledge import vector_queries
from modules.knowledge.asked import Asked, asked, gives
from modules.knowledge.indexing import namespace_of
from modules.knowledge.privacy import impersonal
from modules.knowledge.ranking import Candidate, Weights, fused, weight_of, weights
from modules.knowledge.schemas import Mode, Source
from ports.context import Ports
from ports.database import Result, Row, Statement
from ports.dialogue import Language
from ports.embedder import EmbeddingModel, Vector
from ports.vectors import Hit, VectorsUnavailable
from ports.vendors import VendorError

Surface = Literal["search", "ask", "agent"]

MOST_BY_WORDS = 50
MOST_BY_VECTORS = 50
MOST_RERANKED = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and among what."""

    text: str
    most: int = 5
    mode: Mode = "hybrid"
    spoken: Language | None = None  # by whoever asks
    language: Language | None = None
    source: Source | None = None
    product: str | None = None
    reranks: bool = False

    @property
    def filters(self) -> str:
        return json.dumps({"language": self.language, "source": self.source, "product": self.product})


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of what the business knows, as it is in the database now."""

    chunk_id: str
    document_id: str | None
    faq_id: str | None
    source: Source
    title: str
    heading: str
    text: str
    language: Language
    source_url: str | None
    score: float  # 0 to 1
    ranked: Candidate


@dataclass(frozen=True, slots=True)
class Searched:
    asked: Asked
    passages: tuple[Passage, ...]
    mode: Mode  # that it came to: without vectors words are searched alone
    weights: Weights
    duration_ms: float

    @property
    def score(self) -> float:
        return self.passages[0].score if self.passages else 0.0


async def search(ports: Ports, tenant_id: str, wanted: Wanted, *, is_logged: bool = False) -> Searched:
    """Never raises for the sake of a vendor: without vectors or reranker what is left of search answers."""
    began_ms = ports.clock.monotonic_ms()
    question = asked(wanted.text, wanted.spoken)
    index, cached, counted, by_words = await ports.db.batch(
        queries.index(tenant_id),
        queries.query_vector(tenant_id, question.hash),
        queries.term_counts(tenant_id, json.dumps(question.terms)),
        queries.by_words(tenant_id, _said(question), wanted.filters, MOST_BY_WORDS),
    )
    counts = {str(row["term"]): int(row["count"] or 0) for row in counted.rows}
    chunks = int(index.rows[0]["chunks"] or 0) if index.first else 0
    weighed = weights(question, counts, chunks)
    words = by_words.rows if wanted.mode != "vector" else ()
    mode: Mode = wanted.mode
    hits: Sequence[Hit] = ()
    also: tuple[Statement, ...] = ()
    if mode != "keyword" and index.first is not None and index.first["model"] is not None:
        try:
            vector, hits = await _nearest(ports, tenant_id, question, index.first, cached)
            also = _kept(ports, tenant_id, str(index.first["model"]), question, vector) if not cached.rows else ()
        except (VendorError, VectorsUnavailable):
            mode, words = "keyword", by_words.rows
    if is_logged:
        took_ms = ports.clock.monotonic_ms() - began_ms
        score = _coverage(weighed, words[0]) if words else hits[0].score if hits else 0.0
        log_id = ports.ids.new("search")
        entry = logged(ports, tenant_id, log_id, (question, mode, len(words), score, took_ms), ("search", None))
        found = (json.dumps([row["id"] for row in words]), json.dumps([hit.id for hit in hits]))
        also = (*also, entry, queries.log_hits(tenant_id, log_id, found))
    near = await _still_so(ports, tenant_id, wanted, hits, also)
    still = [(hit, near[hit.id]) for hit in hits if hit.id in near]
    passages = _passages((question, wanted.mode), words, still, weighed)
    if wanted.reranks:
        passages = await _reranked(ports, wanted.text, passages)
    took_ms = ports.clock.monotonic_ms() - began_ms
    return Searched(question, tuple(passages[: wanted.most]), mode, weighed, took_ms)


def log(ports: Ports, tenant_id: str, searched: Searched, surface: Surface, *, is_used: bool) -> Statement:
    """For the batch of whoever has made something of it."""
    told = (searched.asked, searched.mode, len(searched.passages), searched.score, searched.duration_ms)
    return logged(ports, tenant_id, ports.ids.new("search"), told, (surface, is_used))


def logged(
    ports: Ports,
    tenant_id: str,
    log_id: str,
    told: tuple[Asked, Mode, int, float, float],
    by: tuple[Surface, bool | None],
) -> Statement:
    """`told` is the question, mode, hits, score and milliseconds."""
    question, mode, hits, score, duration_ms = told
    values = {
        "surface": by[0],
        "query": impersonal(question.text),
        "language": question.language,
        "mode": mode,
        "hits": hits,
        "score": round(score, 4),
        "duration_ms": round(duration_ms, 1),
        "is_used": by[1] if by[1] is None else int(by[1]),
    }
    return queries.log(tenant_id, log_id, json.dumps(values), stored(ports.clock.now()))


def _said(question: Asked) -> tuple[str, str, str | None]:
    weighed = [[term, weight_of(term, question.light)] for term in question.terms]
    return json.dumps(weighed), json.dumps(question.prefixes), question.phrase


async def _nearest(
    ports: Ports, tenant_id: str, question: Asked, index: Row, cached: Result
) -> tuple[Vector, list[Hit]]:
    """With the model that the index was made with, whichever is wanted for the next one."""
    if cached.first is not None:
        vector: Vector = unpacked(str(cached.first["vector"]))
    else:
        model = EmbeddingModel.named(str(index["model"]), int(index["dimensions"] or 0))
        (vector,) = await ports.embedders[model.provider].embed(model, [question.text])
    space = namespace_of(tenant_id, index["generation"])
    return vector, await ports.vectors.query(space, vector, MOST_BY_VECTORS)


async def _still_so(
    ports: Ports, tenant_id: str, wanted: Wanted, hits: Sequence[Hit], also: tuple[Statement, ...]
) -> Mapping[str, Row]:
    """The rows of the hits; vectors that nobody has asked for are told to go."""
    if not hits and not also:
        return {}
    ids = json.dumps([hit.id for hit in hits])
    strays = (vector_queries.strays(tenant_id, ids),) if hits else ()
    found, *_ = await ports.db.batch(queries.by_vectors(tenant_id, ids, wanted.filters), *strays, *also)
    return {str(row["vector_id"]): row for row in found.rows}


def _kept(ports: Ports, tenant_id: str, model: str, question: Asked, vector: Vector) -> tuple[Statement]:
    at = stored(ports.clock.now())
    return (queries.keep_query_vector(tenant_id, model, question.hash, packed(vector), at),)


def _coverage(weighed: Weights, row: Row) -> float:
    held = frozenset((*str(row["head_terms"]).split(), *str(row["body_terms"]).split()))
    return weighed.coverage(_language(row), held)


def _passages(
    asked_for: tuple[Asked, Mode], words: Sequence[Row], near: Sequence[tuple[Hit, Row]], weighed: Weights
) -> list[Passage]:
    """Best first, from the rows that words and that vectors have found, each in their order."""
    question, mode = asked_for
    rows = {str(row["id"]): row for row in (*words, *(row for _, row in near))}
    by_words = {str(row["id"]): (rank, float(row["score"] or 0)) for rank, row in enumerate(words, 1)}
    by_vector = {str(row["id"]): (rank, hit.score) for rank, (hit, row) in enumerate(near, 1)}
    candidates = []
    for key, row in rows.items():
        keyword_rank, keyword_score = by_words.get(key, (None, None))
        vector_rank, vector_score = by_vector.get(key, (None, None))
        candidates.append(
            Candidate(
                key,
                str(row["text"]),
                keyword_rank,
                keyword_score,
                vector_rank,
                vector_score,
                _coverage(weighed, row),
                question.language in (None, _language(row)),
                gives(question.expected, str(row["text"])),
            )
        )
    return [_passage(rows[one.id], one) for one in fused(candidates, mode)]


def _passage(row: Row, ranked: Candidate) -> Passage:
    source: Source = "faq" if row["source"] == "faq" else "page" if row["source"] == "page" else "document"
    return Passage(
        chunk_id=ranked.id,
        document_id=_text(row, "document_id"),
        faq_id=_text(row, "faq_id"),
        source=source,
        title=str(row["title"] or ""),
        heading=str(row["heading"]),
        text=ranked.text,
        language=_language(row),
        source_url=_text(row, "source_url"),
        score=round(max(ranked.coverage, ranked.vector_score or 0.0, 0.0), 4),
        ranked=ranked,
    )


async def _reranked(ports: Ports, query: str, passages: list[Passage]) -> list[Passage]:
    best = passages[:MOST_RERANKED]
    if not best:
        return passages
    try:
        scores = await ports.reranker.scores(query, [f"{one.title}\n{one.heading}\n{one.text}" for one in best])
    except VendorError:
        return passages
    scored = [
        replace(one, score=round(score, 4), ranked=replace(one.ranked, rerank_score=score))
        for one, score in zip(best, scores, strict=True)
    ]
    return sorted(scored, key=lambda one: -one.score) + passages[MOST_RERANKED:]


def packed(vector: Vector) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def unpacked(text: str) -> list[float]:
    held = base64.b64decode(text)
    return list(struct.unpack(f"<{len(held) // 4}f", held))


def _language(row: Row) -> Language:
    return "en" if row["language"] == "en" else "fr"


def _text(row: Row, column: str) -> str | None:
    return str(row[column]) if row[column] is not None else None
