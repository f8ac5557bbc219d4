"""Questions that nothing answered, those of the same words together, until the owner answers them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from errors import NotFound
from modules.identity.principal import Principal
from modules.knowledge import answers
from modules.knowledge import search_queries as queries
from modules.knowledge.schemas import Faq, NewFaq, Suggestion, SuggestionAnswer
from modules.words.text import Stems
from ports.context import Ports
from ports.database import Row
from ports.dialogue import Language

MOST_READ = 1_000
SAME = 0.5  # of the words that either has
_MOST_OTHERS = 5


@dataclass(slots=True)
class _Cluster:
    language: Language
    terms: frozenset[str]
    rows: list[Row] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(int(row["count"] or 0) for row in self.rows)

    @property
    def first(self) -> Row:
        """In the words that were used most."""
        return max(self.rows, key=lambda row: (int(row["count"] or 0), str(row["asked_at"])))


async def list_all(ports: Ports, tenant_id: str) -> list[Suggestion]:
    """Most asked first."""
    return [_shown(one) for one in await _clusters(ports, tenant_id)]


async def answer(ports: Ports, principal: Principal, suggestion_id: str, command: SuggestionAnswer) -> Faq:
    """A question with an answer from now on, and all that were asked in similar words are done with. Raises NotFound."""
    tenant_id = principal.tenant.id
    cluster = await _cluster(ports, tenant_id, suggestion_id)
    question = command.question or str(cluster.first["question"])
    faq_id = ports.ids.new("faq")
    close = queries.close_questions(tenant_id, _ids(cluster), "answered", faq_id)
    faq = NewFaq(question=question, answer=command.answer, language=cluster.language)
    return await answers.create_with(ports, principal, faq, faq_id, (close,))


async def dismiss(ports: Ports, tenant_id: str, suggestion_id: str) -> None:
    """Raises NotFound."""
    cluster = await _cluster(ports, tenant_id, suggestion_id)
    await ports.db.batch(queries.close_questions(tenant_id, _ids(cluster), "dismissed", None))


async def _cluster(ports: Ports, tenant_id: str, suggestion_id: str) -> _Cluster:
    for one in await _clusters(ports, tenant_id):
        if any(row["id"] == suggestion_id for row in one.rows):
            return one
    raise NotFound("There is no such suggestion.")


async def _clusters(ports: Ports, tenant_id: str) -> list[_Cluster]:
    (found,) = await ports.db.batch(queries.open_questions(tenant_id, MOST_READ))
    return sorted(clustered(found.rows), key=lambda one: (-one.count, str(one.first["id"])))


def clustered(rows: Sequence[Row]) -> list[_Cluster]:
    """Each question goes to the first cluster that shares enough words with it: what is asked most begins."""
    stems: dict[Language, Stems] = {"fr": Stems("fr"), "en": Stems("en")}
    made: list[_Cluster] = []
    for row in sorted(rows, key=lambda row: (-int(row["count"] or 0), str(row["id"]))):
        language: Language = "en" if row["language"] == "en" else "fr"
        said = frozenset(stems[language].of(str(row["question"])))
        heavy = frozenset(term for term in said if term not in stems[language].light) or said
        near = next((one for one in made if one.language == language and _same(one.terms, heavy)), None)
        if near is None:
            near = _Cluster(language, heavy)
            made.append(near)
        near.rows.append(row)
    return made


def _same(left: frozenset[str], right: frozenset[str]) -> bool:
    either = left | right
    return len(left & right) / len(either) >= SAME if either else True


def _shown(cluster: _Cluster) -> Suggestion:
    first = cluster.first
    others = [str(row["question"]) for row in cluster.rows if row["id"] != first["id"]]
    return Suggestion(
        id=str(first["id"]),
        question=str(first["question"]),
        language=cluster.language,
        count=cluster.count,
        others=others[:_MOST_OTHERS],
        asked_at=max(str(row["asked_at"]) for row in cluster.rows),
    )


def _ids(cluster: _Cluster) -> str:
    return json.dumps([row["id"] for row in cluster.rows])
