"""ElevenLabs: speech and voices (elevenlabs.io/docs/api-reference). Its audio is the text itself, so that a test can read it."""

import json
import re
from collections.abc import Callable

import httpx

Check = Callable[[httpx.Request, str], httpx.Response]
MOST_CHARS = 40_000
FORMATS = re.compile(r"(mp3_(22050_32|44100_(32|64|96|128|192))|ulaw_8000|pcm_(8000|16000|22050|24000|44100))")


def refusal(status: int, code: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"detail": {"status": code, "message": message}})


class ElevenLabs:
    def __init__(self, check: Check) -> None:
        self._check = check
        self.voices: dict[str, tuple[str, tuple[str, ...]]] = {
            "sample-voice-fr": ("Sample voice", ("fr", "en")),
            "sample-voice-en": ("English sample voice", ("en",)),
        }
        self.spoken: list[dict[str, str]] = []
        self.characters_left = 1_000_000

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        refused = self._check(request, "/v1/user")
        if refused.status_code != 200:
            return refused
        if request.method == "GET" and path == "/v1/user":
            return refused
        if request.method == "GET" and path == "/v2/voices":
            return self._listed(request)
        if found := re.fullmatch(r"/v1/text-to-speech/([\w-]+)", path):
            return self._speak(request, found[1])
        return httpx.Response(404, json={"detail": "Not Found"})

    def _listed(self, request: httpx.Request) -> httpx.Response:
        size = int(request.url.params.get("page_size", "10"))
        start = int(request.url.params.get("next_page_token") or 0)
        names = sorted(self.voices)[start : start + size]
        voices = [
            {
                "voice_id": name,
                "name": self.voices[name][0],
                "category": "premade",
                "description": None,
                "verified_languages": [{"language": language, "model_id": "x"} for language in self.voices[name][1]],
            }
            for name in names
        ]
        has_more = start + size < len(self.voices)
        token = str(start + size) if has_more else None
        return httpx.Response(200, json={"voices": voices, "has_more": has_more, "next_page_token": token})

    def _speak(self, request: httpx.Request, voice_id: str) -> httpx.Response:
        body = json.loads(request.read())
        text = body.get("text")
        if not isinstance(text, str):
            said = [{"loc": ["body", "text"], "msg": "field required", "type": "value_error.missing"}]
            return httpx.Response(422, json={"detail": said})
        if voice_id not in self.voices:
            return refusal(404, "voice_not_found", "A voice with that id was not found.")
        if not FORMATS.fullmatch(request.url.params.get("output_format", "mp3_44100_128")):
            return refusal(400, "invalid_output_format", "The output format is not known.")
        if len(text) > MOST_CHARS:
            return refusal(400, "max_character_limit_exceeded", "The text is too long.")
        if len(text) > self.characters_left:
            return refusal(401, "quota_exceeded", "This request exceeds your quota.")
        self.characters_left -= len(text)
        self.spoken.append(
            {"voice_id": voice_id, "text": text, "model": body.get("model_id", "eleven_multilingual_v2")}
        )
        headers = {
            "content-type": "audio/mpeg",
            "character-cost": str(len(text)),
            "request-id": f"req{len(self.spoken)}",
        }
        return httpx.Response(200, headers=headers, content=b"ID3" + text.encode())
