"""The one guard of requests to addresses that a tenant has typed in."""

from errors import Invalid
from modules.outbound.rules import AddressRefused, check_name, is_public, read_target
from ports.context import Ports
from ports.outbound import Unreachable


async def check(ports: Ports, url: str) -> None:
    """Raises AddressRefused. To be asked before every single request: a name may point elsewhere by then.

    Every address of the name has to be public. Between this look-up and the one of the request itself a name can
    still turn; a deployed Worker reaches no private network by then either, and no redirect is followed.
    """
    target = read_target(url, ports.exempt_origins)
    if not target.is_exempt:
        await _check_addresses(ports, target.host)


async def check_server(ports: Ports, scheme: str, host: str, port: int) -> None:
    """The same for a server that is no URL's. Raises AddressRefused."""
    if f"{scheme}://{host.lower()}:{port}" in ports.exempt_origins:
        return
    check_name(host.lower())
    await _check_addresses(ports, host)


async def _check_addresses(ports: Ports, host: str) -> None:
    try:
        addresses = await ports.outbound.addresses(host)
    except Unreachable as error:
        raise AddressRefused(f"{host} has no address in the public DNS") from error
    if not all(is_public(address) for address in addresses):
        raise AddressRefused(f"{host} does not point to public addresses only")


async def check_field(ports: Ports, url: str) -> None:
    """The same for the `url` of a request's body. Raises Invalid."""
    try:
        await check(ports, url)
    except AddressRefused as error:
        raise Invalid([{"pointer": "/url", "detail": error.reason}]) from error
