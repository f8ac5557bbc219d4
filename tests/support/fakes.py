"""Ports that tests can steer: a clock that stands still, ids that count, scrypt from the standard library."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.meter import IsolateMeter
from ports.blobs import MOST_AT_ONCE, Blob, BlobsUnavailable
from ports.cipher import CannotOpen
from ports.context import Ports
from ports.language_model import LanguageModel, ModelProvider
from ports.meter import Sample
from ports.speech import Audio, SpeechRequest, VoiceListed
from ports.streams import Dial
from ports.vendors import Credential, VendorRejected
from settings import Settings, load_settings
from tests.support.sqlite import SqliteDatabase
from tests.support.streams import dial_shared
from tests.support.vectors import StandInVectors, WordEmbedder, WordReranker
from tools.fakes import Fakes
from wiring import Ways, breakers_of, default_models, embedding_model, keyring_of, platform_accounts, vendor_ports

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # a Friday; 12:00 in Paris

VARIABLES: Mapping[str, str] = {
    "ENVIRONMENT": "development",
    "JWT_SECRET": "test-jwt-secret-0123456789abcdef0123456789abcdef",
    "CREDENTIALS_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "METRICS_TOKEN": "test-metrics-token-0123456789abcdef",
    "ADMIN_API_KEY": "test-admin-api-key-0123456789abcdef",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
}


class FixedClock:
    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic_ms(self) -> float:
        return self.at.timestamp() * 1000

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


class CountingIds:
    def __init__(self) -> None:
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

    def skip(self, count: int) -> None:
        """As if so many had been given already."""
        self._count = count

    def new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{self._count:06d}"

    def secret(self, size: int = 32) -> bytes:
        self._count += 1
        return hashlib.sha512(str(self._count).encode()).digest()[:size]


class QuickKeyDerivation:
    """Depends on all that scrypt depends on, at a thousandth of its work; the real one is tested on workerd."""

    async def scrypt(self, password: bytes, salt: bytes, *, n: int, r: int, p: int, size: int) -> bytes:
        return hashlib.scrypt(password, salt=salt + f"{n},{r},{p}".encode(), n=2, r=1, p=1, dklen=size)


class RecordedJobs:
    """`later` are those that were to wait: whoever moves the clock runs them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Mapping[str, str]]] = []
        self.later: list[tuple[str, Mapping[str, str]]] = []

    async def send(self, kind: str, payload: Mapping[str, str], delay_s: int = 0) -> None:
        (self.later if delay_s else self.sent).append((kind, payload))


class CountingCipher:
    """The same algorithm by another hand; nonces count, so that a test can repeat itself."""

    def __init__(self) -> None:
        self._count = 0

    async def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        self._count += 1
        nonce = self._count.to_bytes(12)
        return nonce + AESGCM(key).encrypt(nonce, plain, context)

    async def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(sealed[:12], sealed[12:], context)
        except InvalidTag as error:
            raise CannotOpen from error


class SteeredLimits:
    """Allows everything but what a test has put in `refused`."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.asked: list[str] = []

    async def allows_address(self, address: str) -> bool:
        return self._allows(address)

    async def allows_tenant(self, tenant_id: str) -> bool:
        return self._allows(tenant_id)

    def _allows(self, key: str) -> bool:
        self.asked.append(key)
        return key not in self.refused


class EnglishSpeech:
    """As the binding's model: English only."""

    model = "stand-in/mp3"

    async def speak(self, credential: Credential | None, request: SpeechRequest) -> Audio:
        if not request.language.startswith("en"):
            raise VendorRejected("language_not_spoken")
        return Audio(f"{request.voice_id}: {request.text}".encode(), "audio/mpeg")

    async def voices(self, credential: Credential | None) -> Sequence[VoiceListed]:
        return [VoiceListed("luna", "Luna", ("en",))]


class MemoryBlobs:
    """`is_down`: the store does not answer."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[bytes, str]] = {}
        self.is_down = False

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        self._answering()
        self.held[key] = (content, content_type)

    async def get(self, key: str, first: int = 0, length: int | None = None) -> Blob | None:
        self._answering()
        if key not in self.held:
            return None
        content, _ = self.held[key]
        end = len(content) if length is None else first + length
        return Blob(content[first:end], len(content), f'"{hashlib.md5(content).hexdigest()}"')

    async def put_pieces(self, key: str, pieces: AsyncIterator[bytes], content_type: str) -> int:
        content = b"".join([piece async for piece in pieces])
        await self.put(key, content, content_type)
        return len(content)

    async def keys(self, prefix: str, after: str = "") -> Sequence[str]:
        self._answering()
        return sorted(key for key in self.held if key.startswith(prefix) and key > after)[:MOST_AT_ONCE]

    async def delete(self, keys: Sequence[str]) -> None:
        self._answering()
        assert len(keys) <= MOST_AT_ONCE
        for key in keys:
            self.held.pop(key, None)

    def _answering(self) -> None:
        if self.is_down:
            raise BlobsUnavailable


class OwnFigures:
    """What one isolate has counted, kept as the store of figures keeps it. `is_down`: it does not answer."""

    def __init__(self, meter: IsolateMeter) -> None:
        self._meter = meter
        self._series: dict[tuple[str, str], float] = {}
        self.is_down = False

    async def read(self) -> Sequence[Sample] | None:
        if self.is_down:
            return None
        for name, labels, how, value in self._meter.taken():
            before = self._series.get((name, labels), 0.0) if how == "add" else 0.0
            self._series[name, labels] = before + value
        series = sorted(self._series.items())
        return [Sample(name, tuple(map(tuple, json.loads(labels))), value) for (name, labels), value in series]


class World:
    """One installation in memory, its vendors included."""

    def __init__(self, **variables: str) -> None:
        self.db = SqliteDatabase()
        self.clock = FixedClock()
        self.ids = CountingIds()
        self.jobs = RecordedJobs()
        self.cipher = CountingCipher()
        self.limits = SteeredLimits()
        self.models: dict[ModelProvider, LanguageModel] = {}  # in the place of those that speak to the fakes
        self.embedder = WordEmbedder()
        self.blobs = MemoryBlobs()
        self.vectors = StandInVectors(self.clock.now)
        self.fakes = Fakes(self.clock.now)
        self.dial: Dial = dial_shared
        self.base_url = "http://testserver"
        vendors = self.fakes.variables("https://fakes.test")
        self.settings: Settings = load_settings({**VARIABLES, **vendors, **variables})
        self.meter = IsolateMeter()
        self.figures = OwnFigures(self.meter)
        self.breakers = breakers_of(self.settings, self.clock, self.meter)

    @property
    def ports(self) -> Ports:
        vendors = vendor_ports(
            self.settings,
            Ways(lambda: httpx.MockTransport(self.fakes.handle), self.dial),
            self.clock,
            self.breakers,
        )
        return Ports(
            db=self.db,
            clock=self.clock,
            ids=self.ids,
            kdf=QuickKeyDerivation(),
            cipher=self.cipher,
            keyring=keyring_of(self.settings),
            jobs=self.jobs,
            limits=self.limits,
            models={**vendors.models, **self.models},
            default_models=default_models(self.settings),
            embedders={**vendors.embedders, "workers_ai": self.embedder},
            embedding=embedding_model(self.settings),
            reranker=WordReranker(),
            vectors=self.vectors,
            mailers=vendors.mailers,
            texts=vendors.texts,
            files=vendors.files,
            mail_inbox=vendors.mail_inbox,
            vendors=vendors.checks,
            outbound=vendors.outbound,
            exempt_origins=self.settings.exempt_origins,
            platform=platform_accounts(self.settings),
            probes={},
            challenges=vendors.challenges,
            meter=self.meter,
            figures=self.figures,
            calendars=vendors.calendars,
            carrier=vendors.carrier,
            assistants=vendors.assistants,
            blobs=self.blobs,
            speech={**vendors.speech, "workers_ai": EnglishSpeech()},
            trial_number=self.settings.trial_number,
            mail_domain=self.settings.mail_domain,
            app_url=self.settings.app_base_url,
            base_url=self.base_url,
        )
