"""What goes wrong while it runs, one after another; each undoes itself."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable

import httpx

from tools.fakes.models import Reply
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows

LOCKED_S = 3.0


class Faults:
    def __init__(self, worker: LocalWorker, vendors: FakeServer) -> None:
        self._worker = worker
        self._vendors = vendors
        self.done: list[str] = []

    def run(self, stopped: threading.Event, apart_s: float) -> None:
        for name, fault in self._all():
            if stopped.wait(apart_s):
                return
            fault()
            self.done.append(name)

    def _all(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        fakes, cut = self._vendors.fakes, Reply("Oui, ", is_cut=True)
        return (
            ("the carrier takes 3 s for each text", lambda: self._slowly("twilio", 3.0)),
            ("the carrier answers 503, thirty times", lambda: fakes.fail("twilio", times=30)),
            (
                "the carrier takes texts and does not say so, three times",
                lambda: fakes.hang("twilio", times=3, after_effect=True),
            ),
            ("the model answers 503, thirty times", lambda: fakes.fail("openai", times=30)),
            (
                "the model breaks off in the middle, ten times",
                lambda: fakes.openai.script.extend([cut] * 10),
            ),
            ("mail is down, thirty times", lambda: fakes.fail("resend", times=30)),
            ("the database fails before it commits, twenty times", lambda: self._in_worker("before")),
            ("the database commits and its answer is lost, twenty times", lambda: self._in_worker("after")),
            ("messages come from the queue once more, twenty times", lambda: self._in_worker("again")),
            (f"the database takes no write for {LOCKED_S:.0f} s", self._lock),
            ("the Worker is killed and started again", self._kill),
            ("the Worker is killed and started again, once more", self._kill),
        )

    def _in_worker(self, fault: str) -> None:
        """See bench/probe_entry.py."""
        httpx.get(f"{self._worker.url}/bench/{fault}?times=20", timeout=30, trust_env=False).raise_for_status()

    def _slowly(self, vendor: str, seconds: float) -> None:
        self._vendors.delays_s[vendor] = seconds
        threading.Timer(8.0, lambda: self._vendors.delays_s.pop(vendor, None)).start()

    def _lock(self) -> None:
        with contextlib.closing(sqlite3.connect(rows.file_of(self._worker.persist_to), timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED_S)
            other.rollback()

    def _kill(self) -> None:
        self._worker.kill()
        self._worker.restart()
