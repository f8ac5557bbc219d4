"""How a business wants its calls held over Vapi: each setting typed, each with its default."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from errors import Invalid, NotFound
from modules.assistants import queries
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.text import IsProse, bounded
from ports.context import Ports

SettingKey = Literal["transfer_mode", "silence_timeout_s", "background_sound", "end_call_message", "voicemail_message"]
_Sentence = Annotated[str, bounded(1, 500), IsProse] | None
# (type, default, what it does)
_SETTINGS: dict[str, tuple[Any, Any, str]] = {
    "transfer_mode": (Literal["warm", "blind"], "warm", "Whether a human hears who is calling before they are joined."),
    "silence_timeout_s": (Annotated[int, Field(ge=10, le=3_600)], 30, "Seconds of silence after which the call ends."),
    "background_sound": (Literal["off", "office"], "off", "What is heard behind the agent."),
    "end_call_message": (_Sentence, None, "Said when the platform ends the call; null for nothing."),
    "voicemail_message": (_Sentence, None, "Left on an answering machine; null hangs up."),
}


class Setting(BaseModel):
    key: SettingKey
    value: str | int | None
    default: str | int | None
    description: str


class SettingIn(BaseModel):
    model_config = {"extra": "forbid"}

    value: str | int | None


async def list_settings(ports: Ports, tenant_id: str) -> list[Setting]:
    (found,) = await ports.db.batch(queries.settings(tenant_id))
    given = {str(row["key"]): json.loads(str(row["value"])) for row in found.rows}
    return [
        Setting.model_validate(
            {"key": key, "value": given.get(key, default), "default": default, "description": description}
        )
        for key, (_, default, description) in _SETTINGS.items()
    ]


async def get_setting(ports: Ports, tenant_id: str, key: str) -> Setting:
    """Raises NotFound."""
    found = next((one for one in await list_settings(ports, tenant_id) if one.key == key), None)
    if found is None:
        raise NotFound(f"There is no such setting; there are {', '.join(_SETTINGS)}.")
    return found


async def put_setting(ports: Ports, principal: Principal, key: str, command: SettingIn) -> Setting:
    """Raises NotFound, or Invalid for a value that is not of the setting's type."""
    await get_setting(ports, principal.tenant.id, key)
    try:
        value = TypeAdapter(_SETTINGS[key][0]).validate_python(command.value, strict=True)
    except ValidationError as error:
        raise Invalid([{"pointer": "/value", "detail": str(error.errors()[0]["msg"])}]) from error
    await ports.db.batch(
        queries.put_setting(principal.tenant.id, key, json.dumps(value), stored(ports.clock.now())),
        audit.entry(ports, principal, "vapi_setting.changed"),
    )
    return await get_setting(ports, principal.tenant.id, key)
