"""ports.telephony.Telephony as TwiML, and what goes wrong while a caller waits."""

from urllib.parse import urlencode

from ports.telephony import CallAnswer, Voice
from providers.twilio.twiml import Dial, Gather, Hangup, Pause, Redirect, Say, document, say_voice

DIAL_TIMEOUT_S = 20
_REGIONS = {"fr": "fr-FR", "en": "en-US"}


class TwilioTelephony:
    """`base_url` is the origin that the provider reaches us at; `call_sid` only names the call."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def document(self, answer: CallAnswer) -> str:
        say = _say(answer.words, answer.voice)
        following = self._turn_url(answer.turn, answer.voice.language)
        if answer.action == "hang_up":
            return document(say, Hangup())
        if answer.action == "transfer" and answer.transfer_number:
            return document(say, Dial(answer.transfer_number, following, timeout_s=DIAL_TIMEOUT_S))
        gather = Gather(following, (say,), language=_language(answer.voice), hints=answer.hints)
        return document(gather, Redirect(following))

    def try_again(self, turn: int, voice: Voice, words: str, failures: int) -> str:
        """The same turn once more: nothing of it has been stored, or its document will be found."""
        url = self._turn_url(turn, voice.language, failures)
        return document(Gather(url, (_say(words, voice),), language=_language(voice)), Redirect(url))

    def call_again(self, voice: Voice, words: str) -> str:
        """The first document once more, after a breath."""
        return document(
            _say(words, voice), Pause(2), Redirect(f"{self._base_url}/webhooks/omnichannel/voice?failures=1")
        )

    def goodbye(self, voice: Voice, words: str) -> str:
        return document(_say(words, voice), Hangup())

    def _turn_url(self, turn: int, language: str, failures: int = 0) -> str:
        query = {"turn": str(turn), "language": language} | ({"failures": str(failures)} if failures else {})
        return f"{self._base_url}/webhooks/omnichannel/voice/turn?{urlencode(query)}"


def _language(voice: Voice) -> str:
    return _REGIONS.get(voice.language, voice.language)


def _say(words: str, voice: Voice) -> Say:
    return Say(words, language=_language(voice), voice=say_voice(voice.provider, voice.voice_id))
