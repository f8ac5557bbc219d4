"""Runs one command in its own process group and ends the whole group when standard input closes.

The parent holds the other end of that pipe and the system closes it however the parent ends, SIGKILL included.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE_S = 5.0


def main(command: list[str]) -> None:
    signal.signal(signal.SIGTERM, _outlive_the_group)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_parent, args=(child,), daemon=True).start()
    code = child.wait()
    os.killpg(0, signal.SIGTERM)
    sys.exit(code if code >= 0 else 128 - code)


def _end_with_parent(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.killpg(0, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_S)
    os.killpg(0, signal.SIGKILL)  # this process is one of the group


def _outlive_the_group(_number: int, _frame: object) -> None:
    """The group's SIGTERM is for the others."""


if __name__ == "__main__":
    main(sys.argv[1:])
