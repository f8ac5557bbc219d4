"""Which addresses of others we call: public HTTPS under a name, in the one spelling that nobody reads in two ways."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address

MAX_URL_CHARS = 2_000
# Narrower than the URL standard: no user part, no fragment, no backslash, nothing but printable ASCII.
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#@\\:\[\]]+)(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?][^#\\]*)?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what a parser may take for the end of an IPv4 address
# Never public, whatever a resolver says of them (RFC 6761, RFC 6762, RFC 8375, RFC 9476).
_SPECIAL = frozenset(("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "onion"))
_SPECIAL_ENDS = (".home.arpa", ".in-addr.arpa", ".ip6.arpa", ".workers.internal")
_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))  # 6to4, Teredo: they end at an IPv4 address


class AddressRefused(Exception):
    """`reason` says what is wrong with it, fit to be shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    host: str
    is_exempt: bool  # a developer's own origin: nothing more is asked of it


def read_target(url: str, exempt_origins: frozenset[str]) -> Target:
    """Raises AddressRefused for everything but an HTTPS address under a public name, or under an exempt origin."""
    if len(url) > MAX_URL_CHARS or not url.isascii() or any(c <= " " or c == "\x7f" for c in url):
        raise AddressRefused("an address has at most 2,000 printable ASCII characters; write other names in punycode")
    found = _URL.fullmatch(url)
    if found is None:
        raise AddressRefused("an address is https://name/path, without a user or a fragment")
    scheme, host = found["scheme"], found["host"].lower()
    port = f":{found['port']}" if found["port"] else ""
    if f"{scheme}://{host}{port}" in exempt_origins:
        return Target(url, host, is_exempt=True)
    if scheme != "https":
        raise AddressRefused("the address has to begin with https://")
    if found["port"] and not 0 < int(found["port"]) <= 65_535:
        raise AddressRefused("there is no such port")
    check_name(host)
    return Target(url, host, is_exempt=False)


def check_name(host: str) -> None:
    """Raises AddressRefused. A trailing dot would be the same name; it is not taken, so that a name has one spelling."""
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        raise AddressRefused("use a host name, not an IP address")
    if len(labels) < 2 or len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("this is not a public host name")
    if labels[-1] in _SPECIAL or f".{host}".endswith(_SPECIAL_ENDS):
        raise AddressRefused("this is not a public host name")


def is_public(address: str) -> bool:
    """Whether it is an address of the public internet; what is no address is not."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    if isinstance(read, IPv6Address) and read.ipv4_mapped:
        read = read.ipv4_mapped
    if isinstance(read, IPv6Address) and (read not in _UNICAST or any(read in net for net in _TUNNELS)):
        return False
    return read.is_global and not read.is_multicast and not read.is_reserved
