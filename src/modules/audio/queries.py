"""SQL of stored audio, whatever it was made of."""

from ports.database import Statement


def audio(audio_id: str) -> Statement:
    """Recordings and speech share one space of ids."""
    return Statement(
        """SELECT tenant_id, blob_key, content_type, bytes FROM call_recordings WHERE id = ?1 AND status = 'stored'
           UNION ALL SELECT tenant_id, blob_key, content_type, bytes FROM speech_audio WHERE id = ?1""",
        (audio_id,),
    )
