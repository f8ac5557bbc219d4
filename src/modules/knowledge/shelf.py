"""ports.KnowledgeBase of one turn: what was looked for is written with the turn."""

from modules.knowledge.asking import answering, unanswered
from modules.knowledge.extracting import own_sentences
from modules.knowledge.searching import Wanted, log, search
from ports.context import Ports
from ports.database import Statement
from ports.dialogue import Language
from ports.knowledge import Known, Looked

_MOST_PASSAGES = 4
_LEAST_TERMS = 2  # a question of fewer is none that anybody could answer later


class Shelf:
    def __init__(self, ports: Ports, tenant_id: str, language: Language) -> None:
        self._ports, self._tenant_id, self._language = ports, tenant_id, language
        self.statements: list[Statement] = []  # for the batch of the turn

    async def find(self, question: str) -> Looked:
        searched = await search(self._ports, self._tenant_id, Wanted(question, _MOST_PASSAGES, spoken=self._language))
        found = answering(searched)
        self.statements.append(log(self._ports, self._tenant_id, searched, "agent", is_used=bool(found)))
        if not found and len(searched.asked.stems[self._language]) >= _LEAST_TERMS:
            self.statements.append(unanswered(self._ports, self._tenant_id, question, self._language))
        known = [
            Known(
                one.faq_id or one.chunk_id,
                one.title,
                own_sentences(one, searched.asked, searched.weights),
                one.text,
                one.score,
            )
            for one in found
        ]
        return Looked(tuple(known), bool(known))
