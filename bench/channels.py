"""Texts and chats: deliveries repeated and out of order, what a message costs, how long an answer takes

python -m bench.channels [--callers N]. Prints Markdown. Own time is the client's wall time less the median of /healthz in
the same run; the pause that is waited for a second message is named apart.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections import Counter
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator

from bench.conversation import percentiles
from bench.probe import BUSY, VARIABLES, served
from modules.web_chat.service import PAUSE_S
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.signed import sms
from tests.support.threads import pause, text
from tests.support.work import run_jobs
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows

ACCOUNT, TOKEN = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
SMS, NUMBER = "/webhooks/omnichannel/sms", "+33199001234"
DELIVERIES = 3  # of each message
WORDS = ("Bonjour", "vous êtes ouverts quand", "le samedi ?")
TEXT_PAUSE_S = 2.0  # of modules.threads.values.Received
AT_ONCE = 8


def trips() -> dict[str, tuple[int, int]]:
    """D1 round trips and statements of one message and its answer, counted on the same code over SQLite."""
    world = World(TWILIO_SENDER="+33199000000")
    counted = {}
    with client_of(world) as client:
        onboard(client, number=NUMBER)
        run_jobs(world)
        text(client, world, "Bonjour", NUMBER)
        pause(world)
        stages = (
            ("a text comes in and is stored", lambda: text(client, world, "Quelle est votre adresse ?", NUMBER)),
            ("it is answered, and the answer sent", lambda: pause(world)),
        )
        for name, stage in stages:
            world.db.batches.clear()
            stage()
            counted[name] = (len(world.db.batches), sum(len(batch) for batch in world.db.batches))
    return counted


class Bench:
    def __init__(self, worker: LocalWorker, vendors: FakeServer) -> None:
        self.worker, self.vendors = worker, vendors
        self.client = httpx.Client(base_url=worker.url, timeout=60)
        onboard(self.client, number=NUMBER)
        self.idle_ms = statistics.median(self._timed("/healthz") for _ in range(100))

    def _timed(self, path: str, **query: str) -> float:
        began = time.perf_counter()
        assert self.client.get(path, params=query).is_success
        return (time.perf_counter() - began) * 1000

    async def deliver(self, callers: int) -> list[float]:
        """Each caller's three messages, each three times, in no order; own milliseconds of each delivery."""
        shuffled, deliveries = random.Random(8), []
        for caller in range(callers):
            given = [
                sms(words, NUMBER, MessageSid=f"SM{caller:016x}{at:016x}", From=f"+3363998{caller:04d}")
                for at, words in enumerate(WORDS)
            ] * DELIVERIES
            shuffled.shuffle(given)
            deliveries += given
        spent: list[float] = []
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(client: httpx.AsyncClient, params: dict[str, str]) -> None:
            signature = RequestValidator(TOKEN).compute_signature(f"{self.worker.url}{SMS}", params)
            async with gate:
                began = time.perf_counter()
                answer = await client.post(SMS, data=params, headers={"X-Twilio-Signature": signature})
                spent.append((time.perf_counter() - began) * 1000 - self.idle_ms)
            assert answer.status_code == 200, answer.text

        async with httpx.AsyncClient(base_url=self.worker.url, timeout=60) as client:
            await asyncio.gather(*(one(client, params) for params in deliveries))
        return spent

    def settled(self, callers: int) -> tuple[Counter[str], int, float]:
        """Answers by caller, messages stored, and the seconds until nothing more came."""
        began, last, count = time.perf_counter(), time.perf_counter(), -1
        while time.perf_counter() - last < 8 and time.perf_counter() - began < 240:
            sent = [one["to"] for one in self.vendors.fakes.twilio.messages]
            if len(sent) != count:
                count, last = len(sent), time.perf_counter()
            time.sleep(0.25)
        query = "SELECT COUNT(*) AS n FROM omni_messages WHERE role = 'caller' AND channel = 'sms'"
        (stored,) = rows.read(self.worker.persist_to, query, ())
        return Counter(sent), int(str(stored["n"])), last - began

    def answered(self, times: int) -> list[float]:
        """One text after another: from the webhook's answer to the reply at the vendor, without the pause."""
        spent = []
        for at in range(times):
            caller = f"+3363999{at:04d}"
            params = sms("Quelle est votre adresse ?", NUMBER, MessageSid=f"SM{uuid4().hex}", From=caller)
            signature = RequestValidator(TOKEN).compute_signature(f"{self.worker.url}{SMS}", params)
            began = time.perf_counter()
            assert self.client.post(SMS, data=params, headers={"X-Twilio-Signature": signature}).is_success
            while not any(one["to"] == caller for one in self.vendors.fakes.twilio.messages):
                assert time.perf_counter() - began < 30, "no answer came"
                time.sleep(0.01)
            spent.append((time.perf_counter() - began - TEXT_PAUSE_S) * 1000)
        return spent

    def chatted(self, times: int) -> list[float]:
        """A visitor's message and its answer, without the pause."""
        slug = self.client.get("/api/v1/auth/me").json()["tenant"]["slug"]
        chat, spent = f"/api/v1/public/{slug}/chat", []
        for at in range(times):
            token = self.client.post(f"{chat}/sessions").json()["session"]["token"]
            given = {"text": "Quelle est votre adresse ?", "client_id": f"client-{at}"}
            began = time.perf_counter()
            answer = self.client.post(f"{chat}/messages", json=given, headers={"Authorization": f"Bearer {token}"})
            spent.append((time.perf_counter() - began - PAUSE_S) * 1000 - self.idle_ms)
            assert [one["role"] for one in answer.json()["items"]] == ["visitor", "agent"], answer.text
        return spent

    def read(self, path: str, times: int, **query: str) -> list[float]:
        return [self._timed(path, **query) - self.idle_ms for _ in range(times)]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--callers", type=int, default=60)
    callers = arguments.parse_args().callers
    print("| of one text | D1 round trips | statements |\n|---|---|---|")
    for name, (batches, statements) in trips().items():
        print(f"| {name} | {batches} | {statements} |")
    with served(BUSY) as (worker, vendors):
        bench = Bench(worker, vendors)
        spent = asyncio.run(bench.deliver(callers))
        answers, stored, seconds = bench.settled(callers)
        once = sum(count == 1 for count in answers.values())
        sent = callers * len(WORDS)
        print(
            f"\n{len(spent)} deliveries of {sent} messages by {callers} people, {AT_ONCE} at once, each one's in no order:"
        )
        print(f"stored {stored}; answered once {once} of {callers}, most answers to one {max(answers.values())};")
        print(f"the last answer came {seconds:.0f} s after the last delivery.\n")
        print("| own time, ms | p50 | p95 | p99 |\n|---|---|---|---|")
        for name, measured in (
            ("a delivery under that load", spent),
            ("a text to its answer at the vendor, beyond the pause of 2 s", bench.answered(20)),
            (f"a chat's message with its answer, beyond the pause of {PAUSE_S:g} s", bench.chatted(20)),
            ("the list of conversations", bench.read("/api/v1/omnichannel/conversations", 50)),
            ("found by a word", bench.read("/api/v1/omnichannel/conversations", 50, q="samedi")),
            ("the dashboard of 30 days", bench.read("/api/v1/analytics/dashboard", 50)),
        ):
            print(f"| {name} | {percentiles(measured)} |")


if __name__ == "__main__":
    main()
