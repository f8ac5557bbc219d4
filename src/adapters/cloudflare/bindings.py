"""Ports and settings from a Worker's `env`."""

from typing import Any

import js
from adapters.cloudflare.d1 import D1Database
from adapters.cloudflare.jobs import QueueJobs
from adapters.cloudflare.key_derivation import NodeKeyDerivation
from adapters.system import SystemClock, SystemIds
from modules.omnichannel.receptionist import Receptionist
from ports.context import Ports
from ports.database import Statement
from settings import DEVELOPMENT_ONLY, VARIABLES, Settings, load_settings

_CLOCK, _IDS, _KDF, _MODEL = SystemClock(), SystemIds(), NodeKeyDerivation(), Receptionist()
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


def ports_from(env: Any) -> Ports:
    db = D1Database(env.DB, _CLOCK)

    async def database() -> None:
        await db.batch(Statement("SELECT 1 AS alive"))

    async def blobs() -> None:
        await env.AUDIO_BUCKET.head("readyz")

    async def vectors() -> None:
        await env.VECTORIZE.describe()

    probes = {"d1": database, "r2": blobs, "vectorize": vectors}
    return Ports(db=db, clock=_CLOCK, ids=_IDS, kdf=_KDF, jobs=QueueJobs(env.JOBS), model=_MODEL, probes=probes)


def _text(env: Any, name: str) -> str | None:
    value = getattr(env, name, None)
    return value if isinstance(value, str) and value is not js.undefined else None
