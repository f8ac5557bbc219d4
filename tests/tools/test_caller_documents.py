"""The simulated caller refuses what Twilio would refuse, and takes what Twilio takes."""

import httpx
import pytest

from tests.support.twilio_desk import ASK, FALLBACK, ORIGIN, TURN, VOICE, Answer, Desk, ring
from tools.caller.document import BadAnswer, read


def no_answer() -> httpx.Response:
    raise httpx.ReadTimeout("too slow")


def no_server() -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(500, text="oops"), 11200),
        (httpx.Response(302, headers={"location": "/elsewhere"}), 11200),
        (httpx.Response(204), 11200),
        (no_answer, 11205),
        (no_server, 11205),
        (httpx.Response(200, json={}), 12300),
        (httpx.Response(200, headers={"content-type": "text/xml"}, text=""), 12100),
        ("<Say>a & b</Say>", 12100),
        ("<Dance/>", 12200),
        (f"<Say>{'a' * 70_000}</Say>", 11750),
    ],
)
def test_failure_takes_the_call_to_the_fallback(answer: Answer, code: int) -> None:
    desk = Desk({VOICE: ASK, TURN: answer, FALLBACK: "<Say>Nos excuses.</Say><Hangup/>"})
    call = ring(desk, follow_fallback=True)
    call.start()
    assert call.say("Bonjour") == ["Nos excuses."]
    params = desk.last(FALLBACK)
    assert (params["ErrorCode"], params["ErrorUrl"]) == (str(code), f"{ORIGIN}{TURN}?n=1")
    assert params["SpeechResult"] == "Bonjour"
    assert len(call.problems) == 1


def test_failure_is_raised_unless_the_fallback_is_followed() -> None:
    call = ring(Desk({VOICE: httpx.Response(500, text="oops")}))
    with pytest.raises(BadAnswer, match="answered 500: oops"):
        call.start()


def test_failing_fallback_ends_it() -> None:
    call = ring(Desk({VOICE: "<Dance/>", FALLBACK: httpx.Response(503)}), follow_fallback=True)
    with pytest.raises(BadAnswer, match="fallback answered 503"):
        call.start()


@pytest.mark.parametrize(
    "inner",
    [
        "<Say>a</Say><Connect/>",
        "<Say>  </Say>",
        '<Say voice="Lea">a</Say>',
        '<Say language="french">a</Say>',
        '<Say lang="fr-FR">a</Say>',
        "<Say>a<Hangup/></Say>",
        "hello",
        "<Say>a</Say>b",
        "<Play/>",
        "<Play>ftp://example.com/a</Play>",
        '<Pause length="soon"/>',
        '<Gather input="voice"/>',
        '<Gather timeout="0"/>',
        '<Gather timeout="5.0"/>',
        '<Gather finishOnKey="##"/>',
        '<Gather actionOnEmptyResult="True"/>',
        '<Gather action="javascript:x"/>',
        '<Gather action=""/>',
        '<Gather method="PUT"/>',
        '<Gather hints="a,,b"/>',
        f'<Gather hints="{"a" * 101}"/>',
        '<Gather speechModel="phone_call" speechTimeout="auto"/>',
        "<Gather><Redirect>/x</Redirect></Gather>",
        "<Redirect/>",
        "<Redirect>/x</Redirect><Say>never</Say>",
        "<Hangup/><Say>never</Say>",
        '<Dial action="/x">+33639980002</Dial><Say>never</Say>',
        "<Dial/>",
        "<Dial><Number>0639980002</Number></Dial>",
        '<Dial timeout="601">+33639980002</Dial>',
        '<Dial callerId="anonymous">+33639980002</Dial>',
        '<Record maxLength="0"/>',
        "<Say>a</Say><Reject/>",
        '<Reject reason="tired"/>',
        "<Number>+33639980002</Number>",
    ],
)
def test_wrong_documents_are_refused(inner: str) -> None:
    with pytest.raises(BadAnswer, match="12200"):
        read(f"<Response>{inner}</Response>".encode())


@pytest.mark.parametrize("content", ["", "<response/>", '<Response a="1"/>', "<!DOCTYPE x><Response/>", "<Response>"])
def test_what_is_no_response_is_refused(content: str) -> None:
    with pytest.raises(BadAnswer):
        read(content.encode())


def test_documents_as_twilio_takes_them_are_read() -> None:
    inner = (
        '<Say voice="Polly.Lea-Neural" language="fr-FR" loop="2">a <break time="1s"/> b</Say><!-- note -->'
        '<Play digits="ww1"/><Play>/a.mp3</Play><Pause length="2"/>'
        '<Gather input="dtmf speech" hints="a, b" finishOnKey="" speechTimeout="3" speechModel="phone_call">'
        "<Say>c</Say><Pause/><Play>a.mp3</Play></Gather>"
        '<Dial timeout="20" record="record-from-answer-dual"><Number sendDigits="ww1">+33639980002</Number></Dial>'
        '<Record finishOnKey="#" timeout="0"/><Redirect method="GET">?n=2</Redirect>'
    )
    verbs = read(f"<Response>{inner}</Response>".encode())
    assert [verb.tag for verb in verbs] == ["Say", "Play", "Play", "Pause", "Gather", "Dial", "Record", "Redirect"]
