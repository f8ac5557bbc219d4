"""ports.hosted.Assistants over Vapi's REST API (docs.vapi.ai/api-reference/assistants)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ports.hosted import AssistantDefinition
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers.http import Api
from providers.vapi.messages import assistant

MOST_LISTED = 1000


class VapiAssistants:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def find(self, credential: Credential, agent_id: str) -> str | None:
        listed = await self._api.send("GET", f"/assistant?limit={MOST_LISTED}", headers=_headers(credential))
        found = (one for one in listed or () if (one.get("metadata") or {}).get("agent_id") == agent_id)
        return next((str(one["id"]) for one in found), None)

    async def put(
        self, credential: Credential, external_id: str | None, definition: AssistantDefinition, base_url: str
    ) -> str:
        body, headers = assistant(definition, base_url), _headers(credential)
        if external_id is not None:
            try:
                await self._api.send(
                    "PATCH", f"/assistant/{quote(external_id, safe='')}", is_repeatable=True, headers=headers, json=body
                )
                return external_id
            except VendorRejected as error:
                if error.status != 404:  # somebody has deleted it over there: it is made again
                    raise
        made = await self._api.send("POST", "/assistant", headers=headers, json=body)
        if not isinstance(made, dict) or not made.get("id"):
            raise VendorUnavailable("no_id", is_unsure=True)
        return str(made["id"])

    async def delete(self, credential: Credential, external_id: str) -> None:
        await self._api.delete(f"/assistant/{quote(external_id, safe='')}", headers=_headers(credential))

    async def differences(
        self, credential: Credential, external_id: str, definition: AssistantDefinition, base_url: str
    ) -> Sequence[str] | None:
        try:
            there = await self._api.send(
                "GET", f"/assistant/{quote(external_id, safe='')}", headers=_headers(credential)
            )
        except VendorRejected as error:
            if error.status == 404:
                return None
            raise
        return sorted(_differing(assistant(definition, base_url), there or {}, ""))


def _differing(ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str) -> list[str]:
    """Paths of ours that have another value there; what only they have is theirs to have. Header values are secret."""
    found: list[str] = []
    for name, value in ours.items():
        at, other = f"{path}{name}", theirs.get(name)
        if name == "headers":
            continue
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            found += _differing(value, other, f"{at}.")
        elif value != other:
            found.append(at)
    return found


def _headers(credential: Credential) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential.values['api_key']}"}
