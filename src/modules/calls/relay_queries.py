"""SQL of calls over a socket."""

from modules.calls.queries import Call
from ports.database import Statement


def insert_relay(tenant_id: str, relay_id: str, call_id: str, expires_at: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO call_relays (id, tenant_id, call_id, created_at, expires_at) VALUES (?2, ?1, ?3, ?5, ?4)""",
        (tenant_id, relay_id, call_id, expires_at, at),
    )


def relay(relay_id: str) -> Statement:
    """The relay with its call, and which turn is the next."""
    return Statement(
        """SELECT r.id, r.tenant_id, r.call_id, r.expires_at, r.opened_at, r.ended_at, r.document, c.provider,
             c.provider_call_id, c.provider_account, v.config, s.state,
             (SELECT MAX(t.turn) + 1 FROM call_turns AS t WHERE t.tenant_id = c.tenant_id AND t.call_id = c.id) AS next_turn,
             (SELECT COUNT(*) FROM call_relays AS o WHERE o.tenant_id = r.tenant_id AND o.call_id = r.call_id) AS relays,
             (SELECT COUNT(*) FROM call_relays AS o WHERE o.tenant_id = r.tenant_id AND o.call_id = r.call_id
               AND o.end_reason = 'dropped') AS drops
           FROM call_relays AS r
           JOIN calls AS c ON c.tenant_id = r.tenant_id AND c.id = r.call_id
           JOIN omni_conversations AS s ON s.tenant_id = c.tenant_id AND s.id = c.conversation_id
           JOIN omni_agent_versions AS v
             ON v.tenant_id = s.tenant_id AND v.agent_id = s.agent_id AND v.version = s.agent_version
           WHERE r.id = ?1""",
        (relay_id,),
    )


def open_relay(tenant_id: str, relay_id: str, at: str) -> Statement:
    """Changes nothing the second time, nor after its time."""
    return Statement(
        """UPDATE call_relays SET opened_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND opened_at IS NULL AND ended_at IS NULL AND expires_at > ?3""",
        (tenant_id, relay_id, at),
    )


def end_relay(tenant_id: str, relay_id: str, ended: tuple[str, str, str], at: str) -> Statement:
    """Once. `ended` is (the provider's name of the socket, why, the document)."""
    return Statement(
        """UPDATE call_relays SET ended_at = ?6, session_id = ?3, end_reason = ?4, document = ?5
           WHERE tenant_id = ?1 AND id = ?2 AND ended_at IS NULL""",
        (tenant_id, relay_id, *ended, at),
    )


def cut_short(tenant_id: str, call: Call, turn: int, heard: tuple[str, int]) -> Statement:
    """What the caller has heard of an answer that is written already. `heard` is (words, milliseconds)."""
    return Statement(
        """UPDATE omni_messages SET body = ?5, interrupted_after_ms = ?6
           WHERE tenant_id = ?1 AND channel = 'voice' AND provider_id = ?3 || ':' || CAST(?4 AS INTEGER) || ':agent'
             AND interrupted_after_ms IS NULL AND EXISTS (SELECT 1 FROM calls
               WHERE calls.tenant_id = ?1 AND calls.provider = ?2 AND calls.provider_call_id = ?3)""",
        (tenant_id, *call, turn, *heard),
    )
