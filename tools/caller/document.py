"""Reads a TwiML document as strictly as Twilio would, so that a wrong one fails here and not in a live call."""

import re
from collections.abc import Callable, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAX_BYTES = 64 * 1024

# Twilio's error codes for what can be wrong with an answer.
HTTP_FAILURE = 11200
NO_CONNECTION = 11205
TOO_LARGE = 11750
NOT_PARSABLE = 12100
NOT_IN_SCHEMA = 12200
WRONG_CONTENT_TYPE = 12300


class CallFailed(Exception):
    """The other side broke the protocol, or the caller was told to do what the call does not allow."""


class BadAnswer(CallFailed):
    """An answer that Twilio would refuse; `code` is what it would report as ErrorCode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} (Twilio error {code})")
        self.code = code


Rule = Callable[[str], bool]


def _pattern(expression: str) -> Rule:
    compiled = re.compile(expression)
    return lambda value: compiled.fullmatch(value) is not None


def _words(*allowed: str) -> Rule:
    return lambda value: bool(value.split()) and set(value.split()) <= set(allowed)


def _one_of(*allowed: str) -> Rule:
    return lambda value: value in allowed


def _number(low: int, high: int) -> Rule:
    return lambda value: value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high


def _url(value: str) -> bool:
    """Absolute http(s) or relative to the current document."""
    if not value.strip() or re.search(r"[\s<>\"]", value.strip()):
        return False
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", value.strip())
    return scheme is None or scheme[1].lower() in ("http", "https")


def _hints(value: str) -> bool:
    phrases = value.split(",")
    return len(phrases) <= 500 and all(phrase.strip() and len(phrase.strip()) <= 100 for phrase in phrases)


def _socket_url(value: str) -> bool:
    """wss; on this machine's own loopback also ws."""
    return (
        re.fullmatch(r"(wss://[^/?#\s]+|ws://(127\.0\.0\.1|localhost|testserver)(:[0-9]+)?)/[^?#\s]*", value)
        is not None
    )


_METHOD = _one_of("GET", "POST")
_INTERRUPTIBLE = _one_of("none", "dtmf", "speech", "any", "true", "false")
_BOOL = _one_of("true", "false")
_LANGUAGE = _pattern(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_VOICE = _pattern(
    r"man|woman|alice|Polly\.[A-Z][A-Za-z]+(-Neural|-Generative)?|Google\.[a-z]{2,3}-[A-Z0-9]{2,3}(-\w+)+"
)
_E164 = _pattern(r"\+[1-9][0-9]{6,14}")
_LOOP = _number(0, 1000)
_KEY_SET = _pattern(r"[0-9*#]*")
_TRIM = _one_of("trim-silence", "do-not-trim")
_DIAL_RECORD = _one_of(
    "do-not-record", "record-from-answer", "record-from-ringing",
    "record-from-answer-dual", "record-from-ringing-dual", "true", "false",
)  # fmt: skip
_SPEECH_MODEL = _one_of(
    "default", "numbers_and_commands", "phone_call", "experimental_conversations", "experimental_utterances",
    "googlev2_long", "googlev2_short", "googlev2_telephony", "googlev2_telephony_short",
    "deepgram_nova-2", "deepgram_nova-3",
)  # fmt: skip
_CALL_EVENTS = _words("initiated", "ringing", "answered", "completed")
_RECORDING_EVENTS = _words("in-progress", "completed", "absent")
_RECORDING_CALLBACK: Mapping[str, Rule] = {
    "recordingStatusCallback": _url,
    "recordingStatusCallbackMethod": _METHOD,
    "recordingStatusCallbackEvent": _RECORDING_EVENTS,
}

_ATTRIBUTES: Mapping[str, Mapping[str, Rule]] = {
    "Say": {"voice": _VOICE, "language": _LANGUAGE, "loop": _LOOP},
    "Play": {"loop": _LOOP, "digits": _pattern(r"[0-9wW*#]+")},
    "Pause": {"length": _number(0, 600)},
    "Gather": {
        "input": _words("dtmf", "speech"),
        "action": _url,
        "method": _METHOD,
        "timeout": _number(1, 600),
        "speechTimeout": lambda value: value == "auto" or _number(1, 60)(value),
        "finishOnKey": _pattern(r"[0-9*#]?"),
        "numDigits": _number(1, 128),
        "language": _LANGUAGE,
        "hints": _hints,
        "profanityFilter": _BOOL,
        "speechModel": _SPEECH_MODEL,
        "partialResultCallback": _url,
        "partialResultCallbackMethod": _METHOD,
        "actionOnEmptyResult": _BOOL,
        "enhanced": _BOOL,
        "bargeIn": _BOOL,
        "maxSpeechTime": _number(1, 60),
    },
    "Redirect": {"method": _METHOD},
    "Dial": {
        "action": _url,
        "method": _METHOD,
        "timeout": _number(1, 600),
        "timeLimit": _number(1, 14400),
        "callerId": _E164,
        "answerOnBridge": _BOOL,
        "hangupOnStar": _BOOL,
        "record": _DIAL_RECORD,
        "trim": _TRIM,
        **_RECORDING_CALLBACK,
        "recordingTrack": _one_of("inbound", "outbound", "both"),
        "ringTone": _pattern(r"[a-z]{2}"),
        "sequential": _BOOL,
        "callReason": lambda value: 0 < len(value) <= 50,
    },
    "Number": {
        "url": _url,
        "method": _METHOD,
        "statusCallback": _url,
        "statusCallbackMethod": _METHOD,
        "statusCallbackEvent": _CALL_EVENTS,
        "sendDigits": _pattern(r"[0-9wW*#]{1,32}"),
    },
    "Record": {
        "action": _url,
        "method": _METHOD,
        "timeout": _number(0, 600),
        "finishOnKey": _KEY_SET,
        "maxLength": _number(1, 14400),
        "playBeep": _BOOL,
        "trim": _TRIM,
        **_RECORDING_CALLBACK,
        "transcribe": _BOOL,
        "transcribeCallback": _url,
    },
    "Start": {},
    "Recording": {
        **_RECORDING_CALLBACK,
        "trim": _TRIM,
        "track": _one_of("inbound", "outbound", "both"),
        "channels": _one_of("mono", "dual"),
    },
    "Connect": {"action": _url, "method": _METHOD},
    "ConversationRelay": {
        "url": _socket_url,
        "language": _LANGUAGE,
        "ttsLanguage": _LANGUAGE,
        "transcriptionLanguage": _LANGUAGE,
        "ttsProvider": _one_of("Google", "Amazon", "ElevenLabs"),
        "transcriptionProvider": _one_of("Deepgram", "Google"),
        "voice": _pattern(r"[\w.-]{1,200}"),
        "speechModel": _pattern(r"[\w-]{1,60}"),
        "welcomeGreeting": lambda value: bool(value.strip()),
        "welcomeGreetingInterruptible": _INTERRUPTIBLE,
        "interruptible": _INTERRUPTIBLE,
        "interruptSensitivity": _one_of("high", "medium", "low"),
        "reportInputDuringAgentSpeech": _INTERRUPTIBLE,
        "preemptible": _BOOL,
        "dtmfDetection": _BOOL,
        "partialPrompts": _BOOL,
        "hints": _hints,
        "profanityFilter": _BOOL,
        "events": _words("speaker-events", "tokens-played", "debugging"),
    },
    "Hangup": {},
    "Reject": {"reason": _one_of("rejected", "busy")},
}
_CHILDREN: Mapping[str, frozenset[str]] = {
    "Response": frozenset(_ATTRIBUTES) - {"Number", "ConversationRelay", "Recording"},
    "Start": frozenset({"Recording"}),
    "Connect": frozenset({"ConversationRelay"}),
    "Gather": frozenset({"Say", "Play", "Pause"}),
    "Dial": frozenset({"Number"}),
}
_SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
_WITH_TEXT = frozenset({"Say", "Play", "Redirect", "Dial", "Number"})


def read(content: bytes) -> list[Element]:
    """The verbs of the document in order; raises BadAnswer when Twilio would not run it as it is meant."""
    if len(content) > MAX_BYTES:
        raise BadAnswer(TOO_LARGE, f"the document has {len(content)} bytes, {MAX_BYTES} are allowed")
    if b"<!DOCTYPE" in content:
        raise BadAnswer(NOT_PARSABLE, "the document must not have a DOCTYPE")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise BadAnswer(NOT_PARSABLE, f"the document is not well-formed XML: {error}") from error
    if root.tag != "Response":
        raise _wrong(f"the root element is <{root.tag}>, not <Response>")
    if root.attrib:
        raise _wrong("<Response> takes no attributes")
    _check_children(root)
    verbs = list(root)
    _check_order(verbs)
    return verbs


def spoken(say: Element) -> str:
    return " ".join("".join(say.itertext()).split())


def text_of(element: Element) -> str:
    return (element.text or "").strip()


def _wrong(message: str) -> BadAnswer:
    return BadAnswer(NOT_IN_SCHEMA, message)


def _check_children(parent: Element) -> None:
    allowed = _CHILDREN.get(parent.tag, frozenset())
    for child in parent:
        if not isinstance(child.tag, str) or child.tag not in allowed:
            raise _wrong(f"<{child.tag}> is not a verb this caller knows inside <{parent.tag}>")
        _check_element(child)
    texts = [child.tail for child in parent]
    if parent.tag not in _WITH_TEXT:
        texts.append(parent.text)
    stray = "".join(text or "" for text in texts).strip()
    if stray:
        raise _wrong(f"stray text in <{parent.tag}>: {stray[:60]!r}")


def _check_element(element: Element) -> None:
    rules = _ATTRIBUTES[element.tag]
    for name, value in element.attrib.items():
        if name not in rules:
            raise _wrong(f"<{element.tag}> has no attribute {name!r}")
        if not rules[name](value):
            raise _wrong(f'<{element.tag} {name}="{value[:200]}"> is not a legal value')
    if element.tag == "Say":
        _check_ssml(element)
    else:
        _check_children(element)
    _CONTENT.get(element.tag, _anything)(element)


def _check_ssml(say: Element) -> None:
    for child in say.iter():
        if child is not say and child.tag not in _SSML:
            raise _wrong(f"<{child.tag}> is not SSML that <Say> takes")
    if not spoken(say):
        raise _wrong("<Say> has nothing to say")


def _anything(_: Element) -> None:
    pass


def _check_play(play: Element) -> None:
    if bool(text_of(play)) == ("digits" in play.attrib) or (text_of(play) and not _url(text_of(play))):
        raise _wrong("<Play> needs a URL or digits")


def _check_gather(gather: Element) -> None:
    model = gather.get("speechModel", "default")
    if model != "default" and gather.get("speechTimeout") == "auto":
        raise _wrong('<Gather> with a speechModel needs a number as speechTimeout, not "auto"')


def _check_redirect(redirect: Element) -> None:
    if not _url(text_of(redirect)):
        raise _wrong(f"<Redirect> needs a URL, not {text_of(redirect)!r}")


def _check_dial(dial: Element) -> None:
    if not len(dial) and not _E164(text_of(dial)):
        raise _wrong("<Dial> names nobody to call")


def _check_number(number: Element) -> None:
    if not _E164(text_of(number)):
        raise _wrong(f"<Number> needs an E.164 number, not {text_of(number)!r}")


def _check_connect(connect: Element) -> None:
    if len(connect) != 1:
        raise _wrong("<Connect> needs one noun")


def _check_relay(relay: Element) -> None:
    if "url" not in relay.attrib:
        raise _wrong("<ConversationRelay> needs a url")


_CONTENT: Mapping[str, Callable[[Element], None]] = {
    "Play": _check_play,
    "Gather": _check_gather,
    "Redirect": _check_redirect,
    "Dial": _check_dial,
    "Number": _check_number,
    "Connect": _check_connect,
    "ConversationRelay": _check_relay,
}


def _check_order(verbs: list[Element]) -> None:
    for index, verb in enumerate(verbs):
        is_final = verb.tag in ("Redirect", "Hangup", "Reject") or (
            verb.tag in ("Dial", "Connect") and "action" in verb.attrib
        )
        if is_final and index + 1 < len(verbs):
            raise _wrong(f"<{verbs[index + 1].tag}> after <{verb.tag}> is never reached")
        if verb.tag == "Reject" and index:
            raise _wrong("<Reject> must be the first verb")
