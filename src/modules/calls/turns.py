"""What every turn of a call is made from, however its words come in and go out: the one read, and the agent's means."""

from dataclasses import dataclass, replace
from datetime import timedelta

from modules import instants
from modules.appointments.desk import Desk
from modules.calls import queries, writes
from modules.catalogue import StoreCatalogue
from modules.engine import facts as read
from modules.engine.brains import brain_of, with_catalogue, with_desk, with_knowledge
from modules.engine.records import Spot
from modules.engine.redaction import keys_without_cards, without_cards
from modules.engine.values import Brain
from modules.instants import stored
from modules.knowledge.shelf import Shelf
from modules.receptionist import language_of_turn
from ports.clock import Clock
from ports.context import Ports
from ports.database import Row
from ports.dialogue import Heard, Language, TurnRequest


class UnknownCall(Exception):
    """A turn of a call that was never answered, or not through that account."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which turn of which call, and the tenant's own account that it came through (None: the platform's)."""

    call: queries.Call
    number: int
    account: str | None
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A turn about to be decided."""

    agent: read.AgentConfig
    request: TurnRequest
    brain: Brain
    shelf: Shelf
    here: writes.Place

    @property
    def spot(self) -> Spot:
        here = self.here
        provider = self.agent.voice.provider
        return Spot(here.tenant_id, here.conversation_id, here.number, here.customer_id, here.caller, provider)


class Stopwatch:
    """Milliseconds since the lap before; they move only across I/O in a deployed Worker."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_ms = clock.monotonic_ms()

    def lap_ms(self) -> float:
        before, self._last_ms = self._last_ms, self._clock.monotonic_ms()
        return self._last_ms - before


async def load(ports: Ports, turn: Turn) -> Row:
    """Raises UnknownCall."""
    (found,) = await ports.db.batch(queries.turn(turn.call, turn.number, today(ports.clock)))
    if found.first is None or found.first["provider_account"] != turn.account:
        raise UnknownCall(turn.call[1])
    return found.first


def row_of(found: Row | None, call_id: str, tenant_id: str | None) -> Row:
    """The row of a call of whoever was proven to ask; None: of anybody's. Raises UnknownCall."""
    if found is None or (tenant_id is not None and found["tenant_id"] != tenant_id):
        raise UnknownCall(call_id)
    return found


async def ready(ports: Ports, turn: Turn, row: Row, heard: Heard) -> Ready:
    """From the row of `load`: no round trip more."""
    agent, facts, state = read.agent_config(row), read.business_facts(row), read.state_from(str(row["state"]))
    language = language_of_turn(agent.language, state, heard)
    agent = agent.speaking(language)
    tenant_id, caller = str(row["tenant_id"]), str(row["from_number"]) if row["from_number"] else None
    if row["partial"] and not (heard.speech or heard.digits or heard.dial_outcome):
        heard = replace(heard, speech=str(row["partial"]))  # the recogniser gave up on what it had half understood
    if row["redacts_cards"]:
        heard = _without_cards(heard, language)
    can_text = read.can_text(row, ports.platform.get("twilio"))
    shelf = Shelf(ports, tenant_id, language)
    brain = with_knowledge(await brain_of(ports, row, agent, facts.name, turn.correlation_id), shelf)
    if agent.tells_products:
        brain = with_catalogue(brain, StoreCatalogue(ports, tenant_id), has_chosen_tools=agent.tools is not None)
    if agent.makes_appointments and facts.services:
        place = (tenant_id, str(row["conversation_id"]), turn.number)
        desk = Desk(ports, place, language, "voice", (caller, can_text))
        brain = with_desk(brain, desk, has_chosen_tools=agent.tools is not None)
    now = ports.clock.now()
    is_last = now - instants.read(row["started_at"]) >= timedelta(minutes=int(row["max_call_min"] or 0))
    request = TurnRequest(language, agent.name, facts, state, heard, now, caller, can_text, is_last)
    return Ready(agent, request, brain, shelf, writes.place(turn.call, turn.number, row))


def metered(ports: Ports, load_ms: float, decide_ms: float) -> None:
    """What of a turn's time was waiting for the read, and what was deciding the words."""
    ports.meter.observe("turn_stage_seconds", load_ms / 1000, stage="load")
    ports.meter.observe("turn_stage_seconds", decide_ms / 1000, stage="decide")


def today(clock: Clock) -> str:
    return stored(clock.now())[:10]


def _without_cards(heard: Heard, language: Language) -> Heard:
    speech = without_cards(heard.speech, language) if heard.speech else heard.speech
    return replace(heard, speech=speech, digits=keys_without_cards(heard.digits))
