"""The fakes over HTTP: the vendors' own libraries find in them what they expect, and are refused as by the vendor."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anthropic import Anthropic
from anthropic import BadRequestError as AnthropicBadRequest
from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tools.fakes import Fakes
from tools.fakes.models import Reply
from tools.fakes.server import FakeServer
from tools.fakes.twilio import ACCOUNT, TOKEN


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(Fakes()) as started:
        yield started


def elsewhere(origin: str) -> TwilioHttpClient:
    """Twilio's own client, with its requests sent to the fake."""
    http = TwilioHttpClient(timeout=5)
    request = http.request

    def sent(method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return request(method, url.replace("https://api.twilio.com", f"{origin}/twilio"), *args, **kwargs)

    http.request = sent
    return http


def client(server: FakeServer, sid: str = ACCOUNT, token: str = TOKEN) -> Client:
    return Client(sid, token, http_client=elsewhere(server.origin))


def test_twilios_library_sends_finds_and_looks_up(server: FakeServer) -> None:
    server.fakes.twilio.accounts[ACCOUNT].numbers.append("+33199001234")
    sent = client(server).messages.create(to="+33639980001", from_="+33199001234", body="Bonjour")
    assert (sent.status, sent.body) == ("queued", "Bonjour")
    assert [one.sid for one in client(server).messages.list(to="+33639980001")] == [sent.sid]
    (number,) = client(server).incoming_phone_numbers.list(phone_number="+33199001234")
    assert number.phone_number == "+33199001234"
    assert client(server).api.accounts(ACCOUNT).fetch().status == "active"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"to": "12"}, 21211), ({"from_": "x"}, 21212), ({"body": "x" * 1_601}, 21617), ({"to": "+33639980009"}, 21610)],
)
def test_twilios_library_hears_the_refusals(server: FakeServer, changes: dict[str, str], code: int) -> None:
    server.fakes.twilio.opted_out.add("+33639980009")
    with pytest.raises(TwilioRestException) as refused:
        client(server).messages.create(**{"to": "+33639980001", "from_": "+33199001234", "body": "x"} | changes)
    assert refused.value.code == code


def test_a_wrong_token_is_refused(server: FakeServer) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client(server, token="0" * 32).api.accounts(ACCOUNT).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_resend_keeps_a_key_and_refuses_what_resend_refuses(server: FakeServer) -> None:
    url, headers = f"{server.origin}/resend/emails", {"Authorization": "Bearer re_sample", "Idempotency-Key": "k"}
    mail = {"from": "desk@sample.example", "to": ["a@sample.example"], "subject": "x", "text": "y"}
    with httpx.Client(trust_env=False) as http:
        first, second = (http.post(url, json=mail, headers=headers).json() for _ in range(2))
        assert first == second
        assert http.post(url, json={**mail, "text": "z"}, headers=headers).status_code == 409
        assert (
            http.post(url, json={**mail, "subject": ""}, headers={**headers, "Idempotency-Key": "l"}).status_code == 422
        )
        assert http.post(url, json=mail).status_code == 401
        assert http.post(url, json=mail, headers={"Authorization": "Bearer wrong"}).status_code == 403
        assert len(http.get(f"{server.origin}/state").json()["mails"]) == 1


def test_a_fault_is_what_was_asked_for(server: FakeServer) -> None:
    server.fakes.fail("openai", status=529, retry_after_s=7)
    url, headers = f"{server.origin}/openai/v1/models", {"Authorization": "Bearer sk-sample-0123456789"}
    with httpx.Client(trust_env=False) as http:
        faulty = http.get(url, headers=headers)
        assert (faulty.status_code, faulty.headers["retry-after"]) == (529, "7")
        assert http.get(url, headers=headers).status_code == 200


def test_one_that_hangs_answers_nothing_and_keeps_nobody_else_waiting(server: FakeServer) -> None:
    server.fakes.hang("openai")
    with httpx.Client(trust_env=False, timeout=0.3) as http:
        with pytest.raises(httpx.ReadTimeout):
            http.get(f"{server.origin}/openai/v1/models")
        assert http.get(f"{server.origin}/state").status_code == 200


def test_the_receiver_does_as_it_is_told(server: FakeServer) -> None:
    server.fakes.receiver.statuses["a"] = [500, 302, 200]
    with httpx.Client(trust_env=False) as http:
        answers = [http.post(f"{server.origin}/receiver/a", json={"n": n}).status_code for n in range(4)]
        assert answers == [500, 302, 200, 200]
        received = http.get(f"{server.origin}/state").json()["received"]
    assert [json.loads(one["body"])["n"] for one in received] == [0, 1, 2, 3]


def test_openais_library_reads_the_fake_streamed_and_whole(server: FakeServer) -> None:
    server.fakes.openai.script += [
        Reply("Bonjour à vous."),
        Reply("Bonjour à vous."),
        Reply(calls=(("take_message", {"name": "Sample", "reason": "x"}),)),
    ]
    with OpenAI(api_key="sk-sample-0123456789", base_url=f"{server.origin}/openai/v1", max_retries=0) as vendor:
        asked: Any = {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Bonjour"}]}
        whole = vendor.chat.completions.create(**asked)
        assert (whole.choices[0].message.content, whole.choices[0].finish_reason) == ("Bonjour à vous.", "stop")
        with vendor.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
            streamed = stream.get_final_completion()
        assert streamed.choices[0].message.content == "Bonjour à vous."
        assert streamed.usage
        assert streamed.usage.completion_tokens > 0
        with vendor.chat.completions.stream(**asked) as stream:
            called = stream.get_final_completion().choices[0].message.tool_calls
        assert called
        assert json.loads(called[0].function.arguments) == {"name": "Sample", "reason": "x"}
        with pytest.raises(NotFoundError):
            vendor.chat.completions.create(**{**asked, "model": "gpt-none"})
        with pytest.raises(BadRequestError):
            vendor.chat.completions.create(
                model="gpt-4.1-mini", messages=[{"role": "tool", "tool_call_id": "x", "content": "y"}]
            )
    with (
        OpenAI(api_key="wrong", base_url=f"{server.origin}/openai/v1", max_retries=0) as vendor,
        pytest.raises(AuthenticationError),
    ):
        vendor.chat.completions.create(**asked)


def test_anthropics_library_reads_the_fake_streamed_and_whole(server: FakeServer) -> None:
    server.fakes.anthropic.script += [
        Reply("Bonjour à vous."),
        Reply("Je note.", calls=(("take_message", {"name": "Sample", "reason": "x"}),)),
    ]
    with Anthropic(api_key="sk-ant-sample-0123456789", base_url=f"{server.origin}/anthropic", max_retries=0) as vendor:
        asked: Any = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hello"}]}
        whole = vendor.messages.create(**asked)
        assert (whole.content[0].type, whole.stop_reason) == ("text", "end_turn")
        with vendor.messages.stream(**asked) as stream:
            streamed = stream.get_final_message()
        assert [block.type for block in streamed.content] == ["text", "tool_use"]
        assert streamed.stop_reason == "tool_use"
        assert streamed.usage.output_tokens > 0
        with pytest.raises(AnthropicBadRequest):
            vendor.messages.create(**{**asked, "max_tokens": 0})
