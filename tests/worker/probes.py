"""Small Workers of the tests around the project's own adapters, each in a temporary project."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tools.runtime import LocalWorker
from tools.runtime.locations import ROOT

CONFIG = """
name = "probe"
main = "src/entry.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers", "nodejs_compat"]
[[d1_databases]]
binding = "DB"
database_name = "probe"
database_id = "00000000-0000-0000-0000-000000000000"
"""


def probe(
    project: Path, entry: Path, more: str = "", variables: Mapping[str, str] = MappingProxyType({})
) -> LocalWorker:
    (project / "wrangler.toml").write_text(CONFIG + more)
    for layer in ("adapters", "ports"):
        shutil.copytree(ROOT / "src" / layer, project / "src" / layer, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(entry, project / "src/entry.py")
    (project / "python_modules").symlink_to(ROOT / "python_modules")
    return LocalWorker(persist_to=project / "state", snapshot=False, variables=variables, project=project)
