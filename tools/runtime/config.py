"""wrangler.toml as this machine can run it."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.runtime import devvars
from tools.runtime.locations import HERE

# workerd's own development release reads the Pyodide bundle from disk; the dated ones fetch it.
LOCAL_FLAG = "python_workers_development"
STANDINS = "standins"
# An index is created by a command, not by wrangler.toml: its shape stands nowhere in the production config.
VECTOR_SHAPES = {"coccinelle-vectors-v2": {"dimensions": 1024, "metric": "cosine"}}
# `secrets` would hide every secret of .dev.vars that it does not require; routes would change the host that is seen.
NOT_LOCAL = ("secrets", "route", "routes", "account_id", "observability", "placement")

Config = dict[str, Any]


class UnknownIndex(Exception):
    """A Vectorize index whose shape VECTOR_SHAPES does not tell."""


def read(path: Path) -> Config:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def localized(production: Config, project: Path, variables: Mapping[str, str]) -> Config:
    """The config of one local instance; every path in it is absolute, so it can lie anywhere."""
    config = {key: value for key, value in production.items() if key not in (*NOT_LOCAL, "ai", "vectorize")}
    config["main"] = str(project / production["main"])
    config["compatibility_flags"] = [*production.get("compatibility_flags", []), LOCAL_FLAG]
    config["send_metrics"] = False
    config["vars"] = {**production.get("vars", {}), **variables}
    config["services"] = [*production.get("services", []), *_standin_bindings(production)]
    if "assets" in production:
        config["assets"] = {**production["assets"], "directory": str(project / production["assets"]["directory"])}
    given = {**devvars.read(project), **variables}
    config["ratelimits"] = [_with_limit(one, given) for one in production.get("ratelimits", [])]
    config["d1_databases"] = [_with_absolute_migrations(one, project) for one in production.get("d1_databases", [])]
    return config


def standins(variables: Mapping[str, str]) -> Config:
    """The Worker that answers for Workers AI and Vectorize; VECTORIZE_DELAY_MS is how long a vector waits to be found."""
    return {
        "vars": {"VECTORIZE_DELAY_MS": variables.get("VECTORIZE_DELAY_MS", "0")},
        "name": STANDINS,
        "main": str(HERE / "standins/worker.js"),
        "compatibility_date": "2026-10-01",
        "send_metrics": False,
        "durable_objects": {"bindings": [{"name": "STORE", "class_name": "VectorStore"}]},
        "migrations": [{"tag": "v1", "new_sqlite_classes": ["VectorStore"]}],
    }


def frozen_part(production: Config) -> str:
    """What of the config a memory snapshot depends on: variables and bindings are read in requests only."""
    keys = ("main", "compatibility_date", "compatibility_flags", "rules", "python_modules")
    return json.dumps({key: production.get(key) for key in keys}, sort_keys=True)


def _standin_bindings(production: Config) -> list[Config]:
    bindings: list[Config] = []
    if ai := production.get("ai"):
        bindings.append({"binding": ai["binding"], "service": STANDINS, "entrypoint": "AI"})
    for index in production.get("vectorize", []):
        name = index["index_name"]
        if name not in VECTOR_SHAPES:
            raise UnknownIndex(f"{name}: add its dimensions and metric to VECTOR_SHAPES in tools/runtime/config.py.")
        props = {"index": name, **VECTOR_SHAPES[name]}
        bindings.append({"binding": index["binding"], "service": STANDINS, "entrypoint": "Vectorize", "props": props})
    return bindings


def _with_limit(limit: Config, variables: Mapping[str, str]) -> Config:
    """A binding's limit stands still; here it follows the setting that tells it."""
    asked = variables.get("RATE_LIMIT_PER_MINUTE", "")
    if limit["name"] != "PUBLIC_LIMIT" or not asked.isdigit():
        return limit
    return {**limit, "simple": {**limit["simple"], "limit": int(asked)}}


def _with_absolute_migrations(database: Config, project: Path) -> Config:
    if "migrations_dir" not in database:
        return database
    return {**database, "migrations_dir": str(project / database["migrations_dir"])}
