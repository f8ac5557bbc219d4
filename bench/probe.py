"""The real Worker in a temporary project whose entry point is bench/probe_entry.py."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from tools.fakes import Fakes
from tools.fakes.server import FakeServer
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
# For those who send a lot, and by the platform's own accounts.
BUSY: Mapping[str, str] = {
    "RATE_LIMIT_PER_MINUTE": "100000",
    "TWILIO_SENDER": "+33199000000",
    "RESEND_API_KEY": "re_fakes",
    "MAIL_FROM": "desk@sample.example",
}


@contextmanager
def served(more: Mapping[str, str] = MappingProxyType({})) -> Iterator[tuple[LocalWorker, FakeServer]]:
    """Running, with vendors that are fakes; both end with the block. `more` are variables."""
    with FakeServer(Fakes()) as vendors, tempfile.TemporaryDirectory() as folder:
        variables = {
            **VARIABLES,
            **vendors.fakes.variables(vendors.origin),
            "DEV_OUTBOUND_ORIGINS": vendors.origin,
            **more,
        }
        with probed(Path(folder), variables=variables) as worker:
            yield worker, vendors


def probed(folder: Path, *, snapshot: bool = True, variables: Mapping[str, str] = VARIABLES) -> LocalWorker:
    """Migrated and ready to start; state and log lie in the folder too."""
    project = folder / "project"
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "bench/probe_entry.py", project / "src/probe_entry.py")
    config = (ROOT / "wrangler.toml").read_text()
    (project / "wrangler.toml").write_text(re.sub(r'^main = ".*"$', 'main = "src/probe_entry.py"', config, flags=re.M))
    for name in ("database", "public", "python_modules"):
        (project / name).symlink_to(ROOT / name)
    worker = LocalWorker(
        persist_to=folder / "state", snapshot=snapshot, variables=variables, log_path=folder / "log", project=project
    )
    worker.migrate()
    return worker
