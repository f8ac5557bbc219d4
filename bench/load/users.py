"""Those who use it: callers who speak and listen, people who text, a front end that reads, businesses that sign up."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator

from bench.load.line import Log, Patient
from bench.probe import VARIABLES
from tests.support.business import STEPS
from tests.support.signed import sms
from tools.caller.document import BadAnswer, CallFailed
from tools.caller.session import SimulatedCall
from web import spoken

ACCOUNT, TOKEN = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
SMS = "/webhooks/omnichannel/sms"
# Half of those who are there at any time are on the telephone, one in fifty signs up.
MIX = (*(("caller", "texter", "caller", "reader") * 12), "caller", "founder")
QUESTIONS = (
    "Bonjour, vous êtes ouverts le samedi ?",
    "Combien coûte une vidange ?",
    "Quelle est votre adresse ?",
    "Est-ce que vous prêtez une voiture ?",
    "Vous réparez les voitures électriques ?",
)
_SAID: tuple[spoken.Apology, ...] = ("repeat", "sorry", "transfer")
APOLOGIES = tuple(spoken.APOLOGIES[kind]["fr"] for kind in _SAID)
READS = (
    "/api/v1/omnichannel/conversations",
    "/api/v1/analytics/overview",
    "/api/v1/calls",
    "/api/v1/customers",
    "/api/v1/tickets",
    "/api/v1/auth/me",
)
# A turn: the agent is heard out, then the caller speaks.
SPEAKS_S, TEXTS_S, LOOKS_S, FILLS_S = (5.0, 10.0), (10.0, 30.0), (3.0, 8.0), (3.0, 6.0)


@dataclass(frozen=True)
class Business:
    number: str
    authorization: str


def kind_of(request: httpx.Request) -> str:
    path = request.url.path
    if path.endswith("/voice"):
        return "a call begins"
    if path.endswith("/voice/turn"):
        return "a turn of a call"
    if path.endswith("/sms"):
        return "a text comes in"
    if path.endswith("/auth/signup"):
        return "sign-up"
    if "/onboarding/" in path:
        return "a step of onboarding"
    return "a read" if request.method == "GET" else "a report of a call"


class User:
    """One thread, until `stopped`; what is begun is brought to its end."""

    def __init__(self, url: str, log: Log, businesses: list[Business], number: int, stopped: threading.Event) -> None:
        self.client = httpx.Client(base_url=url, timeout=60, transport=Patient(log, kind_of))
        self.client.headers["CF-Connecting-IP"] = f"2001:db8::{number + 1:x}"
        self._log, self._businesses, self._stopped = log, businesses, stopped
        self._random = random.Random(number)
        self._number = number

    def run(self) -> None:
        does: dict[str, Callable[[], None]] = {
            "caller": self._call,
            "texter": self._text,
            "reader": self._read,
            "founder": self._found,
        }
        self._wait((0.0, 12.0))  # not everybody at once
        with self.client:
            while not self._stopped.is_set():
                try:
                    does[MIX[self._number % len(MIX)]]()
                except (httpx.HTTPError, AssertionError) as error:
                    self._log.failed(f"{type(error).__name__}: {error}"[:300])

    def _wait(self, span: tuple[float, float]) -> None:
        """Also when the load is over: whoever is on the telephone does not speak faster for that."""
        time.sleep(self._random.uniform(*span))

    def _call(self) -> None:
        business, sid = self._random.choice(self._businesses), f"CA{uuid4().hex}"
        caller = f"+3363998{self._random.randrange(10_000):04d}"
        call = SimulatedCall(self.client, business.number, caller, ACCOUNT, TOKEN, sid, follow_fallback=True)
        turns = 0
        try:
            if not call.start():
                self._log.unanswered.append(f"{sid}: greeting")
            for words in self._random.sample(QUESTIONS, 4):
                self._wait(SPEAKS_S)
                if call.is_over:
                    break
                heard = call.say(words)
                if not heard:
                    self._log.unanswered.append(f"{sid}: turn {turns + 1}")
                if any(apology in " ".join(heard) for apology in APOLOGIES):
                    self._log.apologized(sid)  # said without the database, and so not stored
                else:
                    turns += 1
            if not call.is_over:
                call.hang_up()
        except (BadAnswer, CallFailed) as error:
            self._log.unanswered.append(f"{sid}: {error}"[:300])
        if call.problems:
            self._log.failed(f"fallback: {call.problems[0]}"[:300])
        self._log.calls[sid] = turns

    def _text(self) -> None:
        business, sid = self._random.choice(self._businesses), f"SM{uuid4().hex}"
        sender = f"+3363997{self._number:04d}"
        params = sms(self._random.choice(QUESTIONS), business.number, MessageSid=sid, From=sender)
        url = f"{str(self.client.base_url).rstrip('/')}{SMS}"
        signature = RequestValidator(TOKEN).compute_signature(url, params)
        answer = self.client.post(SMS, data=params, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200, answer.text
        self._log.texts[sid] = sender
        self._wait(TEXTS_S)

    def _read(self) -> None:
        business = self._random.choice(self._businesses)
        path = self._random.choice(READS)
        answer = self.client.get(path, headers={"Authorization": business.authorization})
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        self._wait(LOOKS_S)

    def _found(self) -> None:
        email = f"{uuid4().hex}@sample.example"
        body = {"email": email, "password": "0123456789", "name": "Sample Owner"}
        answer = self.client.post("/api/v1/auth/signup", json=body)
        if answer.status_code != 201:
            assert answer.status_code in (409, 503), answer.text  # a repeat of one that was committed finds its address
            return
        self._log.founded[email] = False
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        session = self.client.post("/api/v1/onboarding/start", headers=headers).json()["session"]["id"]
        for step, given in STEPS.items():
            self._wait(FILLS_S)
            self._keyed(f"/api/v1/onboarding/session/{session}/{step}", headers, given)
        self._keyed(f"/api/v1/onboarding/session/{session}/complete", headers)
        self._log.founded[email] = True
        self._wait(FILLS_S)

    def _keyed(self, path: str, headers: dict[str, str], body: object = None) -> None:
        answer = self.client.post(path, headers={**headers, "Idempotency-Key": uuid4().hex}, json=body)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:200]}"
