"""Numbers of a business's own account: listed, imported with what was there before kept, removed, bought, released."""

import json
from collections.abc import Sequence

from errors import NotFound, VendorFailed
from modules.credentials.resolve import resolve_own
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import to_e164
from modules.phone_lines import queries
from modules.phone_lines.errors import CarrierNotConfigured, NumberBusy, PurchasesDisabled
from modules.phone_lines.schemas import BundleOut, CarrierNumberOut, Import, PhoneLine, Purchase
from modules.queued import soon
from ports.context import Ports
from ports.vendors import Credential, VendorError

JOB = "advance_number"
UNDER_WAY = frozenset({"intended", "saved", "removing", "buying", "releasing"})


async def account_of(ports: Ports, tenant_id: str) -> Credential:
    """Raises CarrierNotConfigured."""
    own = await resolve_own(ports, tenant_id, "twilio")
    if own is None or own.account is None:
        raise CarrierNotConfigured("Store your Twilio account under integrations first.")
    return own


async def list_account(ports: Ports, tenant_id: str) -> list[CarrierNumberOut]:
    """Everything in the own account. Raises CarrierNotConfigured or VendorFailed."""
    own = await account_of(ports, tenant_id)
    (known,) = await ports.db.batch(queries.known(tenant_id))
    states = {str(row["phone_number"]): str(row["state"]) for row in known.rows}
    try:
        found = await ports.carrier.numbers(own)
    except VendorError as error:
        raise VendorFailed(f"Twilio did not list the numbers: {error.reason}.") from error
    ours = ports.carrier.our_settings(ports.base_url)
    return [
        CarrierNumberOut.model_validate(
            {
                "phone_number": one.phone_number,
                "name": one.name,
                "has_voice": one.has_voice,
                "has_sms": one.has_sms,
                "is_ours": all(
                    one.settings.get(name) == value for name, value in ours.items() if value.startswith("http")
                ),
                "state": states.get(one.phone_number),
            }
        )
        for one in found
    ]


async def list_lines(ports: Ports, tenant_id: str, after: str, limit: int) -> list[PhoneLine]:
    (found,) = await ports.db.batch(queries.numbers(tenant_id, after, limit))
    return [PhoneLine.model_validate(row) for row in found.rows]


async def import_numbers(ports: Ports, principal: Principal, command: Import) -> list[PhoneLine]:
    """The intent for all of them in one batch; each is brought here by its own job, and by cron after a crash.

    Raises Invalid, NotFound (the agent) or CarrierNotConfigured.
    """
    wanted = [to_e164(text, principal.country, f"/phone_numbers/{at}") for at, text in enumerate(command.phone_numbers)]
    return await _intend(ports, principal, wanted, (command.agent_id, "intended"))


async def buy(ports: Ports, principal: Principal, command: Purchase, *, is_allowed: bool) -> PhoneLine:
    """Raises PurchasesDisabled, and as `import_numbers` does."""
    if not is_allowed:
        raise PurchasesDisabled("The operator switches purchases on with NUMBER_PURCHASES=true.")
    number = to_e164(command.phone_number, principal.country, "/phone_number")
    (line,) = await _intend(ports, principal, [number], (command.agent_id, "buying"))
    return line


async def _intend(
    ports: Ports, principal: Principal, numbers: Sequence[str], wanted: tuple[str | None, str]
) -> list[PhoneLine]:
    tenant_id, (agent_id, state) = principal.tenant.id, wanted
    own = await account_of(ports, tenant_id)
    at = stored(ports.clock.now())
    rows = json.dumps([[ports.ids.new("line"), number, state] for number in dict.fromkeys(numbers)])
    intended, _, listed = await ports.db.batch(
        queries.intend(tenant_id, rows, (str(own.account), ports.base_url), (agent_id, at), at),
        audit.entry(ports, principal, f"numbers.{state}"),
        queries.numbers(tenant_id, "", 10_000),
    )
    for row in intended.rows:
        await soon(ports, JOB, {"tenant_id": tenant_id, "id": str(row["id"])})
    lines = [PhoneLine.model_validate(row) for row in listed.rows if row["phone_number"] in numbers]
    if not lines:
        raise NotFound("There is no such agent.", pointer="/agent_id")
    return lines


async def get(ports: Ports, tenant_id: str, line_id: str) -> PhoneLine:
    (found,) = await ports.db.batch(queries.number(tenant_id, line_id))
    if found.first is None:
        raise NotFound("There is no such number.")
    return PhoneLine.model_validate(found.first)


async def configure(ports: Ports, principal: Principal, line_id: str) -> PhoneLine:
    """Once more, whatever somebody has changed at the carrier. Raises NotFound or NumberBusy."""
    line = await get(ports, principal.tenant.id, line_id)
    if line.state not in ("configured", "failed"):
        raise NumberBusy(f"It is {line.state}.")
    return await _want(ports, principal, line_id, "saved" if line.has_previous else "intended")


async def remove(ports: Ports, principal: Principal, line_id: str) -> PhoneLine:
    """Puts back what was there before. Raises NotFound or NumberBusy."""
    line = await get(ports, principal.tenant.id, line_id)
    if line.state in ("removed", "released"):
        return line
    if line.state == "buying":
        raise NumberBusy("It is being bought.")
    return await _want(ports, principal, line_id, "removing")


async def release(ports: Ports, principal: Principal, line_id: str, *, is_allowed: bool) -> PhoneLine:
    """Gives the number back to the carrier, for good. Raises NotFound, NumberBusy or PurchasesDisabled."""
    if not is_allowed:
        raise PurchasesDisabled("The operator switches purchases on with NUMBER_PURCHASES=true.")
    line = await get(ports, principal.tenant.id, line_id)
    if line.state in UNDER_WAY:
        raise NumberBusy(f"It is {line.state}.")
    return await _want(ports, principal, line_id, "releasing")


async def _want(ports: Ports, principal: Principal, line_id: str, state: str) -> PhoneLine:
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    await ports.db.batch(
        queries.want(tenant_id, line_id, (state, at), at), audit.entry(ports, principal, f"numbers.{state}", line_id)
    )
    await soon(ports, JOB, {"tenant_id": tenant_id, "id": line_id})
    return await get(ports, tenant_id, line_id)


async def available(ports: Ports, tenant_id: str, country: str, contains: str) -> list[str]:
    own = await account_of(ports, tenant_id)
    try:
        return list(await ports.carrier.available(own, country, contains))
    except VendorError as error:
        raise VendorFailed(f"Twilio named no numbers: {error.reason}.") from error


async def bundles(ports: Ports, tenant_id: str) -> list[BundleOut]:
    """How far the papers are. Raises CarrierNotConfigured or VendorFailed."""
    own = await account_of(ports, tenant_id)
    try:
        found = await ports.carrier.bundles(own)
    except VendorError as error:
        raise VendorFailed(f"Twilio did not tell of its bundles: {error.reason}.") from error
    return [
        BundleOut(id=one.id, name=one.name, status=one.status, valid_until=one.valid_until, reasons=list(one.reasons))
        for one in found
    ]
