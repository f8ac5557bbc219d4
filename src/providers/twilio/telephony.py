"""ports.telephony.Telephony as TwiML, and what goes wrong while a caller waits."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from ports.telephony import CallAnswer, RelayOpening, Voice
from providers.twilio.twiml import (
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Relay,
    Say,
    StartRecording,
    document,
    say_voice,
)

DIAL_TIMEOUT_S = 20
WHISPER_S = 6  # to press a key, after the words have been said twice
RELAY_PATH = "/webhooks/omnichannel/conversation/"
_RELAY_URL = re.compile(f"({RELAY_PATH})([a-z0-9_]+)")
_REGIONS = {"fr": "fr-FR", "en": "en-US"}


class TwilioTelephony:
    """`base_url` is the origin that the provider reaches us at; `call_sid` only names the call."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def document(self, answer: CallAnswer) -> str:
        say = Play(f"{self._base_url}{answer.audio_url}") if answer.audio_url else _say(answer.words, answer.voice)
        following = self._turn_url(answer.turn, answer.voice.language)
        recording = self._recording() if answer.is_recorded else ()
        if answer.action == "hang_up":
            return document(*recording, say, Hangup())
        if answer.action == "transfer" and answer.transfer_number:
            whisper = f"{self._base_url}/webhooks/omnichannel/whisper"
            dial = Dial(answer.transfer_number, following, timeout_s=DIAL_TIMEOUT_S, whisper=whisper)
            return document(*recording, say, dial)
        gather = Gather(
            following,
            (say,),
            language=_language(answer.voice),
            hints=answer.hints,
            num_digits=answer.keys,
            partial_callback=f"{self._base_url}/webhooks/omnichannel/voice/partial?turn={answer.turn}",
        )
        return document(*recording, gather, Redirect(following))

    def voicemail(self, words: str, voice: Voice) -> str:
        query = urlencode({"language": voice.language})
        action = f"{self._base_url}/webhooks/omnichannel/voicemail?{query}"
        return document(_say(words, voice), Record(action, self._recorded_url), Redirect(action))

    def whisper(self, words: str, voice: Voice) -> str:
        """Whoever does not press 1 is not joined: voicemail of theirs, a child, a busy hand."""
        answered = f"{self._base_url}/webhooks/omnichannel/whisper/answer"
        say = _say(words, voice)
        ask = Gather(answered, (say, say), language=_language(voice), input="dtmf", timeout_s=WHISPER_S, num_digits=1)
        return document(ask, Hangup())

    def joined(self) -> str:
        """Nothing more is said to the callee: the two are joined."""
        return document()

    def silence(self) -> str:
        return document(Pause(10), Hangup())

    def declined(self) -> str:
        return document(Hangup())

    @property
    def _recorded_url(self) -> str:
        return f"{self._base_url}/webhooks/omnichannel/recording#rc=3&rp=5xx,ct,rt"

    def _recording(self) -> tuple[StartRecording]:
        return (StartRecording(self._recorded_url),)

    def conversation(self, opening: RelayOpening) -> str:
        """The path ends in the id of the relay: the token that opens it is put in when the document goes out."""
        host = self._base_url.replace("http", "ws", 1)
        action = f"{self._base_url}/webhooks/omnichannel/relay-ended?{urlencode({'relay': opening.relay_id})}"
        provider, voice = relay_voice(opening.voice.provider, opening.voice.voice_id)
        return document(
            *(self._recording() if opening.is_recorded else ()),
            Relay(
                f"{host}{RELAY_PATH}{opening.relay_id}",
                action,
                opening.words,
                _language(opening.voice),
                provider,
                voice,
                opening.hints,
            ),
        )

    def with_tokens(self, document: str, token_of: Callable[[str], str]) -> str:
        return _RELAY_URL.sub(lambda found: f"{found[1]}{token_of(found[2])}", document)

    def try_again(self, turn: int, voice: Voice, words: str, failures: int) -> str:
        """The same turn once more: nothing of it has been stored, or its document will be found."""
        url = self._turn_url(turn, voice.language, failures)
        return document(Gather(url, (_say(words, voice),), language=_language(voice)), Redirect(url))

    def once_more(self, voice: Voice, words: str, path: str) -> str:
        """The same document once more, after a breath."""
        return document(_say(words, voice), Pause(2), Redirect(f"{self._base_url}/webhooks/omnichannel/{path}"))

    def goodbye(self, voice: Voice, words: str) -> str:
        return document(_say(words, voice), Hangup())

    def _turn_url(self, turn: int, language: str, failures: int = 0) -> str:
        query = {"turn": str(turn), "language": language} | ({"failures": str(failures)} if failures else {})
        return f"{self._base_url}/webhooks/omnichannel/voice/turn?{urlencode(query)}"


def relay_voice(voice_provider: str, voice_id: str) -> tuple[str, str | None]:
    """(ttsProvider, voice) of a ConversationRelay; a voice it does not know is its language's default one."""
    provider, voice = voice_provider.strip().lower(), voice_id.strip()
    if provider == "elevenlabs" and voice:
        return "ElevenLabs", voice
    said = say_voice(voice_provider, voice_id) or ""
    if said.startswith("Polly."):
        return "Amazon", said.removeprefix("Polly.")
    return "Google", said.removeprefix("Google.") if said.startswith("Google.") else None


def region(language: str) -> str:
    """With a region where Twilio wants one."""
    return _REGIONS.get(language, language)


def _language(voice: Voice) -> str:
    return region(voice.language)


def _say(words: str, voice: Voice) -> Say:
    return Say(words, language=_language(voice), voice=say_voice(voice.provider, voice.voice_id))
