"""Words as audio, made once for the same text, voice, model and format, and kept; else the carrier's own voice speaks."""

import asyncio
import hashlib
from typing import cast

from modules.aloud import spoken
from modules.audio.service import address
from modules.credentials.resolve import resolve
from modules.instants import stored
from modules.speech import queries
from ports.blobs import BlobsUnavailable
from ports.context import Ports
from ports.speech import Audio, SpeechProvider, SpeechRequest
from ports.telephony import Voice
from ports.vendors import Provider, VendorError

WAIT_S = 1.2  # somebody listens to silence: after that the carrier's voice speaks
PATIENCE_S = 15.0  # nobody is waiting
MOST_CHARS = 1_500
PROVIDERS: tuple[SpeechProvider, ...] = ("elevenlabs", "workers_ai")


async def audio_url(ports: Ports, tenant_id: str, words: str, voice: Voice, wait_s: float = WAIT_S) -> str | None:
    """Where the words can be heard, the origin left out; None where they have to be said by the carrier's voice.

    `words` are as the voice has to be given them (modules/aloud). Never raises for a vendor's or a store's sake.
    """
    audio_id = await audio_of(ports, tenant_id, words, voice, wait_s)
    return address(ports, audio_id) if audio_id else None


async def audio_of(ports: Ports, tenant_id: str, words: str, voice: Voice, wait_s: float) -> str | None:
    """The id of the words' audio."""
    provider = provider_of(voice)
    if provider is None or not 0 < len(words) <= MOST_CHARS:
        return None
    content_hash = hash_of(ports, words, voice, provider)
    now = stored(ports.clock.now())
    (found,) = await ports.db.batch(queries.found(tenant_id, content_hash, f"{now[:7]}-01"))
    row = found.rows[0]
    if row["id"] is not None:
        return str(row["id"])
    if int(row["used"] or 0) + len(words) > int(row["budget"] or 0):
        return None
    try:
        async with asyncio.timeout(wait_s):
            return await _made(ports, tenant_id, words, voice, content_hash)
    except (VendorError, TimeoutError, BlobsUnavailable):
        return None


async def _made(ports: Ports, tenant_id: str, words: str, voice: Voice, content_hash: str) -> str:
    audio = await speak(ports, tenant_id, words, voice, PATIENCE_S)
    audio_id, key = ports.ids.new("aud"), f"{tenant_id}/speech/{content_hash}"
    await ports.blobs.put(key, audio.content, audio.content_type)
    values = (content_hash, key, audio.content_type, len(audio.content), len(words))
    at = stored(ports.clock.now())
    _, found = await ports.db.batch(
        queries.insert_audio(tenant_id, audio_id, values, at),
        queries.found(tenant_id, content_hash, at),
        idempotent=True,
    )
    return str(found.rows[0]["id"])


async def speak(ports: Ports, tenant_id: str, words: str, voice: Voice, wait_s: float) -> Audio:
    """Raises VendorError, also for a voice of nobody's."""
    provider = provider_of(voice)
    if provider is None:
        raise VendorError("voice_of_the_carrier")
    credential = None if provider == "workers_ai" else await resolve(ports, tenant_id, cast(Provider, provider))
    return await ports.speech[provider].speak(credential, SpeechRequest(words, voice.voice_id, voice.language, wait_s))


def provider_of(voice: Voice) -> SpeechProvider | None:
    name = voice.provider.strip().lower()
    return next((one for one in PROVIDERS if one == name and voice.voice_id), None)


def hash_of(ports: Ports, words: str, voice: Voice, provider: SpeechProvider) -> str:
    parts = (provider, ports.speech[provider].model, voice.voice_id, voice.language, words)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


async def prepare(ports: Ports, tenant_id: str, words: str, voice: Voice) -> bool:
    """Ahead of the first call: whether there is audio of what is said first."""
    return await audio_url(ports, tenant_id, spoken(words, voice), voice, PATIENCE_S) is not None
