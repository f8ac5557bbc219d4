"""The guard of requests to addresses that tenants type in."""

import asyncio

import pytest

from modules.outbound import guard
from modules.outbound.rules import AddressRefused, is_public, read_target
from tests.support.fakes import World

NONE: frozenset[str] = frozenset()

REFUSED = (
    "http://hooks.sample.example/in",
    "ftp://hooks.sample.example/in",
    "javascript:alert(1)",
    "//hooks.sample.example/in",
    "https://",
    "https:///in",
    "https:/hooks.sample.example/in",
    "https:hooks.sample.example",
    "https://user@hooks.sample.example/",
    "https://user:secret@hooks.sample.example/",
    "https://hooks.sample.example@127.0.0.1/",
    "https://hooks.sample.example\\@127.0.0.1/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://10.0.0.5/",
    "https://169.254.169.254/latest/meta-data",
    "https://192.168.1.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fd00::1]/",
    "https://[fe80::1%25eth0]/",
    "https://1.1.1.1/",  # public, and yet no name
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://exämple.example/",
    "https://%6cocalhost/",
    "https://local\thost/",
    "https://hooks.sample.example/a b",
    "https://hooks.sample.example/\x00",
    "https://localhost/",
    "https://localhost:8787/",
    "https://printer.local/",
    "https://db.internal/",
    "https://router.home.arpa/",
    "https://intranet/",
    "https://hooks..sample.example/",
    "https://.sample.example/",
    "https://sample.example./",
    "https://-a.sample.example/",
    "https://a.b.1/",
    "https://a.b.0x1/",
    "https://hooks.sample.example:0/",
    "https://hooks.sample.example:70000/",
    "https://hooks.sample.example:80:80/",
    "https://hooks.sample.example/#part",
    "https://hooks.sample.example/" + "a" * 2_000,
)


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_public_https_name_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        read_target(url, NONE)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.sample.example",
        "https://hooks.sample.example/in?a=b&c=%20",
        "https://HOOKS.sample.example:8443/in",
        "https://xn--exmple-cua.example/",
        "https://a_b.sample.example/x@y",
    ],
)
def test_public_names_are_taken(url: str) -> None:
    assert read_target(url, NONE).is_exempt is False


def test_only_the_exact_origin_is_exempt() -> None:
    exempt = frozenset(("http://127.0.0.1:9000",))
    assert read_target("http://127.0.0.1:9000/in", exempt).is_exempt
    for url in ("http://127.0.0.1:9001/in", "http://127.0.0.1/in", "https://127.0.0.1:9000/", "http://127.0.0.2:9000/"):
        with pytest.raises(AddressRefused):
            read_target(url, exempt)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        *(
            (address, False)
            for address in (
                *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
                *("192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1"),
                *("240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:a00:1", "::7f00:1"),
                *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "fc00::1"),
                *("fd12::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "not an address", "", "1.1.1"),
            )
        ),
    ],
)
def test_an_address_is_public_or_not(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def check(world: World, url: str) -> None:
    asyncio.run(guard.check(world.ports, url))


def test_every_address_of_the_name_has_to_be_public() -> None:
    world = World()
    check(world, "https://hooks.sample.example/in")
    world.fakes.dns.names["two.sample.example"] = ["1.1.1.1", "10.0.0.5"]
    world.fakes.dns.names["six.sample.example"] = ["1.1.1.1", "::1"]
    for name in ("two", "six", "nobody"):
        with pytest.raises(AddressRefused):
            check(world, f"https://{name}.sample.example/")


def test_a_name_that_cannot_be_looked_up_is_refused() -> None:
    world = World()
    world.fakes.fail("dns-query", times=10)
    with pytest.raises(AddressRefused):
        check(world, "https://hooks.sample.example/")


def test_exempt_origins_are_for_development_only() -> None:
    check(World(DEV_OUTBOUND_ORIGINS="http://127.0.0.1:9000"), "http://127.0.0.1:9000/in")
    changed = {"environment": "production", "dev_outbound_origins": "http://127.0.0.1:9000"}
    assert World().settings.model_copy(update=changed).exempt_origins == frozenset()
