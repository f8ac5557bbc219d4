"""One simulated phone call: follows the documents it is given and speaks when they listen."""

import math
import time
import uuid
from collections.abc import Mapping, Sequence
from types import TracebackType
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import httpx

from tools.caller.document import CallFailed, spoken, text_of
from tools.caller.exchange import Exchange
from tools.caller.relay import RelayLeg
from tools.caller.wire import Identity, Method

TRANSFER_RESULTS = ("completed", "busy", "no-answer", "failed", "canceled")

_MAX_DOCUMENTS_PER_TURN = 20


class SimulatedCall:
    """A caller on Twilio's side of the webhooks.

    A wrong answer raises BadAnswer; with `follow_fallback` the call goes on with the fallback document as
    Twilio's would, and the reason is kept in `problems`.
    """

    def __init__(
        self,
        client: httpx.Client | str,
        to: str,
        from_: str,
        account_sid: str,
        auth_token: str,
        call_sid: str | None = None,
        *,
        follow_fallback: bool = False,
        status_events: Sequence[str] = ("ringing", "in-progress", "completed"),
    ) -> None:
        self.call_sid = call_sid or f"CA{uuid.uuid4().hex}"
        identity = Identity(account_sid=account_sid, call_sid=self.call_sid, from_=from_, to=to)
        self._exchange = Exchange(
            client, auth_token, identity, follow_fallback=follow_fallback, status_events=status_events
        )
        self._account_sid, self._auth_token = account_sid, auth_token
        self._leg: RelayLeg | None = None
        self._started: float | None = None
        self._verbs: list[Element] = []
        self._waiting: Element | None = None
        self._documents_in_turn = 0
        self.words: list[str] = []  # what the agent said since the caller last did something
        self.transcript: list[str] = []
        self.is_over = False
        self.dialled: str | None = None  # the number of the last transfer

    def __enter__(self) -> "SimulatedCall":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the HTTP client when the call made it; the call itself is left as it is."""
        self._exchange.close()

    @property
    def document(self) -> str:
        """The last document, as it arrived."""
        return self._exchange.document

    @property
    def problems(self) -> list[str]:
        """Why the fallback was requested, each time it was."""
        return self._exchange.problems

    @property
    def waits_for(self) -> str | None:
        """The verb that is waiting: "Gather", "Dial", "Record"; None when the call is over or not started."""
        return None if self._waiting is None else self._waiting.tag

    def start(self, url: str = "", answered_by: str = "") -> list[str]:
        """Rings; returns the agent's first words.

        `url`: a call that the agent has placed is answered there, by a human or a machine (Twilio's AnsweredBy).
        """
        if self._started is not None:
            raise CallFailed("the call has been started already")
        self._started = time.monotonic()
        placed = {"Direction": "outbound-api", "AnsweredBy": answered_by or "human"} if url else {}
        self._fetch("POST", url or self._exchange.voice_url, placed)
        self._exchange.callback("ringing")
        if not (self._verbs and self._verbs[0].tag == "Reject"):
            self._exchange.call_status = "in-progress"
            self._exchange.callback("in-progress")
        return self._run()

    def say(self, text: str, confidence: float | None = 0.9) -> list[str]:
        """Speaks; words that nothing listens to are silence. Returns what the agent says next."""
        verb = self._turn("Gather", "Record", "Connect")
        self.transcript.append(f"caller: {text}")
        if self._leg is not None:
            return self._heard(verb, self._leg.say(text))
        if verb.tag == "Record":
            return self._follow(verb, self._recording(ended_by=""))
        if "speech" not in _inputs(verb) or not text.strip():
            return self._nothing(verb)
        heard = {"SpeechResult": text}
        if confidence is not None:
            heard["Confidence"] = str(confidence)
        if "language" in verb.attrib:
            heard["Language"] = verb.attrib["language"]
        return self._follow(verb, heard)

    def press(self, digits: str) -> list[str]:
        """Presses keys (0-9, *, #) in one go. Returns what the agent says next."""
        if not digits or set(digits) - set("0123456789*#"):
            raise ValueError("keys are 0-9, * and #")
        verb = self._turn("Gather", "Record", "Connect")
        self.transcript.append(f"caller: [{digits}]")
        if self._leg is not None:
            return self._heard(verb, self._leg.press(digits))
        if verb.tag == "Record":
            return self._follow(verb, self._recording(ended_by=digits[0]))
        return self._keys(verb, digits)

    def silence(self) -> list[str]:
        """Says nothing until the listening ends. Returns what the agent says next."""
        verb = self._turn("Gather", "Record", "Connect")
        self.transcript.append("caller: [silence]")
        if self._leg is not None:
            return self._heard(verb, self._leg.silence())
        return self._nothing(verb)

    def say_over(self, question: str, after_words: int, text: str) -> list[str]:
        """Over a socket: asks, hears so many words of the answer, and speaks over the rest."""
        verb = self._turn("Connect")
        leg = self._open_leg
        self.transcript.append(f"caller: {question}")
        leg.ask(question)
        words = leg.say_over(text, after_words)
        self.transcript += [f"[after {after_words} words]", f"caller: {text}"]
        return self._heard(verb, words)

    def say_partly(self, text: str) -> list[str]:
        """Over a socket: `text`, with what is recognised of it so far before that."""
        verb = self._turn("Connect")
        self.transcript.append(f"caller: {text}")
        return self._heard(verb, self._open_leg.say_partly(text))

    def drop(self, question: str = "", after_frames: int = 0) -> list[str]:
        """Over a socket: the network fails, so many frames into the answer to `question`.

        Returns what the agent says when the call goes on.
        """
        verb = self._turn("Connect")
        leg = self._open_leg
        if question:
            self.transcript.append(f"caller: {question}")
            leg.ask(question)
        leg.drop(after_frames)
        self.transcript.append("[the socket drops]")
        return self._heard(verb, [])

    def await_end(self) -> list[str]:
        """Over a socket: gives the agent time to end it, as it does to hang up or to put the call through."""
        if self._leg is None or self._waiting is None:
            return self.words
        verb, self._waiting = self._waiting, None
        self._leg.until_end()
        return self._heard(verb, [])

    @property
    def leg(self) -> RelayLeg | None:
        """The socket that is open."""
        return self._leg

    @property
    def _open_leg(self) -> RelayLeg:
        if self._leg is None:
            raise CallFailed("no socket is open")
        return self._leg

    def _heard(self, verb: Element, words: list[str]) -> list[str]:
        """What came over the socket; when it has ended the call goes on with the document of its action."""
        self.words += words
        self.transcript += [f"agent: {' '.join(words)}"] if words else []
        leg = self._open_leg
        if leg.ended is None:
            self._waiting = verb
            return self.words
        self._leg = None
        return self._follow(verb, {"SessionId": leg.session_id, "SessionDuration": "1", **leg.ended})

    def hang_up(self) -> None:
        if self.is_over:
            return
        pending, self._waiting = self._waiting, None
        leg, self._leg = self._leg, None
        self.words = []
        self.transcript.append("caller: [hangs up]")
        self._exchange.call_status = "completed"
        # Twilio reports the transfer or the recording that was cut short; a Gather is just dropped.
        if pending is not None and pending.tag == "Dial" and "action" in pending.attrib:
            self._exchange.report(_method(pending), self._action(pending), _dial_result("canceled", 0))
        elif pending is not None and leg is not None:
            leg.hang_up()
            told = {"SessionId": leg.session_id, "SessionDuration": "1", **(leg.ended or {})}
            self._exchange.report(_method(pending), self._action(pending), told)
        elif pending is not None and pending.tag == "Record":
            self._exchange.report(_method(pending), self._action(pending), self._recording(ended_by="hangup"))
        self._end("completed")

    def transfer_result(self, status: str, duration_s: int = 30) -> list[str]:
        """How the pending transfer went (one of TRANSFER_RESULTS). Returns what the agent says next."""
        if status not in TRANSFER_RESULTS:
            raise ValueError(f"a transfer ends in one of {', '.join(TRANSFER_RESULTS)}")
        verb = self._turn("Dial")
        self.transcript.append(f"[transfer {status}]")
        if "action" not in verb.attrib:
            return self._run()
        return self._follow(verb, _dial_result(status, duration_s))

    def pick_up(self, press: str = "1") -> list[str]:
        """A human picks up the pending transfer, hears the whisper and presses a key ("" for none).

        Returns what the human hears; only with the right key are the two joined.
        """
        verb = self._turn("Dial")
        number = next(iter(verb), None)
        heard: list[str] = []
        is_joined = True
        if number is not None and "url" in number.attrib:
            heard, is_joined = self._exchange.whisper(urljoin(self._exchange.url, number.attrib["url"]), press)
        self.transcript += [f"[the human hears: {' '.join(heard)}]", f"[the human presses {press or 'nothing'}]"]
        result = _dial_result("completed", 30) | {"DialBridged": str(is_joined).lower()}
        self._follow(verb, result)
        return heard

    def resend_last(self) -> httpx.Response:
        """Delivers the last request for a document once more, to the byte; the call does not move."""
        return self._exchange.resend()

    def resend_last_status(self) -> httpx.Response:
        """The same for the last status callback."""
        return self._exchange.resend_status()

    def _turn(self, *expected: str) -> Element:
        """Takes the waiting verb; what the agent says from here on is the answer."""
        verb = self._waiting
        if verb is None:
            raise CallFailed("the call is over" if self.is_over else "nothing is listening: the call was not started")
        if verb.tag not in expected:
            raise CallFailed(f"the call is in a <{verb.tag}>, not in a <{'> or <'.join(expected)}>")
        self._waiting = None
        self.words = []
        self._documents_in_turn = 0
        return verb

    def _keys(self, gather: Element, digits: str) -> list[str]:
        if "dtmf" not in _inputs(gather):
            return self._nothing(gather)
        finish = gather.get("finishOnKey", "#")
        pressed = digits.split(finish, 1)[0] if finish else digits
        pressed = pressed[: int(gather.get("numDigits", len(pressed)))]
        # A finishing key that no other key precedes ends nothing.
        if not pressed:
            return self._nothing(gather)
        return self._follow(gather, {"Digits": pressed, "FinishedOnKey": finish if finish and finish in digits else ""})

    def _nothing(self, verb: Element) -> list[str]:
        if verb.tag == "Gather" and verb.get("actionOnEmptyResult") == "true":
            return self._follow(verb, {"SpeechResult" if "speech" in _inputs(verb) else "Digits": ""})
        return self._run()

    def _recording(self, ended_by: str) -> dict[str, str]:
        sid = f"RE{uuid.uuid4().hex}"
        url = f"https://api.twilio.com/2010-04-01/Accounts/{self._account_sid}/Recordings/{sid}"
        return {"RecordingUrl": url, "RecordingSid": sid, "RecordingDuration": "5", "Digits": ended_by}

    def _action(self, verb: Element) -> str:
        """The verb's action; without one Twilio requests the current document again."""
        return urljoin(self._exchange.url, verb.get("action", self._exchange.url))

    def _follow(self, verb: Element, params: Mapping[str, str]) -> list[str]:
        self._fetch(_method(verb), self._action(verb), params)
        return self._run()

    def _fetch(self, method: Method, url: str, params: Mapping[str, str]) -> None:
        self._documents_in_turn += 1
        if self._documents_in_turn > _MAX_DOCUMENTS_PER_TURN:
            raise CallFailed(f"{_MAX_DOCUMENTS_PER_TURN} documents in a row without listening: they go in circles")
        known = len(self.problems)
        try:
            self._verbs = self._exchange.fetch(method, url, params)
        finally:
            self.transcript += [f"[problem: {problem}]" for problem in self.problems[known:]]

    def _run(self) -> list[str]:
        """Does what the verbs say until one of them waits for the caller or the call is over."""
        while not self.is_over and self._waiting is None:
            if self._verbs:
                self._step(self._verbs.pop(0))
            else:
                self._end("completed")
        return self.words

    def _step(self, verb: Element) -> None:
        match verb.tag:
            case "Say" | "Play" | "Pause":
                self._hear(verb)
            case "Gather":
                for child in verb:
                    self._hear(child)
                self._waiting = verb
            case "Record":
                self.transcript.append("[recording]")
                self._waiting = verb
            case "Dial":
                numbers = [text_of(number) for number in verb] or [text_of(verb)]
                self.dialled = numbers[0]
                self.transcript.append(f"[transfer to {', '.join(numbers)}]")
                self._waiting = verb
            case "Start":
                self.transcript.append("[recorded from here on]")
            case "Connect":
                self._connect(verb)
            case "Redirect":
                self._fetch(_method(verb), urljoin(self._exchange.url, text_of(verb)), {})
            case "Hangup":
                self._end("completed")
            case "Reject":
                self._end("busy" if verb.get("reason") == "busy" else "no-answer")

    def _connect(self, verb: Element) -> None:
        (relay,) = verb
        self._leg = RelayLeg(relay, self._auth_token, self._exchange.setup())
        greeting = relay.get("welcomeGreeting", "")
        if greeting:
            self.words.append(greeting)
            self.transcript.append(f"agent: {greeting}")
        self._waiting = verb

    def _hear(self, verb: Element) -> None:
        if verb.tag == "Say":
            self.words.append(spoken(verb))
            self.transcript.append(f"agent: {spoken(verb)}")
        elif verb.tag == "Play":
            self.transcript.append(f"[plays {text_of(verb) or verb.get('digits')}]")

    def _end(self, status: str) -> None:
        self.is_over = True
        self._exchange.call_status = status
        self.transcript.append("[the call is over]")
        lasted_s = max(1, math.ceil(time.monotonic() - (self._started or time.monotonic())))
        minutes = math.ceil(lasted_s / 60)
        self._exchange.callback("completed", {"CallDuration": str(lasted_s), "Duration": str(minutes)})


def _inputs(gather: Element) -> list[str]:
    return gather.get("input", "dtmf").split()


def _method(verb: Element) -> Method:
    return "GET" if verb.get("method") == "GET" else "POST"


def _dial_result(status: str, duration_s: int) -> dict[str, str]:
    result = {"DialCallStatus": status, "DialCallSid": f"CA{uuid.uuid4().hex}", "DialBridged": "false"}
    if status == "completed":
        result |= {"DialCallDuration": str(duration_s), "DialBridged": "true"}
    return result
