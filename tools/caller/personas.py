"""Callers with a persona and a goal, from YAML: what they do, what they expect to hear, what has to stand in D1 after.

- name: a short name
  persona: who calls, and how
  goal: what they want
  brains: [receptionist, model]      what the agent may think with for this to hold; both unless said
  call: |                            the steps of tools/call.py
    > êtes-vous ouvert samedi ?
    < 9 heures
  outcome:
    conversation: message_taken      omni_conversations.outcome
    tickets:                         each with what its columns contain; [] for none
      - {caller_name: Sample, phone_number: "+33639980002", body: devis}
    never: [réservé]                 what the agent never says
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tools.caller.script import matches, parse, run
from tools.caller.session import SimulatedCall

Read = Callable[..., Sequence[Mapping[str, Any]]]
BRAINS = ("receptionist", "model")
KEYS = frozenset(("name", "persona", "goal", "brains", "call", "outcome"))


class OutcomeDiffers(Exception):
    """What stands in the database is not what the caller came for."""


@dataclass(frozen=True, slots=True)
class Persona:
    name: str
    call: str
    outcome: Mapping[str, Any]
    brains: tuple[str, ...] = BRAINS


def load(path: Path) -> list[Persona]:
    """Raises ValueError for a key that is not known, or a brain."""
    found = []
    for given in yaml.safe_load(path.read_text(encoding="utf-8")):
        unknown = set(given) - KEYS
        brains = tuple(given.get("brains", BRAINS))
        if unknown or not {"name", "persona", "goal", "call", "outcome"} <= set(given) or set(brains) - set(BRAINS):
            raise ValueError(f"{path.name}: {given.get('name')}: unknown or missing keys {sorted(unknown)}")
        found.append(Persona(given["name"], given["call"], given["outcome"], brains))
    return found


def play(call: SimulatedCall, persona: Persona, read: Read, tenant_id: str) -> None:
    """The call, and what it left. Raises ExpectationFailed or OutcomeDiffers."""
    run(call, parse(persona.call))
    call.hang_up()
    conversation = read(
        "SELECT id, outcome FROM omni_conversations WHERE tenant_id = ?1 ORDER BY id DESC LIMIT 1", tenant_id
    )[0]
    wanted = persona.outcome.get("conversation")
    if wanted and conversation["outcome"] != wanted:
        raise OutcomeDiffers(f"{persona.name}: the outcome is {conversation['outcome']}, not {wanted}")
    _check_tickets(persona, read, tenant_id, str(conversation["id"]))
    spoken = read(
        "SELECT body FROM omni_messages WHERE tenant_id = ?1 AND conversation_id = ?2 AND role = 'agent'",
        tenant_id,
        conversation["id"],
    )
    for pattern in persona.outcome.get("never", ()):
        for row in spoken:
            if matches(pattern, str(row["body"])):
                raise OutcomeDiffers(f"{persona.name}: the agent said {row['body']!r}")


def _check_tickets(persona: Persona, read: Read, tenant_id: str, conversation_id: str) -> None:
    wanted = persona.outcome.get("tickets")
    if wanted is None:
        return
    tickets = read(
        "SELECT caller_name, phone_number, spoken_number, body FROM tickets"
        " WHERE tenant_id = ?1 AND conversation_id = ?2 ORDER BY id",
        tenant_id,
        conversation_id,
    )
    if len(tickets) != len(wanted):
        raise OutcomeDiffers(f"{persona.name}: {len(tickets)} tickets, not {len(wanted)}")
    for ticket, expected in zip(tickets, wanted, strict=True):
        for column, part in expected.items():
            if not matches(str(part), str(ticket[column])):
                raise OutcomeDiffers(f"{persona.name}: {column} is {ticket[column]!r}, not {part!r}")
