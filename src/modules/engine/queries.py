"""SQL of what a turn was decided from, did and cost, and of leads."""

from ports.database import Statement, Value


def insert_turn(tenant_id: str, conversation_id: str, turn: int, decided: tuple[Value, ...], at: str) -> Statement:
    """`decided` is (record, decided by, notes, cost in millionths, first words ms, models ms, tools ms); two are JSON."""
    return Statement(
        """INSERT INTO conversation_turns (tenant_id, conversation_id, turn, created_at, record, decided_by, notes,
             cost_micros, first_words_ms, models_ms, tools_ms)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)""",
        (tenant_id, conversation_id, turn, at, *decided),
    )


def insert_tool_calls(tenant_id: str, conversation_id: str, turn: int, calls: str, at: str) -> Statement:
    """`calls` is a JSON list of [name, arguments, result, status, duration ms]; refused when they stand already."""
    return Statement(
        """INSERT INTO tool_calls (tenant_id, conversation_id, turn, ordinal, name, arguments, result, status,
             duration_ms, created_at)
           SELECT ?1, ?2, ?3, j.key, j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3, j.value ->> 4, ?5
           FROM json_each(?4) AS j""",
        (tenant_id, conversation_id, turn, calls, at),
    )


def upsert_lead(tenant_id: str, prospect_id: str, conversation_id: str, lead: tuple[Value, ...], at: str) -> Statement:
    """One a conversation, completed by what is said later. `lead` is (customer id, name, phone, email, interest, fields)."""
    return Statement(
        """INSERT INTO prospects (tenant_id, id, conversation_id, created_at, updated_at, customer_id, name, phone, email,
             interest, fields)
           VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
           ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET name = COALESCE(excluded.name, name),
             email = COALESCE(excluded.email, email), interest = excluded.interest,
             fields = json_patch(fields, excluded.fields), updated_at = excluded.updated_at""",
        (tenant_id, prospect_id, conversation_id, at, *lead),
    )


def turn_records(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT turn, record, decided_by, cost_micros, first_words_ms, models_ms, tools_ms, created_at
           FROM conversation_turns WHERE tenant_id = ?1 AND conversation_id = ?2 ORDER BY turn""",
        (tenant_id, conversation_id),
    )


def tool_calls(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT turn, name, arguments, result, status, duration_ms, created_at FROM tool_calls
           WHERE tenant_id = ?1 AND conversation_id = ?2 ORDER BY turn, ordinal""",
        (tenant_id, conversation_id),
    )


def settings(tenant_id: str) -> Statement:
    return Statement(
        """SELECT ai_disclosure, consent_sentence, redacts_cards, cost_cap_call_minor, cost_cap_day_minor, max_call_min,
             records_calls, speech_chars_month, mails_reports
           FROM conversation_settings WHERE tenant_id = ?1""",
        (tenant_id,),
    )


def put_settings(tenant_id: str, values: tuple[Value, ...], at: str) -> Statement:
    """`values` is (discloses, consent sentence, redacts cards, cap of a call, cap of a day, minutes of a call, records calls,
    characters of speech a month, mails reports).
    """
    return Statement(
        """INSERT INTO conversation_settings (tenant_id, updated_at, ai_disclosure, consent_sentence, redacts_cards,
             cost_cap_call_minor, cost_cap_day_minor, max_call_min, records_calls, speech_chars_month,
             mails_reports)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
           ON CONFLICT (tenant_id) DO UPDATE SET ai_disclosure = excluded.ai_disclosure,
             consent_sentence = excluded.consent_sentence, redacts_cards = excluded.redacts_cards,
             cost_cap_call_minor = excluded.cost_cap_call_minor, cost_cap_day_minor = excluded.cost_cap_day_minor,
             max_call_min = excluded.max_call_min, records_calls = excluded.records_calls,
             speech_chars_month = excluded.speech_chars_month, mails_reports = excluded.mails_reports,
             updated_at = excluded.updated_at""",
        (tenant_id, at, *values),
    )
