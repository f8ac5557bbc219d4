"""Where the local runtime finds its tools and keeps its files."""

import functools
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
NODE_MODULES = ROOT / "node_modules"
WRANGLER = NODE_MODULES / "wrangler/bin/wrangler.js"
CACHE = ROOT / ".cache/runtime"
BUNDLE = CACHE / "pyodide_dev.capnp.bin"
SNAPSHOTS = CACHE / "snapshots"

OLDEST_NODE = (22, 12)


class RuntimeNotReady(Exception):
    """What a person has to do first, in one sentence."""


def workerd() -> Path:
    found = next(iter(sorted(NODE_MODULES.glob("@cloudflare/workerd-*/bin/workerd"))), None)
    if found is None:
        raise RuntimeNotReady("node_modules holds no workerd for this system: run scripts/dev.sh or scripts/test.sh.")
    return found


@functools.cache
def node() -> Path:
    """The Node of package.json, or the system's own where that one did not install."""
    for candidate in (str(NODE_MODULES / ".bin/node"), shutil.which("node")):
        if candidate and _version(candidate) >= OLDEST_NODE:
            return Path(candidate)
    oldest = ".".join(map(str, OLDEST_NODE))
    raise RuntimeNotReady(
        f"No Node of {oldest} or newer: remove node_modules and run the script again, or install one."
    )


def _version(executable: str) -> tuple[int, int]:
    try:
        answer = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    found = re.match(r"v(\d+)\.(\d+)", answer)
    return (int(found[1]), int(found[2])) if found else (0, 0)
