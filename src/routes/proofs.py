"""/api/v1/trial and /api/v1/forwardings: the first minute, and keeping one's number."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.phone_lines import forwarding, trial
from modules.phone_lines.schemas import Forwarding, NewForwarding, NewTrialCaller, Trial, TrialCode
from routes.calling import SIGNED_FORM, TWIML, SpokenRoute, TelephonyOf, twiml_response
from routes.senders import TwilioForm
from web.auth import Need, PortsOf, verified_sender
from web.openapi import problems
from web.paging import ItemList
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("numbers:read"))]
Writer = Annotated[Principal, Depends(Need("numbers:write"))]
WRITE = problems(400, 404, 409, 413, 415, 422)

trial_router = APIRouter(prefix="/api/v1/trial", tags=["phone numbers"], route_class=JsonRoute)
router = APIRouter(prefix="/api/v1/forwardings", tags=["phone numbers"], route_class=JsonRoute)
spoken_router = APIRouter(
    prefix="/webhooks/omnichannel",
    tags=["webhooks"],
    dependencies=[Depends(verified_sender)],
    route_class=SpokenRoute,
)


class TrialOut(BaseModel):
    success: Literal[True] = True
    trial: Trial


class ForwardingOut(BaseModel):
    success: Literal[True] = True
    forwarding: Forwarding


@trial_router.get("")
async def get_trial(principal: Reader, ports: PortsOf) -> TrialOut:
    """The shared number to call, and the telephones from which it rings for this business."""
    return TrialOut(trial=await trial.overview(ports, principal.tenant.id))


@trial_router.post("/callers", status_code=202, responses=problems(400, 409, 413, 415, 422, 429))
async def ask_code(command: NewTrialCaller, principal: Writer, ports: PortsOf) -> Done:
    """Sends a code by SMS to a telephone."""
    await trial.ask_code(ports, principal, command)
    return Done()


@trial_router.post("/callers/verify", responses=problems(400, 403, 413, 415, 422))
async def verify_code(command: TrialCode, principal: Writer, ports: PortsOf) -> TrialOut:
    """From then on calls of this telephone to the trial number are answered by the business's agent."""
    return TrialOut(trial=await trial.verify(ports, principal, command))


@trial_router.delete("/callers/{phone_number}", responses=problems(404, 422))
async def remove_caller(phone_number: str, principal: Writer, ports: PortsOf) -> TrialOut:
    """Gives a telephone up."""
    return TrialOut(trial=await trial.remove(ports, principal, phone_number))


@router.get("")
async def list_forwardings(principal: Reader, ports: PortsOf) -> ItemList[Forwarding]:
    """Numbers that stay with their carrier, with the codes that forward them."""
    return ItemList(items=await forwarding.list_forwardings(ports, principal.tenant.id), next_cursor=None)


@router.post("", status_code=201, responses=WRITE)
async def create_forwarding(command: NewForwarding, principal: Writer, ports: PortsOf) -> ForwardingOut:
    """Notes a number that is to be forwarded to an agent's."""
    return ForwardingOut(forwarding=await forwarding.create(ports, principal, command))


@router.post("/{forwarding_id}/test", status_code=202, responses=problems(404, 409, 502))
async def test_forwarding(forwarding_id: str, principal: Writer, ports: PortsOf) -> ForwardingOut:
    """Calls the number; `verified_at` is set once that call has arrived at the agent's."""
    return ForwardingOut(forwarding=await forwarding.test(ports, principal, forwarding_id))


@router.delete("/{forwarding_id}", responses=problems(404))
async def delete_forwarding(forwarding_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Forgets it; the forwarding itself is the telephone's."""
    await forwarding.delete(ports, principal.tenant.id, forwarding_id)
    return Done()


@spoken_router.post("/forwarding-test", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def forwarding_test(form: TwilioForm, twiml: TelephonyOf) -> Response:
    """Our own test call was answered, by whomever: it says nothing and hangs up after a moment."""
    return twiml_response(twiml.silence())
