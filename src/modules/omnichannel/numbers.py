"""To whom a number belongs: allocated from the platform's pool, or found in the tenant's own verified account."""

from errors import NotFound
from modules.credentials.resolve import resolve_own
from modules.instants import stored
from modules.omnichannel import agent_queries, number_queries
from modules.omnichannel.errors import NumberNotProven, PhoneNumberTaken
from modules.omnichannel.schemas import NewPlatformNumber, PhoneMapping, PlatformNumber
from modules.phone import to_e164
from modules.queued import soon
from ports.context import Ports
from ports.database import ForeignKeyViolation, RefusedByTrigger, Row, Statement
from ports.vendors import Credential, VendorError

JOB = "prove_numbers"


async def prove(ports: Ports, tenant_id: str, mapping_id: str) -> PhoneMapping:
    """Raises NotFound, NumberNotProven, PhoneNumberTaken, or a VendorError when the account cannot be asked."""
    found, pool = await ports.db.batch(
        agent_queries.mapping(tenant_id, mapping_id), number_queries.pool_of_mapping(tenant_id, mapping_id)
    )
    if found.first is None:
        raise NotFound("There is no such phone mapping.")
    number, at = str(found.first["phone_number"]), stored(ports.clock.now())
    if pool.first is not None:
        proof = number_queries.prove(tenant_id, mapping_id, "pool", None, at)
    else:
        own = await resolve_own(ports, tenant_id, "twilio")
        if own is None or not await ports.vendors.holds_number(own, number):
            raise NumberNotProven(
                f"{number} is neither one of ours nor found in your Twilio account. "
                "Store that account's credentials under integrations, then verify again."
            )
        proof = number_queries.prove(tenant_id, mapping_id, "account", own.account, at)
    try:
        return await _write(ports, tenant_id, mapping_id, proof)
    except RefusedByTrigger as error:
        if not await _holder_has_lost_it(ports, number):
            raise PhoneNumberTaken("This number has been proven to belong to another business.") from error
        return await _write(ports, tenant_id, mapping_id, proof)


async def _write(ports: Ports, tenant_id: str, mapping_id: str, proof: Statement) -> PhoneMapping:
    _, found = await ports.db.batch(proof, agent_queries.mapping(tenant_id, mapping_id))
    return PhoneMapping.model_validate(found.rows[0])


async def _holder_has_lost_it(ports: Ports, number: str) -> bool:
    """A number moves from account to account: the older proof is looked at again before it stands in the way."""
    (found,) = await ports.db.batch(number_queries.holder(number))
    if found.first is None:
        return False
    tenant_id, mapping_id = str(found.first["tenant_id"]), str(found.first["id"])
    own = await resolve_own(ports, tenant_id, "twilio")
    if own is not None and await ports.vendors.holds_number(own, number):
        return False
    await ports.db.batch(number_queries.withdraw_proof(tenant_id, mapping_id, stored(ports.clock.now())))
    return True


async def prove_soon(ports: Ports, tenant_id: str) -> None:
    """After what may have proven something: a new number, new credentials."""
    await soon(ports, JOB, {"tenant_id": tenant_id})


async def prove_all(ports: Ports, tenant_id: str) -> int:
    """Whatever of the tenant's numbers can be proven now; how many were."""
    (unproven,) = await ports.db.batch(number_queries.unproven(tenant_id))
    proven = 0
    for row in unproven.rows:
        try:
            await prove(ports, tenant_id, str(row["id"]))
        except (NumberNotProven, PhoneNumberTaken, NotFound, VendorError):
            continue  # the owner is told when they ask for it themselves
        proven += 1
    return proven


async def put_platform_number(ports: Ports, command: NewPlatformNumber) -> PlatformNumber:
    """Raises Invalid, NotFound (the tenant), or PhoneNumberTaken while another business has it."""
    number, at = to_e164(command.phone_number, "FR", "/phone_number"), stored(ports.clock.now())
    try:
        put, _, found = await ports.db.batch(
            number_queries.put_platform_number(number, command.tenant_id, at),
            number_queries.release_pool_number(number, at),
            number_queries.platform_number(number),
        )
    except ForeignKeyViolation as error:
        raise NotFound("There is no such tenant.") from error
    if not put.changes:
        raise PhoneNumberTaken("Take it from the other business first: send it without a tenant_id.")
    if command.tenant_id:
        await prove_all(ports, command.tenant_id)
    return PlatformNumber.model_validate(found.rows[0])


def claimed(tenant_id: str, mapping_id: str, line: Row, own: Credential, at: str) -> Statement:
    """For the batch that brings a number of the tenant's own account here. Refused when another has proven it."""
    number = (str(line["phone_number"]), str(line["agent_id"]), str(own.account))
    return number_queries.claim(tenant_id, mapping_id, number, at)


def given_up(tenant_id: str, phone_number: str, at: str) -> Statement:
    """For the batch that takes it away again: it routes nothing any more."""
    return number_queries.switch_off(tenant_id, phone_number, at)
