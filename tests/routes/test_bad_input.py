"""What nobody should send, and what they get for it."""

from typing import Any

import httpx
import pytest

from tests.support.business import sign_up, start
from tests.support.fakes import World

LOGIN = "/api/v1/auth/login"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{", JSON, 400, "unreadable_body"),
        (b"", JSON, 400, "unreadable_body"),
        (b'{"email": "\xff"}', JSON, 400, "unreadable_body"),
        (b'{"email": NaN}', JSON, 400, "unreadable_body"),
        (b"[" * 200_000, JSON, 400, "unreadable_body"),
        (b"[]", JSON, 422, "validation_failed"),
        (b'"text"', JSON, 422, "validation_failed"),
        (b"null", JSON, 422, "validation_failed"),
        (b"{}", {}, 415, "unsupported_media_type"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
        (b" " * 1_000_001, JSON, 413, "body_too_large"),
        (b'{"email": "\\ud800@x.example", "password": "x"}', JSON, 400, "unreadable_body"),
        (b'{"\\ud800": 1, "email": "a@x.example", "password": "x"}', JSON, 400, "unreadable_body"),
        (b'{"email": "a@x.example", "password": "x", "email": 1}', JSON, 422, "validation_failed"),
    ],
)
def test_an_unusable_body_is_a_problem_and_stores_nothing(
    client: httpx.Client, world: World, content: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    before = world.db.dump()
    answer = client.post(LOGIN, content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["success"] is False
    assert world.db.dump() == before


def test_a_body_without_a_length_is_counted_as_it_comes(client: httpx.Client, world: World) -> None:
    def pieces() -> Any:
        yield from (b" " * 100_000 for _ in range(11))

    answer = client.post(LOGIN, content=pieces(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/healthz/", 404, "not_found"),
        ("GET", "//healthz", 404, "not_found"),
        ("GET", "/api/v1/auth/%00", 404, "not_found"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("GET", LOGIN, 405, "method_not_allowed"),
        ("BREW", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_unknown_paths_and_methods(client: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("allow" in answer.headers) == (status == 405)


def test_huge_headers_are_refused(client: httpx.Client) -> None:
    answer = client.get("/healthz", headers={"X-Long": "x" * 40_000})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_body")


@pytest.mark.parametrize("given", ["abcdefgh", "A.b_c-9" * 9])
def test_a_good_correlation_id_is_kept(client: httpx.Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Correlation-ID": given}).headers["x-correlation-id"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space!", "a\tbcdefgh", ""])
def test_another_correlation_id_is_replaced(client: httpx.Client, given: str) -> None:
    answer = client.get("/nothing", headers={"X-Correlation-ID": given})
    assert answer.headers["x-correlation-id"].startswith("req_")
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]


def test_markup_in_a_path_stays_json(client: httpx.Client) -> None:
    answer = client.get("/<script>alert(1)</script>")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/omnichannel/agents", "/api/v1/calls"])
@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "' OR 1=1"}])
def test_page_sizes_and_cursors_are_bounded(client: httpx.Client, path: str, query: dict[str, str]) -> None:
    sign_up(client)
    answer = client.get(path, params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/query/{next(iter(query))}"


def test_a_fault_of_our_own_says_nothing_of_itself(
    client: httpx.Client, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_up(client)
    world.db.connection.execute("DROP TABLE onboarding_sessions")
    answer = client.post("/api/v1/onboarding/start")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "onboarding_sessions" not in answer.text
    assert '"event": "request.failed"' in capsys.readouterr().out


def test_text_of_every_script_comes_back_as_it_was_sent(client: httpx.Client) -> None:
    sign_up(client)
    session = start(client)
    name = "Ægir & Søn — 美容室 🌿 «Élan» ' \" <b>"
    body = {"company_name": name, "sector": "x", "timezone": "Asia/Kathmandu", "country": "np", "opening_hours": {}}
    assert client.post(f"/api/v1/onboarding/session/{session}/business", json=body).status_code == 200
    data = client.get(f"/api/v1/onboarding/session/{session}").json()["session"]["data"]
    assert (data["business"]["company_name"], data["business"]["country"]) == (name, "NP")
