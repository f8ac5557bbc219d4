"""One Worker under `wrangler dev`, for tests, benches and a person at work."""

import contextlib
import json
import os
import secrets
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from tools.runtime import bundle, config, snapshot, wrangler
from tools.runtime.locations import BUNDLE, ROOT, SNAPSHOTS
from tools.runtime.process import Guarded, free_port, is_alive

START_TIMEOUT_S = 120.0
_ANSWER_TIMEOUT_S = 15.0  # wrangler accepts a request before the Worker is there, and holds it
_FAILURES = ("✘", "runtime failed to start")
_GRACE_AFTER_FAILURE_S = 5.0
_LOG_TAIL = 6000


class WorkerDidNotStart(Exception):
    """The end of the Worker's log."""


class LocalWorker:
    """Several can run at once from one checkout: each has its own config, log and temporary files.

    `variables` stand in the place of the project's .dev.vars, which are read only where it is None; `additional`
    ones are for what those leave open. A snapshot makes later starts quick and hides edits: without one the Worker
    reloads when a file of src/ changes. `authority` is a certificate that its connections trust beside the public ones.
    """

    def __init__(
        self,
        port: int | None = None,
        persist_to: Path | None = None,
        *,
        snapshot: bool = True,
        variables: Mapping[str, str] | None = None,
        additional: Mapping[str, str] = MappingProxyType({}),
        log_path: Path | None = None,
        authority: Path | None = None,
        project: Path = ROOT,
    ) -> None:
        self.project = project.resolve()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.persist_to = (persist_to or self.project / ".wrangler/state").resolve()
        self.variables = variables
        self._additional = additional
        self._takes_snapshot = snapshot
        self._authority = authority
        self._private = _private_folder(self.project)
        self.log_path = log_path or self._private / "worker.log"
        self._process: Guarded | None = None

    def start(self) -> None:
        bundle.ensure()
        production = config.read(self.project / "wrangler.toml")
        self._write_configs(production)
        frozen = self._snapshot(production) if self._takes_snapshot else None
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            log_start = log.tell()
            self._process = Guarded(
                self._command(),
                cwd=self._private,
                env=wrangler.environment(self._private, frozen.flags if frozen else (), self._authority),
                out=log,
                err=log,
            )
        try:
            self._wait(log_start)
            if frozen:
                frozen.keep()
        except BaseException:
            self.stop()
            raise
        finally:
            if frozen:
                frozen.discard_scratch()

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()
        shutil.rmtree(self._private, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL to workerd and to the wrangler above it, between any two instructions; `restart` comes after."""
        if self._process is not None:
            self._process.kill()

    def restart(self) -> None:
        """The same port and state, in new processes."""
        if self._process is not None:
            self._process.stop()
        self.start()

    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running()

    def processes(self) -> list[Path]:
        """Their folders under /proc: its workerd, and the one in which wrangler's own proxy runs."""
        return sorted(self._process.members("workerd")) if self._process is not None else []

    def wrangler(self, *args: str) -> str:
        """Another wrangler command on the project; pass `--persist-to` where it concerns this Worker's state."""
        return wrangler.run(*args, project=self.project, private=self._private)

    def migrate(self) -> None:
        for database in config.read(self.project / "wrangler.toml").get("d1_databases", []):
            self.wrangler(
                *("d1", "migrations", "apply", database["database_name"]),
                *("--local", "--persist-to", str(self.persist_to)),
            )

    def scheduled(self, cron: str) -> str:
        """Runs the handler of one cron expression and waits for it."""
        query = urllib.parse.urlencode({"cron": cron})
        with urllib.request.urlopen(f"{self.url}/cdn-cgi/handler/scheduled?{query}", timeout=60) as answer:
            text: str = answer.read().decode()
            return text

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _write_configs(self, production: config.Config) -> None:
        # Here and not at the root: wrangler reads .dev.vars beside the config, and one config a run cannot be shared.
        self._private.mkdir(parents=True, exist_ok=True)
        local = config.localized(production, self.project, {**(self.variables or {}), **self._additional})
        (self._private / "wrangler.json").write_text(json.dumps(local, indent=1))
        standins = config.standins({**(self.variables or {}), **self._additional})
        (self._private / "standins.json").write_text(json.dumps(standins, indent=1))
        _link(self._private / "python_modules", self.project / "python_modules")
        if self.variables is None:
            _link(self._private / ".dev.vars", self.project / ".dev.vars")

    def _snapshot(self, production: config.Config) -> snapshot.Snapshot:
        source = (self.project / production["main"]).parent
        folders = [source, self.project / "python_modules"]
        return snapshot.choose(SNAPSHOTS, snapshot.key(config.frozen_part(production), folders, [BUNDLE]))

    def _command(self) -> list[str]:
        return wrangler.command(
            "dev",
            *("--config", str(self._private / "wrangler.json")),
            *("--config", str(self._private / "standins.json")),
            *("--ip", "127.0.0.1", "--port", str(self.port), "--inspector-port", "0"),
            *("--persist-to", str(self.persist_to), "--local", "--show-interactive-dev-session=false"),
        )

    def _wait(self, log_start: int) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end and self.is_running():
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=_ANSWER_TIMEOUT_S).close()
            except urllib.error.HTTPError:
                return  # which answer it is, is for the caller to judge
            except OSError:
                time.sleep(0.1)
            else:
                return
            if any(mark in self.log(log_start) for mark in _FAILURES):
                end = min(end, time.monotonic() + _GRACE_AFTER_FAILURE_S)
        raise WorkerDidNotStart(f"`wrangler dev` did not start:\n{self.log(log_start)[-_LOG_TAIL:]}")

    def log(self, start: int = 0) -> str:
        with self.log_path.open("rb") as log:
            log.seek(start)
            return log.read().decode(errors="replace")


def _private_folder(project: Path) -> Path:
    """Named by the process that uses it, so that what a killed one left can be told and removed."""
    folder = project / ".wrangler/instances"
    for left in folder.glob("*-*"):
        if not is_alive(int(left.name.partition("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
    return folder / f"{os.getpid()}-{secrets.token_hex(4)}"


def _link(link: Path, target: Path) -> None:
    if target.exists():
        with contextlib.suppress(FileExistsError):
            link.symlink_to(target)
