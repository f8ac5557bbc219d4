"""Ports and settings from a Worker's `env`."""

from typing import Any

import js
from adapters.cloudflare.cipher import WebCipher
from adapters.cloudflare.d1 import D1Database
from adapters.cloudflare.fetch import FetchTransport
from adapters.cloudflare.figures import SharedFigures
from adapters.cloudflare.jobs import QueueJobs
from adapters.cloudflare.key_derivation import NodeKeyDerivation
from adapters.cloudflare.limits import BindingLimits
from adapters.cloudflare.r2 import R2Blobs
from adapters.cloudflare.sockets import dial
from adapters.cloudflare.vectorize import VectorizeIndex
from adapters.cloudflare.workers_ai import WorkersAiEmbedder, WorkersAiModel, WorkersAiReranker, WorkersAiSpeech
from adapters.meter import IsolateMeter
from adapters.system import SystemClock, SystemIds
from ports.context import Ports
from ports.database import Statement
from providers.breaker import Breakers
from settings import DEVELOPMENT_ONLY, VARIABLES, Settings, load_settings
from wiring import Ways, breakers_of, default_models, embedding_model, keyring_of, platform_accounts, vendor_ports

_CLOCK, _IDS, _KDF, _CIPHER = SystemClock(), SystemIds(), NodeKeyDerivation(), WebCipher()
_METER = IsolateMeter()
_breakers: Breakers | None = None  # what this isolate has learnt of vendors
_settings: Settings | None = None  # variables are fixed for the life of an isolate


def settings_from(env: Any) -> Settings:
    """Raises Misconfigured on every request until the variables are right; nothing wrong is kept."""
    global _settings
    if _settings is None:
        variables = {name: _text(env, name) for name in (*VARIABLES, *DEVELOPMENT_ONLY)}
        version = getattr(env, "VERSION", None)
        if version is not None:
            variables["VERSION"] = str(version.id or "local")
        _settings = load_settings(variables)
    return _settings


def figures_of(env: Any) -> SharedFigures:
    return SharedFigures(env.FIGURES, _METER)


def ports_from(env: Any, settings: Settings, origin: str = "") -> Ports:
    """`origin` is the request's own, which links lead to in development."""
    db = D1Database(env.DB, _CLOCK)

    async def database() -> None:
        await db.batch(Statement("SELECT 1 AS alive"))

    async def blobs() -> None:
        await env.AUDIO_BUCKET.head("readyz")

    async def vectors() -> None:
        await env.VECTORIZE.describe()

    probes = {"d1": database, "r2": blobs, "vectorize": vectors}
    global _breakers
    _breakers = _breakers or breakers_of(settings, _CLOCK, _METER)
    vendors = vendor_ports(settings, Ways(FetchTransport, dial), _CLOCK, _breakers)
    return Ports(
        db=db,
        clock=_CLOCK,
        ids=_IDS,
        kdf=_KDF,
        cipher=_CIPHER,
        keyring=keyring_of(settings),
        jobs=QueueJobs(env.JOBS),
        limits=BindingLimits(env.PUBLIC_LIMIT, env.TENANT_LIMIT),
        models={**vendors.models, "workers_ai": WorkersAiModel(env.AI)},
        default_models=default_models(settings),
        embedders={**vendors.embedders, "workers_ai": WorkersAiEmbedder(env.AI)},
        embedding=embedding_model(settings),
        reranker=WorkersAiReranker(env.AI),
        vectors=VectorizeIndex(env.VECTORIZE),
        mailers=vendors.mailers,
        texts=vendors.texts,
        files=vendors.files,
        mail_inbox=vendors.mail_inbox,
        vendors=vendors.checks,
        outbound=vendors.outbound,
        exempt_origins=settings.exempt_origins,
        platform=platform_accounts(settings),
        probes=probes,
        challenges=vendors.challenges,
        meter=_METER,
        figures=figures_of(env),
        calendars=vendors.calendars,
        carrier=vendors.carrier,
        assistants=vendors.assistants,
        blobs=R2Blobs(env.AUDIO_BUCKET),
        speech={**vendors.speech, "workers_ai": WorkersAiSpeech(env.AI)},
        trial_number=settings.trial_number,
        mail_domain=settings.mail_domain,
        app_url=settings.app_base_url,
        base_url=settings.public_base_url or (origin if settings.is_development else ""),
    )


def _text(env: Any, name: str) -> str | None:
    value = getattr(env, name, None)
    return value if isinstance(value, str) and value is not js.undefined else None
