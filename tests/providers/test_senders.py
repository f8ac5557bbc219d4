"""The verifiers of every vendor but Twilio, against the vendors' own packages and vectors."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from svix.webhooks import Webhook

from providers import standard_webhooks
from providers.meta import signature as meta
from providers.stripe import signature as stripes
from providers.vapi import signature as vapi

AT = datetime.fromtimestamp(1700000000, UTC)
NOW = "1700000000"
SVIX_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
SVIX_BODY = b'{"type":"email.received","data":{"email_id":"e1"}}'
SVIX_SIGNATURE = "v1,mpA3pRPnrGq9lMr4gQzuaK66ah3mHQqNwqceKB+4ozI="
STRIPE_BODY = b'{"id":"evt_1","object":"event"}'
STRIPE_V1 = "4c15fb2a43f93ef61eaa3e0893866d57cad9cad4223242cfb96f362480cb4021"
META_BODY = b'{"object":"whatsapp_business_account","entry":[]}'
META_SIGNATURE = "sha256=09eceea024af6e6343b760cc9bd3ae7c056938dd636e24e92109eb8219500384"
TOKEN = "sample-vapi-token"

Verify = Callable[[str, Mapping[str, str], bytes, datetime], bool]


def svix_headers(**changes: str) -> dict[str, str]:
    good = {"svix-id": "msg_1", "svix-timestamp": NOW, "svix-signature": SVIX_SIGNATURE}
    return good | {name.replace("_", "-"): value for name, value in changes.items()}


def vapi_headers(body: bytes, timestamp: str = NOW, encode: str = "hex") -> dict[str, str]:
    made = hmac.new(TOKEN.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).digest()
    signature = made.hex() if encode == "hex" else base64.b64encode(made).decode()
    return {"x-signature": signature, "x-timestamp": timestamp}


SENDERS: Mapping[str, tuple[Verify, str, Mapping[str, str], bytes]] = {
    "svix": (standard_webhooks.verify, SVIX_SECRET, svix_headers(), SVIX_BODY),
    "stripe": (stripes.verify, "whsec_test", {"stripe-signature": f"t={NOW},v1={STRIPE_V1}"}, STRIPE_BODY),
    "meta": (
        lambda secret, headers, body, now: meta.verify(secret, headers, body),
        *("appsecret", {"x-hub-signature-256": META_SIGNATURE}, META_BODY),
    ),
    "vapi hmac": (vapi.verify, TOKEN, vapi_headers(b"{}"), b"{}"),
    "vapi bearer": (vapi.verify, TOKEN, {"authorization": f"Bearer {TOKEN}"}, b"{}"),
    "vapi secret": (vapi.verify, TOKEN, {"x-vapi-secret": TOKEN}, b"{}"),
}
SIGNED = ("svix", "stripe", "meta", "vapi hmac")


@pytest.mark.parametrize("name", SENDERS)
def test_the_vector_is_valid_and_nothing_near_it(name: str) -> None:
    verify, secret, headers, body = SENDERS[name]
    assert verify(secret, headers, body, AT)
    assert not verify(secret + "x", headers, body, AT)
    assert not verify("", headers, body, AT)
    assert not verify(secret, {}, body, AT)
    for header in headers:
        assert not verify(secret, {**headers, header: ""}, body, AT), header
        assert not verify(secret, {**headers, header: "é" + headers[header]}, body, AT), header


@pytest.mark.parametrize("name", SIGNED)
def test_a_changed_byte_is_not_valid(name: str) -> None:
    verify, secret, headers, body = SENDERS[name]
    for at in range(len(body)):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        assert not verify(secret, headers, changed, AT)


@pytest.mark.parametrize("name", ["svix", "stripe", "vapi hmac"])
@pytest.mark.parametrize(("seconds", "is_valid"), [(299, True), (-299, True), (301, False), (-301, False)])
def test_what_is_signed_is_good_for_five_minutes(name: str, seconds: int, is_valid: bool) -> None:
    verify, secret, headers, body = SENDERS[name]
    assert verify(secret, headers, body, AT + timedelta(seconds=seconds)) is is_valid


@pytest.mark.parametrize("name", SENDERS)
@given(
    junk=st.dictionaries(st.sampled_from(sorted({h for s in SENDERS.values() for h in s[2]})), st.text(), max_size=4)
)
def test_junk_is_invalid_and_raises_nothing(name: str, junk: dict[str, str]) -> None:
    verify, secret, _, body = SENDERS[name]
    assert not verify(secret, {k: v for k, v in junk.items() if TOKEN not in v}, body, AT)
    assert not verify(secret, dict.fromkeys(junk, "9" * 5000), body, AT)


@given(body=st.binary(max_size=300))
def test_svix_agrees_with_the_official_package(body: bytes) -> None:
    text = body.decode("latin-1")
    now = datetime.now(UTC)
    signature = Webhook(SVIX_SECRET).sign("msg_2", now, text)
    headers = {"svix-id": "msg_2", "svix-timestamp": str(int(now.timestamp())), "svix-signature": signature}
    assert standard_webhooks.verify(SVIX_SECRET, headers, text.encode(), now)
    headers |= {"svix-signature": f"v1,AAAA v2,{signature[3:]} {signature}"}
    assert standard_webhooks.verify(SVIX_SECRET, headers, text.encode(), now)


def test_standard_webhook_headers_are_taken_too() -> None:
    headers = {name.replace("svix", "webhook"): value for name, value in svix_headers().items()}
    assert standard_webhooks.verify(SVIX_SECRET, headers, SVIX_BODY, AT)
    assert standard_webhooks.message_id(headers) == "msg_1"


@given(body=st.text(max_size=300))
def test_stripe_agrees_with_the_official_package(body: str) -> None:
    now = int(time.time())
    made = stripe.WebhookSignature._compute_signature(f"{now}.{body}", "whsec_test")
    header = f"t={now},v1={'0' * 64},v1={made},v0=x"
    stripe.WebhookSignature.verify_header(body, header, "whsec_test", tolerance=300)
    assert stripes.verify("whsec_test", {"stripe-signature": header}, body.encode(), datetime.now(UTC))


def test_two_times_in_one_stripe_header_are_refused() -> None:
    header = f"t={NOW},t={int(NOW) + 1},v1={STRIPE_V1}"
    assert not stripes.verify("whsec_test", {"stripe-signature": header}, STRIPE_BODY, AT)


def test_meta_signs_the_bytes_it_sent_not_what_they_mean() -> None:
    escaped = b'{"text":"\\u00e9\\/"}'
    signature = "sha256=" + hmac.new(b"appsecret", escaped, hashlib.sha256).hexdigest()
    assert meta.verify("appsecret", {"x-hub-signature-256": signature}, escaped)
    assert not meta.verify("appsecret", {"x-hub-signature-256": signature}, json.dumps(json.loads(escaped)).encode())
    assert meta.verify("appsecret", {"x-hub-signature-256": _of(b"\xff\xfe")}, b"\xff\xfe")


def _of(body: bytes) -> str:
    return "sha256=" + hmac.new(b"appsecret", body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "t", "hub.challenge": "1158201444"}, "1158201444"),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "t", "hub.challenge": "1"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "x", "hub.challenge": "1"}, None),
        ({"hub.mode": "subscribe", "hub.verify_token": "t", "hub.challenge": "<script>"}, None),
        ({}, None),
    ],
)
def test_the_challenge_of_meta(query: dict[str, str], answer: str | None) -> None:
    assert meta.challenge("t", query) == answer
    assert meta.challenge("", query) is None


@pytest.mark.parametrize("encode", ["hex", "base64"])
@pytest.mark.parametrize("timestamp", [NOW, f"{NOW}000"])
def test_vapi_signs_in_two_encodings_and_two_units(encode: str, timestamp: str) -> None:
    headers = vapi_headers(b"{}", timestamp, encode)
    assert vapi.verify(TOKEN, headers, b"{}", AT)
    assert vapi.verify(TOKEN, headers | {"x-signature": f"sha256={headers['x-signature']}"}, b"{}", AT)


def test_a_right_token_beside_a_wrong_signature_helps_nobody() -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "x-vapi-secret": TOKEN, "x-signature": "00", "x-timestamp": NOW}
    assert not vapi.verify(TOKEN, headers, b"{}", AT)
