"""The Worker for a person at work: reloads at each edit, shows its log, ends with Ctrl-C."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tools.fakes import Fakes
from tools.fakes.server import FakeServer
from tools.fakes.smtp import MailServer
from tools.runtime import devvars
from tools.runtime.locations import ROOT, RuntimeNotReady
from tools.runtime.process import is_port_free
from tools.runtime.worker import LocalWorker

STATE = ROOT / ".wrangler/state"
DEFAULT_PORT = 8787
HEALTH_TIMEOUT_S = 60.0
MAIL_DOMAIN = "desk.sample.example"
TRIAL = "+33199000100"


def run(port: int, *, is_fresh: bool, is_seeded: bool, has_fakes: bool = False) -> None:
    if not is_port_free(port):
        raise RuntimeNotReady(f"Port {port} is in use: end what listens there, or choose another with --port.")
    if is_fresh:
        shutil.rmtree(STATE, ignore_errors=True)
    if devvars.write_if_missing(ROOT):
        _say("Wrote .dev.vars with secrets of its own.")
    log_path = ROOT / f".wrangler/dev-{port}.log"
    log_path.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        fakes, authority = _fakes_in(stack) if has_fakes else ({}, None)
        worker = LocalWorker(port, STATE, snapshot=False, additional=fakes, log_path=log_path, authority=authority)
        _say("Applying the database's migrations.")
        worker.migrate()
        _say("Starting the Worker; its first answer takes some ten seconds.")
        stack.enter_context(worker)
        _wait_until_healthy(worker)
        if is_seeded:
            subprocess.run([sys.executable, "-m", "tools.seed", "--url", worker.url], cwd=ROOT, check=True)
        _say(ready_line(worker.url, worker.port, is_seeded=is_seeded))
        _show_log(worker)


def _fakes_in(stack: contextlib.ExitStack) -> tuple[Mapping[str, str], Path]:
    """The settings that .dev.vars leave open, every vendor on loopback; and the authority to trust."""
    server = stack.enter_context(FakeServer(Fakes()))
    mail_server = stack.enter_context(MailServer(server.fakes.mailbox))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    _say(f'A business\'s own mail server: {{"host": "localhost", "port": {mail_server.port}, ...}} as smtp credentials')
    origins = f"{server.origin},{mail_server.origin}"
    return {**_settings_for(server), "DEV_OUTBOUND_ORIGINS": origins}, mail_server.write_authority(folder)


def _settings_for(server: FakeServer) -> Mapping[str, str]:
    own = devvars.read(ROOT)
    sender = "+33199000000"
    server.fakes.twilio.add_account(own["TWILIO_ACCOUNT_SID"], own["TWILIO_AUTH_TOKEN"], numbers=[sender, TRIAL])
    _say(f"The vendors are fakes; what they hold: {server.origin}/state, your webhooks: {server.origin}/receiver/NAME")
    keys = {
        "RESEND_API_KEY": "re_fakes",
        "MAIL_FROM": "Coccinelle <desk@sample.example>",
        "MAIL_DOMAIN": MAIL_DOMAIN,
        "TWILIO_SENDER": sender,
    }
    keys["TRIAL_NUMBER"] = TRIAL
    for vendor in ("GOOGLE", "MICROSOFT"):
        keys |= {f"{vendor}_CLIENT_ID": "fakes", f"{vendor}_CLIENT_SECRET": "fakes"}
    return {**keys, **server.fakes.variables(server.origin)}


def ready_line(url: str, port: int, *, is_seeded: bool) -> str:
    """The one line that says where it runs and what to try next."""
    elsewhere = "" if port == DEFAULT_PORT else f" --url {url}"
    call = f".venv/bin/python -m tools.call --to +33199001234{elsewhere}"
    following = call if is_seeded else f".venv/bin/python -m tools.seed{elsewhere}, then {call}"
    return f"Ready: {url} (API at {url}/docs); next: {following}; Ctrl-C ends it."


def _wait_until_healthy(worker: LocalWorker) -> None:
    end = time.monotonic() + HEALTH_TIMEOUT_S
    answer = ""
    while time.monotonic() < end and worker.is_running():
        try:
            urllib.request.urlopen(f"{worker.url}/healthz", timeout=HEALTH_TIMEOUT_S).close()
        except urllib.error.HTTPError as error:
            answer = error.read().decode(errors="replace")
        except OSError as error:
            answer = str(error)
        else:
            return
        time.sleep(0.5)
    raise RuntimeNotReady(f"The Worker runs but is not well, see {worker.log_path}; /healthz said: {answer[:2000]}")


def _show_log(worker: LocalWorker) -> None:
    with worker.log_path.open("rb") as log:
        log.seek(0, 2)
        while worker.is_running():
            if lines := log.read():
                sys.stdout.buffer.write(lines)
                sys.stdout.flush()
            else:
                time.sleep(0.2)
    raise RuntimeNotReady(f"The Worker ended by itself, see {worker.log_path}.")


def _say(sentence: str) -> None:
    print(sentence, flush=True)
