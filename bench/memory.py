"""What the local Worker's processes hold, and what the Worker's own isolate still holds after a collection."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from tools.runtime import LocalWorker

_LISTENING = "0A"


def resident_bytes(worker: LocalWorker) -> int:
    """Of its workerd and the one of wrangler's proxy together."""
    pages = sum(int((folder / "statm").read_text().split()[1]) for folder in worker.processes())
    return pages * os.sysconf("SC_PAGE_SIZE")


def kept_bytes(worker: LocalWorker) -> int:
    """Of JavaScript objects, after everything that nobody refers to has been collected.

    Through the inspector of workerd (chromedevtools.github.io/devtools-protocol/v8); Python's own memory is not in it.
    """
    with connect(_inspector(worker), max_size=None, compression=None, proxy=None) as socket:

        def call(number: int, method: str) -> Any:
            socket.send(json.dumps({"id": number, "method": method}))
            while (said := json.loads(socket.recv(timeout=30))).get("id") != number:
                pass
            return said["result"]

        call(1, "HeapProfiler.enable")
        call(2, "HeapProfiler.collectGarbage")
        return int(call(3, "Runtime.getHeapUsage")["usedSize"])


def _inspector(worker: LocalWorker) -> str:
    for folder in worker.processes():
        for port in _ports(folder):
            with suppress(httpx.HTTPError, ValueError):
                found = httpx.get(f"http://127.0.0.1:{port}/json", timeout=2, trust_env=False).json()
                for one in found if isinstance(found, list) else ():
                    if one["id"].startswith("core:user:coccinelle"):
                        return str(one["webSocketDebuggerUrl"])
    raise LookupError("The Worker's inspector was not found.")


def _ports(folder: Path) -> Iterator[int]:
    """On which the process listens (proc(5), /proc/net/tcp)."""
    opened = set()
    for file in (folder / "fd").glob("*"):
        with suppress(OSError):
            opened |= set(re.findall(r"^socket:\[(\d+)\]$", str(file.readlink())))
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == _LISTENING and fields[9] in opened:
            yield int(fields[1].partition(":")[2], 16)
