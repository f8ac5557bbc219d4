"""Proof that a webhook came from Twilio: X-Twilio-Signature, checked over what was really received."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

_SIGNATURE = "x-twilio-signature"
_SETTINGS = "x-twilio-webhooks-signature-settings"
_FORM = "application/x-www-form-urlencoded"
_MAX_FIELDS = 1000
_NO_KEYS: Mapping[str, str] = MappingProxyType({})


def verify(
    *,
    auth_token: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    shared_keys: Mapping[str, str] = _NO_KEYS,
) -> bool:
    """Whether `url` (as Twilio requested it) and the raw `body` carry a valid signature.

    `headers` have lower-case names. `auth_token` is the account's primary token, `shared_keys` maps the id
    of a webhook SharedKey to its secret. Never raises: whatever cannot be read is not valid.
    """
    try:
        key, algorithm = _signing_key(headers.get(_SETTINGS, ""), auth_token, shared_keys)
        given = headers.get(_SIGNATURE, "").encode()
        parts = urlsplit(url)
        signed_body = _signed_body(parts, headers.get("content-type", ""), body)
        # With an empty key anybody could sign.
        if not key or not given or signed_body is None:
            return False
        is_valid = False
        for candidate in _candidates(url, parts):
            digest = hmac.new(key.encode(), (candidate + signed_body).encode(), algorithm).digest()
            is_valid |= hmac.compare_digest(base64.b64encode(digest), given)
        return is_valid
    except ValueError:
        return False


def parse_form(body: bytes) -> dict[str, str]:
    """The fields of a form body, blanks kept; raises ValueError when it is not UTF-8 or has absurdly many fields.

    The official libraries leave repeated names to the web framework, and those of Twilio's own examples
    (Flask, net/http, servlets) read the first value, so the first value is kept here.
    """
    fields: dict[str, str] = {}
    for name, value in _pairs(body):
        fields.setdefault(name, value)
    return fields


def _signing_key(settings: str, auth_token: str, shared_keys: Mapping[str, str]) -> tuple[str, str]:
    named = {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in settings.split(","))}
    algorithm = named.get("algorithm", "").upper()
    if algorithm in ("", "HMAC_SHA1"):
        return auth_token, "sha1"
    if algorithm == "HMAC_SHA256":
        return shared_keys.get(named.get("key", ""), ""), "sha256"
    raise ValueError(f"unknown signature algorithm {algorithm!r}")


def _signed_body(parts: SplitResult, content_type: str, body: bytes) -> str | None:
    """What the signature covers after the URL; None when the body is not covered by anything."""
    is_form = content_type.partition(";")[0].strip().lower() == _FORM
    if is_form and (pairs := _pairs(body)):
        return "".join(name + value for name, value in sorted(set(pairs)))
    hashes = parse_qs(parts.query, keep_blank_values=True).get("bodySHA256")
    if hashes is not None:
        actual = hashlib.sha256(body).hexdigest().encode()
        return "" if hmac.compare_digest(actual, hashes[0].encode()) else None
    return "" if is_form or not body else None


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)


def _candidates(url: str, parts: SplitResult) -> Iterable[str]:
    """The spellings of the URL that Twilio may have signed: as given, without a port, with the default port."""
    exact = url.partition("#")[0]
    match = re.fullmatch(r"(.*?)(?::\d*)?", parts.netloc, re.DOTALL)
    host = match[1] if match else parts.netloc
    bare = parts._replace(netloc=host, fragment="")
    # The official library takes port 80 for wss as well.
    ports = {"https": (443,), "wss": (443, 80), "http": (80,), "ws": (80,)}.get(parts.scheme, ())
    if parts.port:
        ports = (parts.port,)
    with_port = (bare._replace(netloc=f"{host}:{port}").geturl() for port in ports)
    return dict.fromkeys((exact, bare.geturl(), *with_port))
