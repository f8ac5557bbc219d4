"""The Pyodide bundle that workerd would fetch, built from the npm package of the same version."""

import hashlib
import subprocess

from tools.runtime.locations import BUNDLE, HERE, NODE_MODULES, RuntimeNotReady, node

BUILDER = HERE / "build-bundle.mjs"
STAMP = BUNDLE.with_suffix(".stamp")


def ensure() -> None:
    wanted = _stamp()
    if BUNDLE.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    BUNDLE.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([node(), BUILDER, NODE_MODULES / "pyodide", BUNDLE], check=True, timeout=120)
    STAMP.write_text(wanted)


def _stamp() -> str:
    package = NODE_MODULES / "pyodide/package.json"
    if not package.exists():
        raise RuntimeNotReady("node_modules holds no pyodide: run scripts/dev.sh or scripts/test.sh first.")
    return hashlib.sha256(package.read_bytes() + BUILDER.read_bytes()).hexdigest()
