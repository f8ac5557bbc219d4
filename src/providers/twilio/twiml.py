"""TwiML documents as values: what is spoken is data, and no word of it can become markup."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_ILLEGAL_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAX_HINTS = 500
_MAX_HINT_CHARS = 100
_SAY_VOICE = re.compile(
    r"Polly\.[A-Z][A-Za-z]{1,30}(-(Neural|Generative))?"
    r"|Google\.[a-z]{2,3}-[A-Z0-9]{2,3}(-[A-Za-z0-9]{1,24}){1,4}"
)
_BASIC_VOICES = frozenset({"man", "woman", "alice"})
# Providers under whose name a bare "alice" is Twilio's own voice and not somebody's custom one.
_TWILIO_PROVIDERS = frozenset({"", "twilio", "basic"})


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str | None = None  # BCP-47
    voice: str | None = None  # from say_voice(); None: the language's default voice


@dataclass(frozen=True, slots=True)
class Play:
    url: str


@dataclass(frozen=True, slots=True)
class Pause:
    length_s: int = 1


@dataclass(frozen=True, slots=True)
class Gather:
    """Listens while and after the children are spoken; silence falls through to the next verb."""

    action: str
    children: tuple[Say | Play | Pause, ...] = ()
    language: str | None = None
    hints: tuple[str, ...] = ()
    input: str = "speech dtmf"
    partial_callback: str | None = None  # told what is understood so far
    timeout_s: int = 5  # until the first word or key
    speech_timeout: int | str = "auto"  # seconds of silence that end an utterance
    num_digits: int | None = None
    finish_on_key: str | None = None  # None: "#"; "": no key ends the input
    action_on_empty_result: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str


@dataclass(frozen=True, slots=True)
class Dial:
    number: str  # E.164
    action: str
    timeout_s: int = 30  # ringing
    whisper: str | None = None  # of what is said to the callee alone, before the two are joined


@dataclass(frozen=True, slots=True)
class Relay:
    """ConversationRelay in a Connect: speech both ways as text over a socket, until one side ends it."""

    url: str  # wss://, without a query
    action: str
    greeting: str = ""
    language: str | None = None
    tts_provider: str = "Google"  # known to every account; others may be closed to one
    voice: str | None = None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A message left by the caller; what the provider makes of it is told to `callback`."""

    action: str
    callback: str
    max_s: int = 120
    silence_s: int = 5


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Of the whole call from here on, each side on a channel of its own."""

    callback: str


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


Verb = Say | Play | Pause | Gather | Redirect | Dial | Relay | Record | StartRecording | Hangup


def document(*verbs: Verb) -> str:
    """The whole XML document; without verbs it accepts the request and ends the call."""
    inner = "".join(_render(verb) for verb in verbs)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'


def say_voice(voice_provider: str | None, voice_id: str | None) -> str | None:
    """The name <Say> knows the stored voice by; None (the language's default) for a voice of another vendor."""
    voice = (voice_id or "").strip()
    if _SAY_VOICE.fullmatch(voice):
        return voice
    is_twilio = (voice_provider or "").strip().lower() in _TWILIO_PROVIDERS
    return voice.lower() if is_twilio and voice.lower() in _BASIC_VOICES else None


def _render(verb: Verb) -> str:
    match verb:
        case Say():
            # A Say without words is an error to Twilio.
            words = _legal(verb.text).strip()
            return _element("Say", escape(words), voice=verb.voice, language=verb.language) if words else ""
        case Play():
            return _element("Play", escape(_legal(verb.url)))
        case Pause():
            return _element("Pause", length=verb.length_s)
        case Gather():
            return _gather(verb)
        case Redirect():
            return _element("Redirect", escape(_legal(verb.url)), method="POST")
        case Dial():
            number = _element("Number", escape(_legal(verb.number)), url=verb.whisper)
            return _element("Dial", number, action=verb.action, method="POST", timeout=verb.timeout_s)
        case Record():
            return _element(
                "Record",
                action=verb.action,
                method="POST",
                maxLength=verb.max_s,
                timeout=verb.silence_s,
                playBeep="true",
                recordingStatusCallback=verb.callback,
                recordingStatusCallbackEvent="completed absent",
            )
        case StartRecording():
            recording = _element(
                "Recording",
                recordingStatusCallback=verb.callback,
                recordingStatusCallbackEvent="completed absent",
                channels="dual",
            )
            return _element("Start", recording)
        case Relay():
            return _relay(verb)
        case Hangup():
            return _element("Hangup")


def _relay(verb: Relay) -> str:
    inner = _element(
        "ConversationRelay",
        url=verb.url,
        welcomeGreeting=_legal(verb.greeting).strip() or None,
        welcomeGreetingInterruptible="any" if verb.greeting else None,
        language=verb.language,
        ttsProvider=verb.tts_provider,
        voice=verb.voice,
        interruptible="any",
        reportInputDuringAgentSpeech="any",
        dtmfDetection="true",
        events="speaker-events",
        hints=",".join(_hints(verb.hints)) or None,
    )
    return _element("Connect", inner, action=verb.action, method="POST")


def _gather(verb: Gather) -> str:
    return _element(
        "Gather",
        "".join(_render(child) for child in verb.children),
        input=verb.input,
        action=verb.action,
        method="POST",
        language=verb.language,
        timeout=verb.timeout_s,
        speechTimeout=verb.speech_timeout if "speech" in verb.input else None,
        numDigits=verb.num_digits,
        finishOnKey=verb.finish_on_key,
        bargeIn="true",
        partialResultCallback=verb.partial_callback,
        actionOnEmptyResult="true" if verb.action_on_empty_result else None,
        hints=",".join(_hints(verb.hints)) or None,
    )


def _hints(phrases: tuple[str, ...]) -> list[str]:
    def usable() -> Iterator[str]:
        for phrase in phrases:
            # The list is separated by commas, so a phrase cannot hold one.
            hint = " ".join(_legal(phrase).replace(",", " ").split())[:_MAX_HINT_CHARS].strip()
            if hint:
                yield hint

    return list(dict.fromkeys(usable()))[:_MAX_HINTS]


def _element(name: str, content: str = "", **attributes: str | int | None) -> str:
    given = "".join(f" {key}={quoteattr(_legal(str(value)))}" for key, value in attributes.items() if value is not None)
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def _legal(text: str) -> str:
    return _ILLEGAL_IN_XML.sub("", text)
