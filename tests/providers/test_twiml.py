"""TwiML documents: the same as the official library builds, and no word becomes markup."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml.voice_response import Connect, Start, VoiceResponse
from twilio.twiml.voice_response import Dial as OfficialDial
from twilio.twiml.voice_response import Gather as OfficialGather

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


def canonical(xml: str) -> str:
    return ElementTree.canonicalize(xml)


def test_one_turn_is_what_the_official_library_builds() -> None:
    official = VoiceResponse()
    gather = OfficialGather(
        input="speech dtmf",
        action="/turn?n=1&x=2",
        method="POST",
        language="fr-FR",
        hints="horaires,rendez-vous",
        timeout=6,
        speech_timeout="auto",
        num_digits=10,
        finish_on_key="*",
        action_on_empty_result=True,
        barge_in=True,
        partial_result_callback="/partial?turn=1",
    )
    gather.say("Bonjour & bienvenue chez <Léa>", voice="Polly.Lea-Neural", language="fr-FR")
    gather.pause(length=2)
    gather.play("https://example.com/a.mp3?x=1&y=2")
    official.append(gather)
    official.say("Je n'ai rien entendu.", language="fr-FR")
    official.redirect("/turn?n=2&silence=1", method="POST")
    ours = document(
        Gather(
            action="/turn?n=1&x=2",
            children=(
                Say("Bonjour & bienvenue chez <Léa>", language="fr-FR", voice="Polly.Lea-Neural"),
                Pause(2),
                Play("https://example.com/a.mp3?x=1&y=2"),
            ),
            language="fr-FR",
            hints=("horaires", "rendez-vous"),
            timeout_s=6,
            num_digits=10,
            finish_on_key="*",
            action_on_empty_result=True,
            partial_callback="/partial?turn=1",
        ),
        Say("Je n'ai rien entendu.", language="fr-FR"),
        Redirect("/turn?n=2&silence=1"),
    )
    assert canonical(ours) == canonical(str(official))


def test_transfer_and_hangup_are_what_the_official_library_builds() -> None:
    official = VoiceResponse()
    dial = OfficialDial(action="/dialled", method="POST", timeout=20)
    dial.number("+33639980002", url="/whisper")
    official.append(dial)
    official.hangup()
    ours = document(Dial("+33639980002", action="/dialled", timeout_s=20, whisper="/whisper"), Hangup())
    assert canonical(ours) == canonical(str(official))


def test_a_relay_and_recordings_are_what_the_official_library_builds() -> None:
    official = VoiceResponse()
    start = Start()
    start.recording(
        recording_status_callback="/recording",
        recording_status_callback_event="completed absent",
        channels="dual",
    )
    official.append(start)
    connect = Connect(action="/ended", method="POST")
    connect.conversation_relay(
        url="wss://desk.example.com/socket/x",
        welcome_greeting="Bonjour & bienvenue",
        welcome_greeting_interruptible="any",
        language="fr-FR",
        tts_provider="ElevenLabs",
        voice="abc",
        interruptible="any",
        report_input_during_agent_speech="any",
        dtmf_detection=True,
        events="speaker-events",
        hints="vidange,pneus",
    )
    official.append(connect)
    ours = document(
        StartRecording("/recording"),
        Relay(
            "wss://desk.example.com/socket/x",
            "/ended",
            "Bonjour & bienvenue",
            "fr-FR",
            "ElevenLabs",
            "abc",
            ("vidange", "pneus"),
        ),
    )
    assert canonical(ours) == canonical(str(official))


def test_a_message_is_taken_as_the_official_library_does_it() -> None:
    official = VoiceResponse()
    official.record(
        action="/left",
        method="POST",
        max_length=120,
        timeout=5,
        play_beep=True,
        recording_status_callback="/recording",
        recording_status_callback_event="completed absent",
    )
    assert canonical(document(Record("/left", "/recording"))) == canonical(str(official))


def test_empty_document_is_what_the_official_library_builds() -> None:
    assert canonical(document()) == canonical(str(VoiceResponse()))
    assert document().startswith('<?xml version="1.0" encoding="UTF-8"?>')


def test_markup_in_words_and_attributes_stays_text() -> None:
    words = "</Say><Hangup/>\"'&amp;<![CDATA[x]]>"
    root = ElementTree.fromstring(document(Gather(action='/a"><Hangup/>', children=(Say(words, language='"x'),))))
    assert [element.tag for element in root.iter()] == ["Response", "Gather", "Say"]
    assert root[0].get("action") == '/a"><Hangup/>'
    assert root[0][0].text == words
    assert root[0][0].get("language") == '"x'


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_makes_a_well_formed_document(text: str) -> None:
    xml = document(Say(text), Gather(action=text, hints=(text,)), Redirect(text)).encode()
    assert ElementTree.fromstring(xml).tag == "Response"


def test_control_characters_are_removed() -> None:
    root = ElementTree.fromstring(document(Say("a\x00b\x1bc\ud800d\ufffee\tf")))
    assert root[0].text == "abcde\tf"


def test_say_without_words_is_left_out() -> None:
    assert list(ElementTree.fromstring(document(Say(" \x00\n"), Hangup()))) != []
    assert "<Say" not in document(Say(" \x00\n"), Hangup())


def test_keys_alone_have_no_speech_timeout_and_no_finishing_key_can_be_said() -> None:
    gather = ElementTree.fromstring(document(Gather(action="/k", input="dtmf", finish_on_key="")))[0]
    assert gather.get("speechTimeout") is None
    assert gather.get("finishOnKey") == ""
    assert gather.get("language") is None


def test_hints_are_bounded_clean_and_unique() -> None:
    phrases = ("coupe, couleur", " ", "x" * 150, "devis", "devis", *(f"mot {n}" for n in range(600)))
    hints = (ElementTree.fromstring(document(Gather(action="/a", hints=phrases)))[0].get("hints") or "").split(",")
    assert hints[:3] == ["coupe couleur", "x" * 100, "devis"]
    assert hints.count("devis") == 1
    assert len(hints) == 500


@pytest.mark.parametrize(
    "voice",
    [
        "Polly.Lea",
        "Polly.Lea-Neural",
        "Polly.Danielle-Generative",
        "Google.fr-FR-Wavenet-A",
        "Google.en-US-Chirp3-HD-Aoede",
    ],
)
def test_voices_that_say_knows(voice: str) -> None:
    assert say_voice("elevenlabs", voice) == voice
    assert say_voice(None, voice) == voice


def test_basic_voices_belong_to_twilio_only() -> None:
    assert say_voice(None, "alice") == "alice"
    assert say_voice("Twilio", "Woman") == "woman"
    assert say_voice("elevenlabs", "alice") is None


@pytest.mark.parametrize(
    "voice",
    [
        None,
        "",
        "21m00Tcm4TlvDq8ikWAM",
        "Polly.",
        "Polly.lea",
        'Polly.Lea"',
        "Polly.Lea-Neural ok",
        "Google.fr",
        "Polly.Léa",
        "alloy",
    ],
)
def test_other_voices_are_the_default(voice: str | None) -> None:
    assert say_voice("twilio", voice) is None
