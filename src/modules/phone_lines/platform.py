"""Numbers of the platform's own account: brought here and given back by the operator."""

import json

from errors import NotFound, VendorFailed
from modules.phone import to_e164
from modules.phone_lines import queries
from modules.phone_lines.errors import CarrierNotConfigured
from ports.context import Ports
from ports.vendors import VendorError


async def bring(ports: Ports, phone_number: str, *, is_ours: bool) -> str:
    """Its calls come here, or go where they went before; the number.

    What was there before is written before it is changed. Raises Invalid, NotFound, CarrierNotConfigured or VendorFailed.
    """
    number = to_e164(phone_number, "FR", "/path/phone_number")
    platform = ports.platform.get("twilio")
    if platform is None:
        raise CarrierNotConfigured("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
    (known,) = await ports.db.batch(queries.platform_number(number))
    if known.first is None:
        raise NotFound("There is no such number in the pool.")
    try:
        found = await ports.carrier.numbers(platform, number)
        if not found:
            raise NotFound("The platform's account does not hold this number.")
        if is_ours:
            await ports.db.batch(queries.save_platform(number, json.dumps(found[0].settings)))
            await ports.carrier.configure(platform, found[0].external_id, ports.carrier.our_settings(ports.base_url))
        elif known.first["previous"] is not None:
            await ports.carrier.configure(platform, found[0].external_id, json.loads(str(known.first["previous"])))
            await ports.db.batch(queries.save_platform(number, None))
    except VendorError as error:
        raise VendorFailed(f"Twilio did not take it: {error.reason}. Ask again.") from error
    return number
