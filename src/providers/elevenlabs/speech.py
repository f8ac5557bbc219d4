"""ports.speech.Speech over ElevenLabs (elevenlabs.io/docs/api-reference/text-to-speech)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from ports.speech import Audio, SpeechRequest, VoiceListed
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers.http import Api

MODEL = "eleven_flash_v2_5"  # the quickest that speaks French
FORMAT = "mp3_22050_32"  # a telephone carries less
MOST_BYTES = 4_000_000
MOST_PAGES = 10


class ElevenLabsSpeech:
    model = f"{MODEL}/{FORMAT}"

    def __init__(self, api: Api) -> None:
        self._api = api

    async def speak(self, credential: Credential | None, request: SpeechRequest) -> Audio:
        body = {"text": request.text, "model_id": MODEL, "language_code": request.language.partition("-")[0]}
        async with self._api.open(
            "POST",
            f"/v1/text-to-speech/{quote(request.voice_id, safe='')}",
            request.timeout_s,
            headers=_headers(credential),
            params={"output_format": FORMAT},
            json=body,
            extensions={"most_bytes": MOST_BYTES},
        ) as answer:
            content = await answer.aread()
        if not content:
            raise VendorUnavailable("empty_audio")
        return Audio(content, "audio/mpeg")

    async def voices(self, credential: Credential | None) -> Sequence[VoiceListed]:
        found: list[VoiceListed] = []
        token = ""
        for _ in range(MOST_PAGES):
            params = {"page_size": "100"} | ({"next_page_token": token} if token else {})
            said = await self._api.send("GET", "/v2/voices", headers=_headers(credential), params=params)
            found += [_listed(one) for one in said.get("voices", ())]
            token = str(said.get("next_page_token") or "")
            if not said.get("has_more") or not token:
                break
        return found


def _headers(credential: Credential | None) -> dict[str, str]:
    if credential is None:
        raise VendorRejected("no_account")
    return {"xi-api-key": credential.values["api_key"]}


def _listed(one: dict[str, Any]) -> VoiceListed:
    verified = one.get("verified_languages") or ()
    languages = tuple(dict.fromkeys(str(item.get("language")) for item in verified if item.get("language")))
    return VoiceListed(
        str(one["voice_id"]), str(one.get("name") or one["voice_id"]), languages, str(one.get("description") or "")
    )
