"""The local runtime's commands: `dev`, `bundle`, `wrangler`."""

import argparse
import os
import signal
import subprocess
import sys

from tools.runtime import bundle, dev, wrangler
from tools.runtime.locations import ROOT, RuntimeNotReady
from tools.runtime.worker import WorkerDidNotStart


def main() -> int:
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell starts background commands with SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    try:
        _run(sys.argv[1:])
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    except subprocess.CalledProcessError as error:
        return error.returncode
    except (RuntimeNotReady, WorkerDidNotStart, wrangler.WranglerFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(args: list[str]) -> None:
    if args[:1] == ["wrangler"]:  # its options are not ours to read
        command = wrangler.command(*args[1:])
        os.execve(command[0], command, wrangler.environment(ROOT / ".wrangler/command"))
    asked = _parser().parse_args(args)
    if asked.command == "bundle":
        bundle.ensure()
    else:
        dev.run(asked.port, is_fresh=asked.fresh, is_seeded=asked.seed, has_fakes=asked.fakes)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.runtime")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("bundle", help="build the Pyodide bundle, once for each version")
    commands.add_parser("wrangler", help="any command of wrangler, on this machine only")
    start = commands.add_parser("dev", help="run the Worker until Ctrl-C")
    start.add_argument("--port", type=int, default=dev.DEFAULT_PORT)
    start.add_argument("--fresh", action="store_true", help="forget the local database, files and queues first")
    start.add_argument("--seed", action="store_true", help="put the demonstration data in")
    start.add_argument("--fakes", action="store_true", help="stand-ins for every vendor, on loopback")
    return parser


if __name__ == "__main__":
    sys.exit(main())
