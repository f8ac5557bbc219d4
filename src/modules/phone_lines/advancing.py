"""One number brought from what was meant to what is: intent, effect, outcome; each step can be done twice."""

import json
from collections.abc import Sequence
from datetime import timedelta

from modules.credentials.resolve import resolve_own
from modules.instants import stored
from modules.omnichannel import numbers
from modules.phone_lines import queries
from ports.context import Ports
from ports.database import RefusedByTrigger, Row, Statement
from ports.vendors import Credential, VendorRejected, VendorUnavailable

RETRY_DELAYS_S = (15, 60, 300, 1_800, 7_200)


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    (found,) = await ports.db.batch(queries.due(stored(ports.clock.now()), limit))
    return found.rows


async def advance(ports: Ports, tenant_id: str, line_id: str) -> str:
    """The state that it is in now."""
    state = ""
    while True:
        (found,) = await ports.db.batch(queries.number(tenant_id, line_id))
        row = found.first
        if row is None or str(row["state"]) not in _STEPS or str(row["state"]) == state:
            return str(row["state"]) if row else "gone"
        state = str(row["state"])
        credential = await resolve_own(ports, tenant_id, "twilio")
        if credential is None or credential.account != row["account"]:
            return await _fail(ports, tenant_id, row, "account_changed")
        try:
            await _STEPS[state](ports, tenant_id, row, credential)
        except _Impossible as error:
            return await _fail(ports, tenant_id, row, str(error))
        except VendorRejected as error:
            return await _fail(ports, tenant_id, row, error.reason)
        except VendorUnavailable as error:
            return await _put_off(ports, tenant_id, row, error.reason)


class _Impossible(Exception):
    """Asking again will not help."""


async def _save(ports: Ports, tenant_id: str, row: Row, credential: Credential) -> None:
    """What is there before ours, before anything of it is changed."""
    found = await ports.carrier.numbers(credential, str(row["phone_number"]))
    if not found:
        raise _Impossible("not_in_account")
    saved = (found[0].external_id, json.dumps(found[0].settings))
    await ports.db.batch(queries.save(tenant_id, str(row["id"]), saved, stored(ports.clock.now())))


async def _configure(ports: Ports, tenant_id: str, row: Row, credential: Credential) -> None:
    ours = ports.carrier.our_settings(str(row["base_url"]))
    await ports.carrier.configure(credential, str(row["external_id"]), ours)
    at = stored(ports.clock.now())
    claim = numbers.claimed(tenant_id, ports.ids.new("num"), row, credential, at)
    try:
        await ports.db.batch(queries.settle(tenant_id, str(row["id"]), ("saved", "configured"), at), claim)
    except RefusedByTrigger as error:
        raise _Impossible("proven_by_another") from error


async def _restore(ports: Ports, tenant_id: str, row: Row, credential: Credential) -> None:
    if row["external_id"] and row["previous"]:
        await ports.carrier.configure(credential, str(row["external_id"]), json.loads(str(row["previous"])))
    await ports.db.batch(*_given_up(ports, tenant_id, row, ("removing", "removed")))


async def _buy(ports: Ports, tenant_id: str, row: Row, credential: Credential) -> None:
    """One that is there already was bought by an attempt whose answer was lost."""
    number = str(row["phone_number"])
    held = await ports.carrier.numbers(credential, number)
    bought = held[0] if held else await ports.carrier.buy(credential, number)
    saved = (bought.external_id, json.dumps(bought.settings))
    await ports.db.batch(queries.save(tenant_id, str(row["id"]), saved, stored(ports.clock.now())))


async def _release(ports: Ports, tenant_id: str, row: Row, credential: Credential) -> None:
    if row["external_id"]:
        await ports.carrier.release(credential, str(row["external_id"]))
    await ports.db.batch(*_given_up(ports, tenant_id, row, ("releasing", "released")))


def _given_up(ports: Ports, tenant_id: str, row: Row, states: tuple[str, str]) -> tuple[Statement, Statement]:
    at = stored(ports.clock.now())
    settled = queries.settle(tenant_id, str(row["id"]), states, at)
    return settled, numbers.given_up(tenant_id, str(row["phone_number"]), at)


_STEPS = {"intended": _save, "saved": _configure, "removing": _restore, "buying": _buy, "releasing": _release}


async def _fail(ports: Ports, tenant_id: str, row: Row, reason: str) -> str:
    why = (reason, None)
    await ports.db.batch(queries.put_off(tenant_id, str(row["id"]), why, stored(ports.clock.now())))
    return "failed"


async def _put_off(ports: Ports, tenant_id: str, row: Row, reason: str) -> str:
    attempts = int(row["attempts"] or 0)
    if attempts >= len(RETRY_DELAYS_S):
        return await _fail(ports, tenant_id, row, reason)
    now = ports.clock.now()
    why = (reason, stored(now + timedelta(seconds=RETRY_DELAYS_S[attempts])))
    await ports.db.batch(queries.put_off(tenant_id, str(row["id"]), why, stored(now)))
    return "put_off"
