"""Somebody who writes to a business, and what they get."""

from typing import Any

import httpx

from tests.support.fakes import World
from tests.support.signed import SMS, sms, twilio
from tests.support.work import run_jobs

PAUSE_S = 2  # of modules.threads.values.Received
CONVERSATIONS = "/api/v1/omnichannel/conversations"
WHATSAPP = "/webhooks/omnichannel/whatsapp"


def text(client: httpx.Client, world: World, body: str, to: str, **changes: str) -> None:
    """Sent, stored, and not answered yet."""
    given = sms(body, to, MessageSid=f"SM{world.ids.count:032x}", **changes)
    path = WHATSAPP if given["From"].startswith("whatsapp:") else SMS
    answer = twilio(client, path, given)
    assert answer.status_code == 200, answer.text
    run_jobs(world)


def pause(world: World) -> list[str]:
    """Whoever wrote has stopped writing: everything that waited for that."""
    world.clock.advance(seconds=PAUSE_S)
    world.jobs.sent += world.jobs.later
    world.jobs.later.clear()
    return run_jobs(world)


def conversations(client: httpx.Client, **filters: Any) -> list[dict[str, Any]]:
    answer = client.get(CONVERSATIONS, params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def thread(client: httpx.Client, **filters: Any) -> dict[str, Any]:
    """The one conversation, whole."""
    (head,) = conversations(client, **filters)
    found: dict[str, Any] = client.get(f"{CONVERSATIONS}/{head['id']}").json()["conversation"]
    return found


def said(conversation: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["role"], one["body"]) for one in conversation["messages"]]


def sent(world: World) -> list[str]:
    return [str(one["body"]) for one in world.fakes.twilio.messages]
