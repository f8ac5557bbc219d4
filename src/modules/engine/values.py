"""What a turn is decided with, and what comes of it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from modules.claims.detect import Kind
from modules.engine import tools
from modules.engine.catalogue_records import RecordingCatalogue
from modules.engine.costs import Budget, tokens_micros
from modules.engine.desk_records import RecordingDesk
from modules.engine.knowledge_records import RecordingKnowledge
from modules.engine.speaking import Speaking
from modules.engine.tools import Deeds
from ports.appointments import AppointmentDesk
from ports.catalogue import Catalogue
from ports.dialogue import TurnReply
from ports.knowledge import KnowledgeBase
from ports.language_model import LanguageModel, Message, ModelProvider, ToolCall, ToolSpec
from ports.vendors import Credential


@dataclass(frozen=True, slots=True)
class Choice:
    """One model of the chain, ready to be asked."""

    provider: ModelProvider
    model: str
    language_model: LanguageModel
    credential: Credential | None
    temperature: float | None = None
    max_tokens: int = 300


@dataclass(frozen=True, slots=True)
class OwnTool:
    """A tool of the business's own; `call` gives its answer as data, and whether there was one."""

    spec: ToolSpec
    call: tools.OwnCall


@dataclass(frozen=True, slots=True)
class Brain:
    """What an agent thinks with."""

    choices: tuple[Choice, ...]
    system_prompt: str
    allowed: tuple[str, ...]
    history: tuple[tuple[str, str], ...] = ()  # (role, words), oldest first
    evidence: frozenset[Kind] = frozenset()  # of the conversation so far, from the database
    budget: Budget | None = None
    correlation_id: str = ""
    own_tools: tuple[OwnTool, ...] = ()  # of the business
    desk: AppointmentDesk | None = None  # None: this agent makes no appointments
    knowledge: KnowledgeBase | None = None
    catalogue: Catalogue | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to a model and what came of it: words and calls as they were, or why there were none."""

    provider: str
    model: str
    words: str = ""
    calls: tuple[ToolCall, ...] = ()
    why: str = "stop"  # how it ended, or failed
    asked: str = ""  # a digest of what it was sent
    input_tokens: int = 0
    output_tokens: int = 0
    first_words_ms: float | None = None
    total_ms: float = 0.0


@dataclass(slots=True)
class Outcome:
    """The reply, and all that it was made from."""

    reply: TurnReply
    decided_by: str = "receptionist"
    exchanges: list[Exchange] = field(default_factory=list)
    deeds: Deeds = field(default_factory=Deeds)
    false_claims: tuple[Kind, ...] = ()
    is_shortened: bool = False  # it was a lecture
    degraded: str | None = None  # why no model had the last word
    brain: Brain | None = None
    speaking: Speaking | None = None

    @property
    def has_spoken(self) -> bool:
        return self.speaking is not None and bool(self.speaking.said)

    @property
    def is_hushed(self) -> bool:
        """The caller spoke before everything was said."""
        return self.speaking is not None and self.speaking.hush.is_on

    @property
    def cost_micros(self) -> int:
        return sum(
            tokens_micros(one.provider, one.model, one.input_tokens, one.output_tokens) for one in self.exchanges
        )

    @property
    def notes(self) -> list[str]:
        """What went otherwise than it should, to be counted: words of ours and vendors' codes, nothing that was said."""
        failed = [one.why for one in self.exchanges if one.why not in ("stop", "tool_calls")]
        tools_failed = [f"tool_{one.result.status}" for one in self.deeds.done if one.result.status != "done"]
        claims = [f"false_claim_{kind}" for kind in self.false_claims]
        degraded = [self.degraded] if self.degraded in ("budget_spent", "empty", "tool_loop", "deadline") else []
        shortened = ["shortened"] if self.is_shortened else []
        return list(dict.fromkeys([*failed, *degraded, *tools_failed, *claims, *shortened]))

    def as_record(self) -> dict[str, Any]:
        return {
            "decided_by": self.decided_by,
            "degraded": self.degraded,
            "exchanges": [asdict(one) for one in self.exchanges],
            "tools": [
                {"name": one.call.name, "status": one.result.status, "said": one.result.said} for one in self.deeds.done
            ],
            "false_claims": list(self.false_claims),
            "words": self.reply.words,
            "action": self.reply.action,
            "intent": self.reply.intent,
            "state": asdict(self.reply.state),
            "brain": self._brain(),
        }

    def _brain(self) -> dict[str, Any]:
        """What of the brain stands nowhere else: prompt and history are the version's and the messages'."""
        brain = self.brain or Brain((), "", ())
        is_spent = brain.budget is not None and brain.budget.is_spent
        has_models = bool(brain.choices)
        evidence = sorted(brain.evidence)
        known: dict[str, Any] = {"allowed": list(brain.allowed), "evidence": evidence}
        known |= {"is_spent": is_spent, "has_models": has_models}
        if isinstance(brain.desk, RecordingDesk):
            known["desk"] = brain.desk.answers
        if isinstance(brain.knowledge, RecordingKnowledge):
            known["knowledge"] = brain.knowledge.answers
        if isinstance(brain.catalogue, RecordingCatalogue):
            known["catalogue"] = brain.catalogue.answers
        return known


def digest(messages: tuple[Message, ...]) -> str:
    said = json.dumps([asdict(message) for message in messages], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
