"""All vendors behind one handler, with the faults that a test asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from tools.fakes.calendars import GoogleCalendars, MicrosoftCalendars
from tools.fakes.elevenlabs import ElevenLabs
from tools.fakes.meta import Meta
from tools.fakes.models import Anthropic, Models, OpenAi
from tools.fakes.resend import Resend
from tools.fakes.simple import Dns, KeyChecks, Receiver
from tools.fakes.site import Site
from tools.fakes.smtp import Mailbox
from tools.fakes.turnstile import Turnstile
from tools.fakes.twilio import Twilio
from tools.fakes.vapi import Vapi

SITE = "site.sample.example"
RECORDINGS = "recordings.sample.example"
Now = Callable[[], datetime]
Vendor = Callable[[httpx.Request, str], httpx.Response]


@dataclass
class Fault:
    """What goes wrong next. `status` None: no answer at all."""

    times: int
    status: int | None
    is_after_effect: bool
    retry_after_s: int | None = None


class Fakes:
    def __init__(self, now: Now = lambda: datetime.now(UTC)) -> None:
        self.resend, self.twilio = Resend(now), Twilio(now)
        self.keys, self.dns, self.receiver = KeyChecks(), Dns(), Receiver()
        self.openai, self.anthropic = Models(), Models()
        self.turnstile = Turnstile()
        self.meta = Meta(now, self.keys.of("meta"))
        self.vapi = Vapi(self.keys.of("vapi"))
        self.elevenlabs = ElevenLabs(self.keys.of("elevenlabs"))
        self.site = Site(f"https://{SITE}")
        self.google, self.microsoft = GoogleCalendars(now), MicrosoftCalendars(now)
        self.mailbox = Mailbox()
        self.recordings: dict[str, bytes] = {}  # of calls that a voice platform has held, by path
        self._faults: dict[str, Fault] = {}
        self._vendors: Mapping[str, Vendor] = {
            "resend": self.resend.answer,
            "twilio": self.twilio.answer,
            "twilio-numbers": self.twilio.answer,
            "dns-query": self.dns.answer,
            "receiver": self.receiver.answer,
            "challenges": self.turnstile.answer,
            "google": self.google.answer,
            "graph": self.microsoft.answer,
            "microsoft": self.microsoft.login,
            "openai": OpenAi(self.openai, self.keys.of("openai")).answer,
            "anthropic": Anthropic(self.anthropic, self.keys.of("anthropic")).answer,
            "vapi": self.vapi.answer,
            "meta": self.meta.answer,
            "elevenlabs": self.elevenlabs.answer,
        }

    def fail(
        self, vendor: str, *, times: int = 1, status: int | None = 503, after_effect: bool = False, **more: int
    ) -> None:
        """The next answers of a vendor are this fault. `after_effect`: it acts, and then fails to say so."""
        self._faults[vendor] = Fault(times, status, after_effect, more.get("retry_after_s"))

    def hang(self, vendor: str, *, times: int = 1, after_effect: bool = False) -> None:
        self.fail(vendor, times=times, status=None, after_effect=after_effect)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == SITE:
            return self.site.handle(request)
        if request.url.host == RECORDINGS:
            found = self.recordings.get(request.url.path)
            return (
                httpx.Response(404)
                if found is None
                else httpx.Response(200, headers={"content-type": "audio/wav"}, content=found)
            )
        vendor, _, path = request.url.path.lstrip("/").partition("/")
        if vendor not in self._vendors:
            return httpx.Response(404)
        fault = self._faults.get(vendor)
        if fault is None or fault.times <= 0:
            return self._vendors[vendor](request, f"/{path}")
        fault.times -= 1
        if fault.is_after_effect:
            self._vendors[vendor](request, f"/{path}")
        if fault.status is None:
            raise httpx.ReadTimeout("the fake does not answer", request=request)
        wait = {"retry-after": str(fault.retry_after_s)} if fault.retry_after_s is not None else {}
        return httpx.Response(fault.status, headers=wait, json={"message": "a fault was asked for"})

    def state(self) -> Mapping[str, object]:
        """For whoever looks from outside."""
        return {
            "mails": self.resend.mails,
            "submitted_mails": self.mailbox.mails,
            "messages": self.twilio.messages,
            "whatsapp": self.meta.messages,
            "calls": self.twilio.calls.placed,
            "numbers": {sid: account.settings for sid, account in self.twilio.accounts.items()},
            "assistants": list(self.vapi.assistants.values()),
            "spoken": self.elevenlabs.spoken,
            "received": [
                {"name": one.name, "headers": dict(one.headers), "body": one.body.decode("utf-8", "replace")}
                for one in self.receiver.received
            ],
        }

    def variables(self, origin: str) -> Mapping[str, str]:
        """The settings that point a Worker at these."""
        return {
            "TWILIO_BASE_URL": f"{origin}/twilio",
            "TWILIO_NUMBERS_URL": f"{origin}/twilio-numbers",
            "VAPI_BASE_URL": f"{origin}/vapi",
            "OPENAI_BASE_URL": f"{origin}/openai/v1",
            "ANTHROPIC_BASE_URL": f"{origin}/anthropic",
            "ELEVENLABS_BASE_URL": f"{origin}/elevenlabs",
            "RESEND_BASE_URL": f"{origin}/resend",
            "META_BASE_URL": f"{origin}/meta/v23.0",
            "GOOGLE_ACCOUNTS_URL": f"{origin}/google",
            "GOOGLE_OAUTH_URL": f"{origin}/google",
            "GOOGLE_CALENDAR_URL": f"{origin}/google/calendar/v3",
            "MICROSOFT_LOGIN_URL": f"{origin}/microsoft",
            "MICROSOFT_GRAPH_URL": f"{origin}/graph/v1.0",
            "TURNSTILE_BASE_URL": f"{origin}/challenges",
            "RESOLVER_URL": f"{origin}/dns-query",
        }
