"""A sample business on its way through onboarding, over HTTP: the same on CPython and on workerd."""

from typing import Any
from uuid import uuid4

import httpx

from tools import seed

Json = dict[str, Any]

STEPS: dict[str, Json] = {
    "business": dict(seed.BUSINESS),
    "knowledge": dict(seed.KNOWLEDGE),
    "services": dict(seed.SERVICES),
    "assistant": {**seed.ASSISTANT, "phone_number": None},
}


def sign_up(client: httpx.Client, **fields: Any) -> Json:
    """The answer to a new owner's sign-up; the client is theirs from now on, by bearer."""
    body = {"email": f"{uuid4().hex}@sample.example", "password": "0123456789", "name": "Sample Owner"} | fields
    answer = client.post("/api/v1/auth/signup", json=body)
    assert answer.status_code == 201, answer.text
    signed_in: Json = answer.json()
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
    return signed_in


def sign_in(client: httpx.Client, email: str) -> None:
    """Again, once the access token has expired."""
    answer = client.post("/api/v1/auth/login", json={"email": email, "password": "0123456789"})
    assert answer.status_code == 200, answer.text
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def start(client: httpx.Client) -> str:
    answer = client.post("/api/v1/onboarding/start")
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["session"]["id"])


def save(client: httpx.Client, session: str, step: str, **changes: Any) -> httpx.Response:
    return client.post(f"/api/v1/onboarding/session/{session}/{step}", json={**STEPS[step], **changes})


def onboard(client: httpx.Client, *, number: str | None, **assistant: Any) -> str:
    """From sign-up to complete; returns the tenant's id."""
    tenant_id = str(sign_up(client)["tenant"]["id"])
    session = start(client)
    for step in ("business", "knowledge", "services"):
        assert save(client, session, step).status_code == 200
    answer = save(client, session, "assistant", phone_number=number, **assistant)
    assert answer.status_code == 200, answer.text
    assert client.post(f"/api/v1/onboarding/session/{session}/complete").status_code == 200
    return tenant_id
