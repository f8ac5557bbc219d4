"""python -m tools.fakes [--port 8788]: the vendors on loopback, until Ctrl-C."""

import argparse
import threading

from tools.fakes.desk import Fakes
from tools.fakes.server import FakeServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.fakes")
    parser.add_argument("--port", type=int, default=8788)
    with FakeServer(Fakes(), parser.parse_args().port) as server:
        for name, value in server.fakes.variables(server.origin).items():
            print(f"{name}={value}")
        print(f"What they hold: {server.origin}/state; Ctrl-C ends them.", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
