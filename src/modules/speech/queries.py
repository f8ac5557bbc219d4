"""SQL of words made into audio, and of the voices that a business can choose from."""

from ports.database import Statement, Value


def found(tenant_id: str, content_hash: str, month: str) -> Statement:
    """The audio of these words, if there is one; and how far the month's budget is used up. One row."""
    return Statement(
        """SELECT (SELECT id FROM speech_audio WHERE tenant_id = ?1 AND content_hash = ?2) AS id,
             (SELECT COALESCE(SUM(characters), 0) FROM speech_audio INDEXED BY idx_speech_audio_created
               WHERE tenant_id = ?1 AND created_at >= ?3) AS used,
             COALESCE((SELECT speech_chars_month FROM conversation_settings WHERE tenant_id = ?1), 100000) AS budget""",
        (tenant_id, content_hash, month),
    )


def insert_audio(tenant_id: str, audio_id: str, audio: tuple[Value, ...], at: str) -> Statement:
    """Whoever was quicker keeps theirs. `audio` is (hash, key, content type, bytes, characters)."""
    return Statement(
        """INSERT INTO speech_audio (id, tenant_id, created_at, content_hash, blob_key, content_type, bytes, characters)
           VALUES (?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (tenant_id, content_hash) DO NOTHING""",
        (tenant_id, audio_id, at, *audio),
    )


def voices(tenant_id: str, provider: str) -> Statement:
    return Statement(
        "SELECT voices, fetched_at FROM speech_voices WHERE tenant_id = ?1 AND provider = ?2", (tenant_id, provider)
    )


def put_voices(tenant_id: str, provider: str, voices: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO speech_voices (tenant_id, provider, voices, fetched_at) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (tenant_id, provider) DO UPDATE SET voices = excluded.voices, fetched_at = excluded.fetched_at""",
        (tenant_id, provider, voices, at),
    )
