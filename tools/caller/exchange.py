"""The requests of one call: documents with their fallback, status callbacks, repeats."""

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import httpx

from tools.caller.document import BadAnswer, CallFailed, read, spoken
from tools.caller.wire import Identity, Method, Wire, rfc2822_now, twiml_of

VOICE = "/webhooks/omnichannel/voice"
FALLBACK = "/webhooks/omnichannel/fallback"
CALL_STATUS = "/webhooks/omnichannel/call-status"

_ANSWER_S = 15.0  # Twilio's own limit for a document (twilio.com/docs/usage/webhooks/webhooks-connection-overrides)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Exchange:
    def __init__(
        self,
        client: httpx.Client | str,
        auth_token: str,
        identity: Identity,
        *,
        follow_fallback: bool,
        status_events: Sequence[str],
    ) -> None:
        self._own_client = _client(client) if isinstance(client, str) else None
        self._wire = Wire(self._own_client or _given(client), auth_token)
        self._identity = identity
        self._follow_fallback = follow_fallback
        self._status_events = tuple(status_events)
        self._sequence = 0
        self._last: httpx.Request | None = None
        self._last_status: httpx.Request | None = None
        self.call_status = "ringing"
        self.url = ""  # of the current document; relative URLs are resolved against it
        self.document = ""  # as it arrived
        self.problems: list[str] = []

    def close(self) -> None:
        if self._own_client is not None:
            self._own_client.close()

    @property
    def voice_url(self) -> str:
        return self._wire.origin + VOICE

    def whisper(self, url: str, press: str) -> tuple[list[str], bool]:
        """What the callee of a transfer hears before the two are joined, and whether they are, after that key."""
        leg = self._identity.leg()
        verbs = read(twiml_of(self._wire.send(self._wire.request("POST", url, leg))))
        heard = [spoken(say) for verb in verbs for say in ([verb] if verb.tag == "Say" else verb) if say.tag == "Say"]
        gather = next((verb for verb in verbs if verb.tag == "Gather"), None)
        if gather is None or not press:
            return heard, gather is None
        answer = urljoin(url, gather.attrib["action"])
        following = read(twiml_of(self._wire.send(self._wire.request("POST", answer, {**leg, "Digits": press}))))
        return heard, not any(verb.tag == "Hangup" for verb in following)

    def setup(self) -> Mapping[str, str]:
        """What a socket's first frame says of the call."""
        return self._identity.setup(self.call_status)

    def fetch(self, method: Method, url: str, params: Mapping[str, str]) -> list[Element]:
        """The verbs of the document at `url`, or of the fallback when Twilio would refuse that one."""
        params = self._identity.parameters(self.call_status) | dict(params)
        try:
            return self._load(method, url, params)
        except BadAnswer as error:
            if not self._follow_fallback:
                raise
            self.problems.append(str(error))
            fault = {"ErrorCode": str(error.code), "ErrorUrl": url}
            return self._load("POST", self._wire.origin + FALLBACK, params | fault)

    def report(self, method: Method, url: str, params: Mapping[str, str]) -> None:
        """Requests an action that nobody is left to hear; the answer must be a document all the same."""
        self._last = self._wire.request(method, url, self._identity.parameters(self.call_status) | dict(params))
        read(twiml_of(self._wire.send(self._last)))

    def callback(self, event: str, extra: Mapping[str, str] | None = None) -> None:
        """Sends a call progress event; any terminal status goes out under the event "completed"."""
        if event not in self._status_events:
            return
        status = self.call_status if event == "completed" else event
        params = self._identity.parameters(status) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            "Timestamp": rfc2822_now(),
            **(extra or {}),
        }
        self._sequence += 1
        self._last_status = self._wire.request("POST", self._wire.origin + CALL_STATUS, params)
        response = self._wire.send(self._last_status)
        if not response.is_success:
            raise CallFailed(f"the status callback {status} was answered {response.status_code}: {response.text[:300]}")

    def resend(self) -> httpx.Response:
        return self._again(self._last)

    def resend_status(self) -> httpx.Response:
        return self._again(self._last_status)

    def _again(self, request: httpx.Request | None) -> httpx.Response:
        if request is None:
            raise CallFailed("nothing has been sent yet")
        return self._wire.send(request)

    def _load(self, method: Method, url: str, params: Mapping[str, str]) -> list[Element]:
        self._last = self._wire.request(method, url, params)
        content = twiml_of(self._wire.send(self._last))
        self.document = content.decode(errors="replace")
        self.url = url
        return read(content)


def _client(base_url: str) -> httpx.Client:
    # A proxy of the environment cannot reach this machine's own loopback.
    trust_env = httpx.URL(base_url).host not in _LOOPBACK
    return httpx.Client(base_url=base_url, trust_env=trust_env, timeout=_ANSWER_S)


def _given(client: httpx.Client | str) -> httpx.Client:
    if isinstance(client, str) or not client.base_url.is_absolute_url:
        raise ValueError("the client needs a base_url: the origin that Twilio would call")
    return client
