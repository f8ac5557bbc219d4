"""All vendors behind one handler, with the faults that a test asks for."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

Now = Callable[[], datetime]


class Fakes:
    def __init__(self, now: Now = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def handle(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(404)

    def variables(self, origin: str) -> Mapping[str, str]:
        """The settings that point a Worker at these."""
        return {
            "TWILIO_BASE_URL": f"{origin}/twilio",
            "VAPI_BASE_URL": f"{origin}/vapi",
            "OPENAI_BASE_URL": f"{origin}/openai/v1",
            "ANTHROPIC_BASE_URL": f"{origin}/anthropic",
            "ELEVENLABS_BASE_URL": f"{origin}/elevenlabs",
            "RESEND_BASE_URL": f"{origin}/resend",
            "META_BASE_URL": f"{origin}/meta/v23.0",
            "RESOLVER_URL": f"{origin}/dns-query",
        }
