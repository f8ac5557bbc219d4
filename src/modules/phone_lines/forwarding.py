"""Keeping one's number: it forwards to the agent's, by the codes of GSM networks, and a test call proves that it does."""

from datetime import timedelta

from errors import NotFound, VendorFailed
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import to_e164
from modules.phone_lines import proof_queries
from modules.phone_lines.errors import ForwardingUntestable
from modules.phone_lines.schemas import Forwarding, ForwardingCode, NewForwarding
from ports.carrier import PlacedCall
from ports.context import Ports
from ports.vendors import VendorError

TEST_MIN = 3
TEST_PATH = "/webhooks/omnichannel/forwarding-test"
# 3GPP TS 22.030, annex B: service codes of call forwarding; 11 is the telephony service of the network.
_CODES = {"always": "**21*{number}#", "no_answer": "**61*{number}*11*20#", "unreachable": "**62*{number}#"}
_CODES |= {"busy": "**67*{number}#", "cancel": "##002#"}


def codes(phone_number: str) -> list[ForwardingCode]:
    """To be dialled on the telephone that keeps its number; twenty seconds of ringing before "no answer"."""
    return [
        ForwardingCode.model_validate({"when": when, "code": code.format(number=phone_number)})
        for when, code in _CODES.items()
    ]


async def list_forwardings(ports: Ports, tenant_id: str) -> list[Forwarding]:
    (found,) = await ports.db.batch(proof_queries.forwardings(tenant_id))
    return [Forwarding.model_validate({**row, "codes": codes(str(row["phone_number"]))}) for row in found.rows]


async def create(ports: Ports, principal: Principal, command: NewForwarding) -> Forwarding:
    """Raises Invalid or NotFound (the mapping)."""
    own = to_e164(command.own_number, principal.country, "/own_number")
    at = stored(ports.clock.now())
    (inserted,) = await ports.db.batch(
        proof_queries.insert_forwarding(principal.tenant.id, ports.ids.new("fwd"), own, command.mapping_id, at)
    )
    if not inserted.changes:
        raise NotFound("There is no such phone mapping.", pointer="/mapping_id")
    return next(one for one in await list_forwardings(ports, principal.tenant.id) if one.own_number == own)


async def test(ports: Ports, principal: Principal, forwarding_id: str) -> Forwarding:
    """Calls the own number from ours: when that arrives at the agent's number, the forwarding is proven.

    Raises NotFound, ForwardingUntestable or VendorFailed.
    """
    tenant_id = principal.tenant.id
    found = await _one(ports, tenant_id, forwarding_id)
    platform = ports.platform.get("twilio")
    sender = platform.values.get("sender") if platform else None
    if platform is None or not sender:
        raise ForwardingUntestable("The operator sets TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SENDER.")
    now = ports.clock.now()
    until = stored(now + timedelta(minutes=TEST_MIN))
    await ports.db.batch(proof_queries.begin_test(tenant_id, forwarding_id, (sender, until), stored(now)))
    call = PlacedCall(found.own_number, sender, TEST_PATH, detects_machines=False)
    try:
        await ports.carrier.place_call(platform, call, ports.base_url)
    except VendorError as error:
        raise VendorFailed(f"The test call could not be placed: {error.reason}.") from error
    return await _one(ports, tenant_id, forwarding_id)


async def is_test(ports: Ports, from_number: str | None, to_number: str) -> bool:
    """Whether a call that comes in is one of our own, which was forwarded; then its forwarding is proven."""
    platform = ports.platform.get("twilio")
    if platform is None or not from_number or from_number != platform.values.get("sender"):
        return False
    at = stored(ports.clock.now())
    (arrived,) = await ports.db.batch(proof_queries.test_arrived(from_number, to_number, at))
    return bool(arrived.changes)


async def delete(ports: Ports, tenant_id: str, forwarding_id: str) -> None:
    """Raises NotFound."""
    (deleted,) = await ports.db.batch(proof_queries.delete_forwarding(tenant_id, forwarding_id))
    if not deleted.changes:
        raise NotFound("There is no such forwarding.")


async def _one(ports: Ports, tenant_id: str, forwarding_id: str) -> Forwarding:
    listed = await list_forwardings(ports, tenant_id)
    found = next((one for one in listed if one.id == forwarding_id), None)
    if found is None:
        raise NotFound("There is no such forwarding.")
    return found
