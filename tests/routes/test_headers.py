import httpx
import pytest

from errors import Misconfigured
from settings import load_settings
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of

PAGE = "https://app.sample.example"
PREFLIGHT = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


def test_answers_cannot_be_framed_sniffed_or_kept(client: httpx.Client, world: World) -> None:
    for path in ("/healthz", "/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers
    world.settings = world.settings.model_copy(update={"environment": "production"})
    assert client.get("/healthz").headers["strict-transport-security"].startswith("max-age=31536000")


def test_pages_of_the_allow_list_may_call_with_credentials() -> None:
    with client_of(World(CORS_ORIGINS=f"{PAGE}, http://localhost:3000")) as client:
        asked = client.options("/api/v1/auth/login", headers=PREFLIGHT)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == PAGE
        assert asked.headers["access-control-allow-credentials"] == "true"
        answer = client.get("/healthz", headers={"Origin": PAGE})
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", ["https://evil.example", "https://app.sample.example.evil.example", "null"])
def test_other_pages_may_not(origin: str) -> None:
    with client_of(World(CORS_ORIGINS=PAGE)) as client:
        asked = client.options("/api/v1/auth/login", headers={**PREFLIGHT, "Origin": origin})
        assert asked.status_code == 400
        assert "access-control-allow-origin" not in asked.headers
        assert "access-control-allow-origin" not in client.get("/healthz", headers={"Origin": origin}).headers


def test_without_the_setting_no_other_origin_is_allowed(client: httpx.Client) -> None:
    assert client.options("/api/v1/auth/login", headers=PREFLIGHT).status_code == 405
    assert "access-control-allow-origin" not in client.get("/healthz", headers={"Origin": PAGE}).headers


@pytest.mark.parametrize("origins", ["*", "https://*.sample.example", "app.sample.example", "https://a.example/path"])
def test_a_wildcard_or_half_an_origin_is_misconfigured(origins: str) -> None:
    with pytest.raises(Misconfigured, match="CORS_ORIGINS"):
        load_settings({**VARIABLES, "CORS_ORIGINS": origins})
