"""The real Worker in a temporary project whose entry point is bench/probe_entry.py."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.runtime import LocalWorker
from tools.runtime.locations import ROOT

VARIABLES: Mapping[str, str] = {
    "ENVIRONMENT": "development",
    "JWT_SECRET": "bench-jwt-secret-0123456789abcdef0123456789abcdef",
    "CREDENTIALS_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "METRICS_TOKEN": "bench-metrics-token-0123456789abcdef",
    "ADMIN_API_KEY": "bench-admin-api-key-0123456789abcdef",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
    "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
}


def probed(folder: Path, *, snapshot: bool) -> LocalWorker:
    """Migrated and ready to start; state and log lie in the folder too."""
    project = folder / "project"
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "bench/probe_entry.py", project / "src/probe_entry.py")
    config = (ROOT / "wrangler.toml").read_text()
    (project / "wrangler.toml").write_text(re.sub(r'^main = ".*"$', 'main = "src/probe_entry.py"', config, flags=re.M))
    for name in ("database", "public", "python_modules"):
        (project / name).symlink_to(ROOT / name)
    worker = LocalWorker(
        persist_to=folder / "state", snapshot=snapshot, variables=VARIABLES, log_path=folder / "log", project=project
    )
    worker.migrate()
    return worker
