"""The voices that a business can choose from, and how they sound."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, Field

from errors import NotFound, VendorFailed
from modules import instants
from modules.aloud import spoken
from modules.audio.service import whole
from modules.credentials.resolve import resolve
from modules.instants import stored
from modules.omnichannel.agents import TAGS
from modules.speech import queries
from modules.speech.service import PATIENCE_S, PROVIDERS, audio_of, speak
from ports.context import Ports
from ports.dialogue import Language
from ports.speech import Audio, SpeechProvider, VoiceListed
from ports.telephony import Voice
from ports.vendors import VendorError

CACHED = timedelta(days=1)
VoiceProvider = Literal["twilio", "elevenlabs", "workers_ai"]
# What Twilio's <Say> speaks well; it has no list to ask for (twilio.com/docs/voice/twiml/say/text-speech).
_CARRIER: Mapping[str, tuple[str, ...]] = {
    "fr": ("Polly.Lea-Neural", "Polly.Remi-Neural", "Google.fr-FR-Neural2-A", "Google.fr-FR-Neural2-B"),
    "en": ("Polly.Joanna-Neural", "Polly.Amy-Neural", "Polly.Brian-Neural", "Google.en-GB-Neural2-A"),
}
_SAMPLE: Mapping[Language, str] = {
    "fr": "Bonjour, je suis votre accueil téléphonique. Comment puis-je vous aider ?",
    "en": "Hello, I am your front desk. How can I help you?",
}


class VoiceOut(BaseModel):
    voice_provider: VoiceProvider
    voice_id: str
    name: str
    languages: list[str] = Field(description="Empty where the vendor names none: then any.")
    description: str
    has_preview: bool


async def list_voices(ports: Ports, tenant_id: str, language: Language | None) -> list[VoiceOut]:
    """Those of the carrier, and of the vendors that there is an account for; a vendor that is down lists its last ones."""
    found = [
        VoiceOut(voice_provider="twilio", voice_id=one, name=one, languages=[tag], description="", has_preview=False)
        for tag, names in _CARRIER.items()
        for one in names
    ]
    for provider in PROVIDERS:
        found += [_out(provider, one) for one in await _listed(ports, tenant_id, provider)]
    return [one for one in found if language is None or not one.languages or _speaks(one, language)]


def _speaks(voice: VoiceOut, language: Language) -> bool:
    return any(one.lower().startswith(language) for one in voice.languages)


async def _listed(ports: Ports, tenant_id: str, provider: SpeechProvider) -> list[VoiceListed]:
    (cached,) = await ports.db.batch(queries.voices(tenant_id, provider))
    now, row = ports.clock.now(), cached.first
    if row is not None and now - instants.read(row["fetched_at"]) < CACHED:
        return _read(str(row["voices"]))
    try:
        credential = None if provider == "workers_ai" else await resolve(ports, tenant_id, provider)
        if credential is None and provider != "workers_ai":
            return []
        voices = list(await ports.speech[provider].voices(credential))
    except VendorError:
        return _read(str(row["voices"])) if row is not None else []
    told = json.dumps([asdict(one) for one in voices], ensure_ascii=False)
    await ports.db.batch(queries.put_voices(tenant_id, provider, told, stored(now)))
    return voices


def _read(text: str) -> list[VoiceListed]:
    return [VoiceListed(**{**one, "languages": tuple(one["languages"])}) for one in json.loads(text)]


def _out(provider: SpeechProvider, voice: VoiceListed) -> VoiceOut:
    return VoiceOut(
        voice_provider=provider,
        voice_id=voice.id,
        name=voice.name,
        languages=list(voice.languages),
        description=voice.description,
        has_preview=True,
    )


async def preview(ports: Ports, tenant_id: str, voice_id: str, language: Language) -> Audio:
    """A sentence in a voice; made anew each time once the month's budget is used up by calls.

    Raises NotFound, or VendorFailed when its vendor makes none.
    """
    for provider in PROVIDERS:
        if any(one.id == voice_id for one in await _listed(ports, tenant_id, provider)):
            voice = Voice(TAGS[language], provider, voice_id)
            words = spoken(_SAMPLE[language], voice)
            if audio_id := await audio_of(ports, tenant_id, words, voice, PATIENCE_S):
                return await whole(ports, audio_id)
            try:
                return await speak(ports, tenant_id, words, voice, PATIENCE_S)
            except VendorError as error:
                raise VendorFailed(f"{provider} made no audio: {error.reason}.") from error
    raise NotFound("There is no such voice, or none that can be heard beforehand.")
