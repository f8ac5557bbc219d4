"""Where a business is reached, by which agent, and whether each way has been seen working."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from errors import Invalid
from modules.channels import queries
from modules.channels.schemas import Channel, ChannelIn, ChannelOut, ChannelTest, WrittenChannel
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.messaging import outbox
from modules.messaging.outbox import Ends, send_soon
from modules.phone import to_e164
from ports.context import Ports
from ports.database import Row

CHANNELS: tuple[Channel, ...] = get_args(Channel)
_NONE: Mapping[str, Any] = {"enabled": 1, "agent_id": None, "config": {}, "verified_at": None, "tested_at": None}


async def list_channels(ports: Ports, tenant_id: str) -> list[ChannelOut]:
    (found,) = await ports.db.batch(queries.channels(tenant_id))
    return [_channel(ports, channel, found.rows[0]) for channel in CHANNELS]


async def get(ports: Ports, tenant_id: str, channel: Channel) -> ChannelOut:
    (found,) = await ports.db.batch(queries.channels(tenant_id))
    return _channel(ports, channel, found.rows[0])


async def put(ports: Ports, principal: Principal, channel: WrittenChannel, command: ChannelIn) -> ChannelOut:
    """Raises Invalid for an agent that is not theirs, and for origins of anything but the web chat."""
    changed = await _put(ports, principal, {channel: command}, "")
    return next(one for one in changed if one.channel == channel)


async def put_all(ports: Ports, principal: Principal, commands: Mapping[WrittenChannel, ChannelIn]) -> list[ChannelOut]:
    """All of those that are named, or none. Raises Invalid as `put` does."""
    return await _put(ports, principal, commands, "/channels/{}")


async def _put(
    ports: Ports, principal: Principal, commands: Mapping[WrittenChannel, ChannelIn], pointer: str
) -> list[ChannelOut]:
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    wrong = [
        {"pointer": f"{pointer.format(channel)}/allowed_origins", "detail": "only the web chat stands in pages"}
        for channel, command in commands.items()
        if channel != "web" and command.allowed_origins
    ]
    if wrong:
        raise Invalid(wrong)
    agent_ids = json.dumps([one.agent_id for one in commands.values() if one.agent_id])
    changes = [
        statement
        for channel, command in commands.items()
        for statement in (
            queries.put_channel(tenant_id, channel, _settings(channel, command), agent_ids, at),
            audit.entry(ports, principal, "channel.changed", channel),
        )
    ]
    unknown, *_, found = await ports.db.batch(
        queries.unknown_agents(tenant_id, agent_ids), *changes, queries.channels(tenant_id)
    )
    missing = {str(row["id"]) for row in unknown.rows}
    if missing:
        raise Invalid(
            [
                {"pointer": f"{pointer.format(channel)}/agent_id", "detail": "there is no such agent"}
                for channel, command in commands.items()
                if command.agent_id in missing
            ]
        )
    return [_channel(ports, channel, found.rows[0]) for channel in CHANNELS]


def _settings(channel: WrittenChannel, command: ChannelIn) -> tuple[int, str | None, str]:
    config = json.dumps({"allowed_origins": command.allowed_origins}) if channel == "web" else "{}"
    return int(command.enabled), command.agent_id, config


async def test(ports: Ports, principal: Principal, channel: WrittenChannel, command: ChannelTest) -> ChannelOut:
    """Sends something whose arrival proves the channel. Raises Invalid where that cannot be done."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    (found,) = await ports.db.batch(queries.channels(tenant_id))
    known = _channel(ports, channel, found.rows[0])
    if known.status == "not_configured":
        raise Invalid([{"pointer": "", "detail": "this channel has no address yet, see `addresses`"}])
    if channel == "web":
        raise Invalid([{"pointer": "", "detail": "open the chat and write: its first answer proves it"}])
    if channel == "email":
        to = known.addresses[0]
    elif command.to is None:
        raise Invalid([{"pointer": "/to", "detail": "say which telephone the test goes to"}])
    else:
        to = to_e164(command.to, principal.country, "/to")
    test_id = ports.ids.new("out")
    name = found.rows[0]["name"]
    content = {"subject": f"Test {test_id}", "text": f"Test : {name} – {test_id}", "language": "fr"}
    await ports.db.batch(
        queries.put_test(tenant_id, channel, test_id, at),
        outbox.queue_words(tenant_id, test_id, Ends(channel, to), content, at),
    )
    await send_soon(ports, test_id)
    return await get(ports, tenant_id, channel)


def _channel(ports: Ports, channel: Channel, row: Row) -> ChannelOut:
    known = json.loads(str(row["settings"])).get(channel, _NONE)
    addresses = _addresses(ports, channel, row)
    status = "active" if known["verified_at"] else "untested"
    if not addresses:
        status = "not_configured"
    if not known["enabled"]:
        status = "disabled"
    return ChannelOut.model_validate(
        {
            "channel": channel,
            "status": status,
            "enabled": bool(known["enabled"]),
            "agent_id": known["agent_id"],
            "allowed_origins": known["config"].get("allowed_origins", []),
            "addresses": addresses,
            "verified_at": known["verified_at"],
            "tested_at": known["tested_at"],
        }
    )


def _addresses(ports: Ports, channel: Channel, row: Row) -> Sequence[str]:
    numbers: list[str] = json.loads(str(row["numbers"]))
    accounts = dict(one.split(":", 1) for one in json.loads(str(row["accounts"])))
    if channel in ("voice", "sms"):
        return numbers
    if channel == "whatsapp":
        return [accounts["whatsapp"], *numbers] if accounts.get("whatsapp") else numbers
    if channel == "email":
        return [f"{row['slug']}@{ports.mail_domain}"] if ports.mail_domain else []
    return [f"{ports.base_url}/api/v1/public/{row['slug']}/chat"]
