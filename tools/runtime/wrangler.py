"""Calls wrangler with the environment that keeps it on this machine."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tools.runtime.locations import CACHE, HERE, WRANGLER, RuntimeNotReady, node, workerd
from tools.runtime.process import Guarded

TIMEOUT_S = 180.0


class WranglerFailed(Exception):
    """What wrangler printed."""


def command(*args: str) -> list[str]:
    if not WRANGLER.exists():
        raise RuntimeNotReady("node_modules holds no wrangler: run scripts/dev.sh or scripts/test.sh first.")
    return [str(node()), str(WRANGLER), *args]


def environment(private: Path, workerd_flags: Sequence[str] = (), authority: Path | None = None) -> dict[str, str]:
    """`private` takes what wrangler would share between all its runs: its logs and its registry of running Workers.

    wrangler hands the `authority` that Node.js is told of on to workerd, for fetch and sockets.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("CLOUDFLARE_", "CF_"))}
    trusted = {"NODE_EXTRA_CA_CERTS": str(authority)} if authority else {}
    return {
        # As in an editor that debugs by itself. Else wrangler keeps all that the Worker logs, for someone to look at.
        "VSCODE_INSPECTOR_OPTIONS": "none",
        **inherited,
        **trusted,
        "CI": "1",
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([str(node().parent), os.environ.get("PATH", os.defpath)]),
        "WRANGLER_SEND_METRICS": "false",
        "WRANGLER_SEND_ERROR_REPORTS": "false",
        "WRANGLER_HIDE_BANNER": "true",
        "WRANGLER_LOG_PATH": str(private / "logs"),
        "WRANGLER_REGISTRY_PATH": str(private / "registry"),
        "X_LOCAL_EXPLORER": "false",
        "X_LOCAL_OBSERVABILITY": "false",
        "CLOUDFLARE_CF_FETCH_ENABLED": "false",
        "CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV": "false",
        "MINIFLARE_WORKERD_PATH": str(HERE / "workerd-offline"),
        "RUNTIME_WORKERD": str(workerd()),
        "RUNTIME_WORKERD_FLAGS": "\n".join([f"--pyodide-bundle-disk-cache-dir={CACHE}", *workerd_flags]),
    }


def run(*args: str, project: Path, private: Path, timeout_s: float = TIMEOUT_S) -> str:
    """What it prints; WranglerFailed with all it printed when it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = Guarded(command(*args), cwd=project, env=environment(private), out=out, err=err)
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            process.stop()
        printed, complaints = _content(out), _content(err)
    if code != 0:
        reason = f"took more than {timeout_s:.0f} s" if code is None else f"ended with {code}"
        raise WranglerFailed(f"wrangler {' '.join(args)} {reason}:\n{printed}{complaints}")
    return printed


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
