"""Calls over sockets and over Vapi, speech, and numbers that are imported while the Worker dies: python -m bench.voice

Prints Markdown. Own time is the client's wall time less the median of /healthz in the same run.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import httpx
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect

from bench.conversation import percentiles
from bench.probe import VARIABLES, served
from tests.support.business import onboard
from tools.caller.platform import PlatformCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows

ACCOUNT, TOKEN = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
SECRET = "bench-vapi-secret-0123456789"
VOICE = "/webhooks/omnichannel/voice"
THINK_S = 4.0  # between an answer and the next question
RAMP_S = 25.0  # within which all calls begin
ROUNDS = 3
QUESTIONS = ("Quels sont vos horaires ?", "Quelle est votre adresse ?", "Est-ce que vous prêtez une voiture ?")
EXPECTED = ("heures", "adresse", "voiture")
MODEL_S = 0.35


@dataclass
class Measured:
    answer_ms: list[float] = field(default_factory=list)  # the first document of a call
    socket_ms: list[float] = field(default_factory=list)  # from the document to the open socket
    token_ms: list[float] = field(default_factory=list)  # from a prompt to the first words of its answer
    wrong: int = 0


class Bench:
    def __init__(self, worker: LocalWorker, vendors: FakeServer) -> None:
        self.worker, self.vendors = worker, vendors
        self.idle_ms = self._idle()

    def _idle(self) -> float:
        with httpx.Client(base_url=self.worker.url, timeout=30) as client:
            spent = []
            for _ in range(100):
                began = time.perf_counter()
                client.get("/healthz")
                spent.append((time.perf_counter() - began) * 1000)
        return statistics.median(spent)

    def business(self, number: str, **agent: Any) -> httpx.Client:
        client = httpx.Client(base_url=self.worker.url, timeout=60)
        onboard(client, number=number)
        (found,) = client.get("/api/v1/omnichannel/agents").json()["items"]
        assert client.patch(
            f"/api/v1/omnichannel/agents/{found['id']}", json=agent or {"voice_mode": "gather"}
        ).is_success
        return client

    def signed(self, path: str, params: dict[str, str]) -> dict[str, str]:
        return {
            "X-Twilio-Signature": str(RequestValidator(TOKEN).compute_signature(f"{self.worker.url}{path}", params))
        }

    async def call(self, at: int, number: str, measured: Measured, start_s: float) -> str:
        """One caller on a socket: three questions, and one that only this call asks."""
        await asyncio.sleep(start_s)
        sid = f"CA{at:032x}"
        params = {"CallSid": sid, "AccountSid": ACCOUNT, "From": "+33639980001", "To": number, "CallStatus": "ringing"}
        async with httpx.AsyncClient(base_url=self.worker.url, timeout=60) as client:
            began = time.perf_counter()
            document = await client.post(VOICE, data=params, headers=self.signed(VOICE, params))
            measured.answer_ms.append((time.perf_counter() - began) * 1000)
        url = ElementTree.fromstring(document.text)[0][0].attrib["url"]
        headers = {"X-Twilio-Signature": str(RequestValidator(TOKEN).compute_signature(url, {}))}
        began = time.perf_counter()
        async with connect(url, additional_headers=headers, proxy=None) as socket:
            measured.socket_ms.append((time.perf_counter() - began) * 1000)
            setup = {"type": "setup", "sessionId": f"VX{at:032x}", "accountSid": ACCOUNT, "callSid": sid}
            await socket.send(json.dumps({**setup, "from": params["From"], "to": number, "customParameters": {}}))
            asked = ((*QUESTIONS * ROUNDS, f"Je suis l'appel {at}"), (*EXPECTED * ROUNDS, ""))
            for question, expected in zip(*asked, strict=True):
                said = await self._ask(socket, question, measured)
                measured.wrong += expected not in said
                await asyncio.sleep(THINK_S)
        return sid

    @staticmethod
    async def _ask(socket: Any, question: str, measured: Measured) -> str:
        began, first, said = time.perf_counter(), None, ""
        await socket.send(json.dumps({"type": "prompt", "voicePrompt": question, "lang": "fr-FR", "last": True}))
        while True:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 60))
            if frame["type"] != "text":
                continue
            if frame["token"].strip() and first is None:
                first = (time.perf_counter() - began) * 1000
            said += frame["token"]
            if frame["last"]:
                break
        measured.token_ms.append(first or 0.0)
        for value in ("on", "off"):
            await socket.send(json.dumps({"type": "info", "name": "agentSpeaking", "value": value}))
        return said

    def relay(self, calls: int, numbers: Sequence[str], ramp_s: float) -> tuple[Measured, int]:
        """All at once, begun within the ramp; how many were lost or confused, by the rows."""
        measured = Measured()

        async def together() -> list[str]:
            work = [self.call(at, numbers[at % len(numbers)], measured, ramp_s * at / calls) for at in range(calls)]
            return await asyncio.gather(*work)

        sids = asyncio.run(together())
        time.sleep(1)
        confused = 0
        for at, sid in enumerate(sids):
            query = (
                "SELECT m.body, c.to_number FROM calls AS c JOIN omni_messages AS m ON m.tenant_id = c.tenant_id"
                " AND m.conversation_id = c.conversation_id WHERE c.provider_call_id = ?1 AND m.role = 'caller' ORDER BY m.turn"
            )
            found = rows.read(self.worker.persist_to, query, (sid,))
            expected = [*QUESTIONS * ROUNDS, f"Je suis l'appel {at}"]
            is_right = [row["body"] for row in found] == expected
            confused += not (is_right and {row["to_number"] for row in found} == {numbers[at % len(numbers)]})
        return measured, confused

    def own(self, values: Sequence[float]) -> list[float]:
        return [max(0.0, value - self.idle_ms) for value in values]

    def assistant_requests(self, number: str, count: int) -> list[float]:
        spent = []
        with httpx.Client(base_url=self.worker.url, timeout=30) as client:
            for _ in range(count):
                call = PlatformCall(client, SECRET, number)
                began = time.perf_counter()
                assert "assistant" in call.post("assistant-request").json()
                spent.append((time.perf_counter() - began) * 1000)
        return self.own(spent)

    def vapi_turns(self, number: str, count: int) -> list[float]:
        """To the whole of the answer: the stream's first words come no later."""
        spent = []
        with httpx.Client(base_url=self.worker.url, timeout=30) as client:
            for _ in range(count):
                call = PlatformCall(client, SECRET, number)
                call.start()
                for question in QUESTIONS:
                    began = time.perf_counter()
                    assert call.say(question)
                    spent.append((time.perf_counter() - began) * 1000)
        return self.own(spent)

    def greetings(self, number: str, count: int) -> tuple[list[float], list[float]]:
        """(pick-up to the document that plays it, its first byte after that): audio that was made when it was published."""
        documents, first = [], []
        with httpx.Client(base_url=self.worker.url, timeout=30) as client:
            for at in range(count):
                params = {"CallSid": f"CA{at + 900_000:032x}", "AccountSid": ACCOUNT, "From": "+33639980001"}
                params |= {"To": number, "CallStatus": "ringing"}
                began = time.perf_counter()
                document = client.post(VOICE, data=params, headers=self.signed(VOICE, params)).text
                documents.append((time.perf_counter() - began) * 1000)
                play = ElementTree.fromstring(document).find(".//Play")
                assert play is not None, document
                began = time.perf_counter()
                with client.stream("GET", str(play.text)) as answer:
                    next(answer.iter_bytes(1))
                    first.append((time.perf_counter() - began) * 1000)
        return self.own(documents), self.own(first)

    def imports(self, count: int) -> tuple[int, int, int, float]:
        """(configured before the kill, at the end, half configured at the end, seconds of cron)."""
        sid, token = "AC" + "7" * 32, "bench-own-token-0123456789abcdef012345"
        numbers = [f"+3319903{at:04d}" for at in range(count)]
        before = {"voice_url": "https://before.sample.example/voice"}
        twilio = self.vendors.fakes.twilio
        twilio.add_account(sid, token, numbers=numbers)
        twilio.accounts[sid].settings = {number: dict(before) for number in numbers}
        client = httpx.Client(base_url=self.worker.url, timeout=60)
        tenant_id = onboard(client, number=None)
        own = {"account_sid": sid, "auth_token": token}
        assert client.put("/api/v1/integrations/twilio/credentials", json=own).is_success
        assert client.post("/api/v1/phone-numbers/import", json={"phone_numbers": numbers}).status_code == 202

        def configured() -> int:
            query = "SELECT COUNT(*) AS n FROM carrier_numbers WHERE tenant_id = ?1 AND state = 'configured'"
            return int(rows.read(self.worker.persist_to, query, (tenant_id,))[0]["n"] or 0)

        while configured() < count // 2:
            time.sleep(0.02)
        self.worker.kill()
        killed_at = configured()
        self.worker.restart()
        began = time.monotonic()
        while configured() < count and time.monotonic() - began < 120:
            self.worker.scheduled("* * * * *")
            time.sleep(1)
        spent = time.monotonic() - began
        half = sum(
            not settings.get("voice_url", "").startswith(self.worker.url) or settings.get("sms_url", "") == ""
            for settings in twilio.accounts[sid].settings.values()
        )
        query = "SELECT previous FROM carrier_numbers WHERE tenant_id = ?1"
        kept = [json.loads(str(row["previous"])) for row in rows.read(self.worker.persist_to, query, (tenant_id,))]
        half += sum(one["VoiceUrl"] != before["voice_url"] for one in kept)
        return killed_at, configured(), half, spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.voice")
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--only-sockets", action="store_true")
    arguments = parser.parse_args()
    calls: int = arguments.calls
    with served({"VAPI_WEBHOOK_SECRET": SECRET}) as (worker, vendors):
        bench = Bench(worker, vendors)
        print(f"/healthz in the same run: {bench.idle_ms:.1f} ms (median).\n")
        print("| what | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|", flush=True)
        numbers = ("+33199000001", "+33199000002")
        for number in numbers:
            bench.business(number, voice_mode="relay")
        measured, confused = bench.relay(calls, numbers, RAMP_S)
        print(f"| {calls} sockets at once: first document | {percentiles(bench.own(measured.answer_ms))} |")
        print(f"| {calls} sockets at once: document to open socket | {percentiles(bench.own(measured.socket_ms))} |")
        print(
            f"| {calls} sockets at once: prompt to first words | {percentiles(bench.own(measured.token_ms))} |",
            flush=True,
        )
        answers = f"{len(measured.token_ms)} answers, {measured.wrong} wrong"
        lost = f"\n{calls} sockets: {answers}, {confused} calls lost or confused."
        if arguments.only_sockets:
            print(lost)
            return
        model(bench)
        speech(bench)
        bench.business("+33199000005")
        print(f"| Vapi: assistant-request | {percentiles(bench.assistant_requests('+33199000005', 50))} |", flush=True)
        print(f"| Vapi: a completion, whole | {percentiles(bench.vapi_turns('+33199000005', 20))} |", flush=True)
        killed_at, done, half, spent = bench.imports(50)
        print(lost)
        print(f"50 numbers: killed at {killed_at}, {done} after {spent:.0f} s of cron, {half} half configured.")


def model(bench: Bench) -> None:
    """What is ours between a prompt and the first words, where a model takes its time."""
    client = bench.business("+33199000003", voice_mode="relay")
    key = {"api_key": "sk-sample-0123456789abcdef"}
    assert client.put("/api/v1/integrations/openai/credentials", json=key).is_success
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    models = [{"provider": "openai", "model": "gpt-4.1-mini"}]
    client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"models": models, "tools": []})
    bench.vendors.delays_s["openai"] = MODEL_S
    measured = Measured()

    async def one_after_the_other() -> None:
        for at in range(10):
            await bench.call(800_000 + at, "+33199000003", measured, 0.0)

    asyncio.run(one_after_the_other())
    beyond = [max(0.0, value - MODEL_S * 1000) for value in bench.own(measured.token_ms)]
    print(
        f"| a model of {MODEL_S * 1000:.0f} ms: first words beyond the model's own | {percentiles(beyond)} |",
        flush=True,
    )
    bench.vendors.delays_s["openai"] = 0.0


def speech(bench: Bench) -> None:
    client = bench.business("+33199000004")
    assert client.put("/api/v1/integrations/elevenlabs/credentials", json={"api_key": "elevenlabs-key"}).is_success
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    voice = {"voice_provider": "elevenlabs", "voice_id": "sample-voice-fr"}
    assert client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json=voice).is_success
    time.sleep(5)  # the queue makes the greeting
    documents, first = bench.greetings("+33199000004", 50)
    print(f"| a greeting made before: pick-up to the document that plays it | {percentiles(documents)} |")
    print(f"| a greeting made before: first byte of its audio after that | {percentiles(first)} |", flush=True)
    total = [one + other for one, other in zip(documents, first, strict=True)]
    print(f"| a greeting made before: pick-up to first sound, without the network | {percentiles(total)} |", flush=True)


if __name__ == "__main__":
    main()
