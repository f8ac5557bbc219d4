"""The first minute: one shared number rings for whoever calls it, once their telephone is proven by a code."""

from collections.abc import Mapping
from datetime import timedelta

from errors import NotFound
from modules.identity import attempts, audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.messaging.outbox import queue_code, send_soon
from modules.messaging.templates import code_of
from modules.one_time import same
from modules.phone import to_e164
from modules.phone_lines import proof_queries
from modules.phone_lines.errors import CodeRefused, TrialUnavailable
from modules.phone_lines.schemas import NewTrialCaller, Trial, TrialCaller, TrialCode
from ports.context import Ports

CODE_MIN = 10
MOST_ATTEMPTS = 5
CODES_A_MINUTE = 2
_TEXT: Mapping[str, str] = {
    "fr": "Coccinelle : votre code est {code}. Il est valable dix minutes.",
    "en": "Coccinelle: your code is {code}. It is good for ten minutes.",
}


async def overview(ports: Ports, tenant_id: str) -> Trial:
    (found,) = await ports.db.batch(proof_queries.callers(tenant_id))
    callers = [TrialCaller.model_validate(row) for row in found.rows]
    return Trial(trial_number=ports.trial_number or None, callers=callers)


async def ask_code(ports: Ports, principal: Principal, command: NewTrialCaller) -> None:
    """Sends a code to the telephone. Raises TrialUnavailable, Invalid or TooManyRequests."""
    if not ports.trial_number:
        raise TrialUnavailable("The operator names one with TRIAL_NUMBER.")
    caller = to_e164(command.phone_number, principal.country, "/phone_number")
    (counted,) = await ports.db.batch(attempts.count(ports, "trial_code", f"{principal.tenant.id}:{caller}"))
    attempts.demand(ports, counted, CODES_A_MINUTE)
    now, code_id = ports.clock.now(), ports.ids.new("code")
    at, expires_at = stored(now), stored(now + timedelta(minutes=CODE_MIN))
    text = _TEXT["fr" if caller.startswith("+33") else "en"]
    await ports.db.batch(
        proof_queries.put_code(principal.tenant.id, caller, (code_id, expires_at), at),
        queue_code(principal.tenant.id, code_id, caller, text, at),
        audit.entry(ports, principal, "trial.code_sent"),
    )
    await send_soon(ports, code_id)


async def verify(ports: Ports, principal: Principal, command: TrialCode) -> Trial:
    """Raises Invalid or CodeRefused (wrong, too old, tried too often)."""
    caller = to_e164(command.phone_number, principal.country, "/phone_number")
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    (tried,) = await ports.db.batch(proof_queries.try_code(tenant_id, caller, at, MOST_ATTEMPTS))
    if tried.first is None or not same(code_of(ports.keyring.tokens, str(tried.first["code_id"])), command.code):
        raise CodeRefused(f"Ask for a new code if this one is older than {CODE_MIN} minutes.")
    await ports.db.batch(
        proof_queries.put_caller(tenant_id, caller, at),
        proof_queries.forget_code(tenant_id, caller),
        audit.entry(ports, principal, "trial.caller_verified"),
    )
    return await overview(ports, tenant_id)


async def remove(ports: Ports, principal: Principal, phone_number: str) -> Trial:
    """Raises Invalid or NotFound."""
    caller = to_e164(phone_number, principal.country, "/path/phone_number")
    (deleted,) = await ports.db.batch(proof_queries.delete_caller(principal.tenant.id, caller))
    if not deleted.changes:
        raise NotFound("There is no such caller.")
    return await overview(ports, principal.tenant.id)
