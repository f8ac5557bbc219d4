"""The breaker of vendors' APIs: what opens it, who may try again, and that no end of a trial keeps it shut for ever."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from adapters.meter import IsolateMeter
from ports.vendors import VendorRejected, VendorUnavailable
from providers.breaker import Breakers
from providers.http import Api
from tests.support.fakes import FixedClock

Answer = Callable[[httpx.Request], httpx.Response]


class Vendor:
    """Answers as it is told to."""

    def __init__(self) -> None:
        self.clock, self.meter = FixedClock(), IsolateMeter()
        self.calls = 0
        self.answer: Answer = lambda _: httpx.Response(503)
        self.api = Api(self._transport, "https://vendor.test", "vendor", Breakers(self.clock, self.meter))

    def _transport(self) -> httpx.MockTransport:
        async def handle(request: httpx.Request) -> httpx.Response:
            self.calls += 1
            await asyncio.sleep(0)
            return self.answer(request)

        return httpx.MockTransport(handle)

    def ask(self) -> None:
        asyncio.run(self.api.send("POST", "/things"))

    def open(self) -> None:
        for _ in range(3):
            with pytest.raises(VendorUnavailable, match="http_503"):
                self.ask()
        with pytest.raises(VendorUnavailable, match="circuit_open"):
            self.ask()
        assert self.calls == 3

    def counted(self) -> dict[str, float]:
        prefix = "vendor_calls_total"
        told = [(labels, value) for name, labels, _, value in self.meter.taken() if name == prefix]
        return {labels.split('"')[3]: value for labels, value in told}


@pytest.fixture
def vendor() -> Vendor:
    made = Vendor()
    made.open()
    return made


def raising(error: BaseException) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


def test_a_trial_that_works_closes_it(vendor: Vendor) -> None:
    vendor.clock.advance(seconds=31)
    vendor.answer = lambda _: httpx.Response(200)
    vendor.ask()
    vendor.ask()
    assert vendor.counted() == {"unavailable": 3, "circuit_open": 1, "ok": 2}


def test_a_trial_that_fails_opens_it_again(vendor: Vendor) -> None:
    vendor.clock.advance(seconds=31)
    for reason in ("http_503", "circuit_open"):
        with pytest.raises(VendorUnavailable, match=reason):
            vendor.ask()


def test_a_refusal_in_the_trial_closes_it(vendor: Vendor) -> None:
    vendor.clock.advance(seconds=31)
    vendor.answer = lambda _: httpx.Response(404)
    for _ in range(2):
        with pytest.raises(VendorRejected):
            vendor.ask()
    assert vendor.counted()["rejected"] == 2


@pytest.mark.parametrize("error", [asyncio.CancelledError(), ZeroDivisionError()], ids=["cancelled", "fault"])
def test_a_trial_that_ends_for_our_own_reason_leaves_the_next_one_to_try(vendor: Vendor, error: BaseException) -> None:
    vendor.clock.advance(seconds=31)
    vendor.answer = raising(error)
    with pytest.raises(type(error)):
        vendor.ask()
    vendor.answer = lambda _: httpx.Response(200)
    vendor.ask()
    assert vendor.counted() == {"unavailable": 3, "circuit_open": 1, "given_up": 1, "ok": 1}


def test_whoever_asks_during_the_trial_is_told_at_once(vendor: Vendor) -> None:
    async def two() -> list[object]:
        both = (vendor.api.send("POST", "/things"), vendor.api.send("POST", "/things"))
        return list(await asyncio.gather(*both, return_exceptions=True))

    vendor.clock.advance(seconds=31)
    vendor.answer = lambda _: httpx.Response(200)
    first, second = asyncio.run(two())
    assert (first, str(second)) == (None, "circuit_open")


def test_a_refusal_between_failures_begins_the_row_anew() -> None:
    vendor = Vendor()
    answers = iter((503, 503, 404, 503, 503, 200))
    vendor.answer = lambda _: httpx.Response(next(answers))
    for expected in (VendorUnavailable, VendorUnavailable, VendorRejected, VendorUnavailable, VendorUnavailable):
        with pytest.raises(expected):
            vendor.ask()
    vendor.ask()
