"""A sample business that can be booked, over HTTP."""

from typing import Any

import httpx

from tests.support.business import onboard
from tools import seed

Json = dict[str, Any]
VIDANGE = {"name": "Vidange", "duration_min": 45}
CALLER = {"name": "Sample Customer", "phone": "06 39 98 00 01", "email": "customer@sample.example"}


def service_id(client: httpx.Client, name: str = "Vidange") -> str:
    items = client.get("/api/v1/services", params={"limit": 100}).json()["items"]
    return next(str(one["id"]) for one in items if one["name"] == name)


def staff_id(client: httpx.Client) -> str:
    return str(client.get("/api/v1/agents").json()["items"][0]["id"])


def slots(client: httpx.Client, service: str, first: str, last: str, **query: str) -> list[Json]:
    params = {"service_id": service, "from": first, "to": last, **query}
    answer = client.get("/api/v1/appointments/slots", params=params)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


def book(client: httpx.Client, service: str, start: str, **changes: Any) -> httpx.Response:
    body = {"service_id": service, "start": start, "customer": CALLER} | changes
    return client.post("/api/v1/appointments", json=body)


def open_business(client: httpx.Client, number: str | None = seed.NUMBER) -> str:
    """The sample garage, onboarded; returns the id of its service Vidange (45 minutes)."""
    onboard(client, number=number)
    return service_id(client)
