"""A headless Chromium of the system, driven by the DevTools protocol (chromedevtools.github.io/devtools-protocol)."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_S, WAIT_S = 30.0, 15.0
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0"),
)


def installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class PageError(Exception):
    """What went wrong in the page."""


class Page:
    """One tab. Every wait is bounded."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0
        self.problems: list[str] = []  # exceptions and refusals of the policy

    def call(self, method: str, **params: Any) -> Any:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=WAIT_S))
            if said.get("id") == self._count:
                if "error" in said:
                    raise PageError(said["error"]["message"])
                return said["result"]
            self._note(said)

    def _note(self, said: dict[str, Any]) -> None:
        if said.get("method") == "Runtime.exceptionThrown":
            self.problems.append(said["params"]["exceptionDetails"].get("text", "an exception"))
        entry = said.get("params", {}).get("entry", {})
        if said.get("method") == "Log.entryAdded" and entry.get("level") == "error":
            self.problems.append(entry.get("text", ""))

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression; promises are awaited."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise PageError(result["exceptionDetails"].get("exception", {}).get("description", "an exception"))
        return result["result"].get("value")

    def wait_for(self, script: str) -> Any:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            with suppress(PageError):  # between one document and the next there is none
                if value := self.run(f"Boolean({script})"):
                    return value
            time.sleep(0.05)
        raise PageError(f"not within {WAIT_S} s: {script}; the page says: {self.text()[:300]}")

    def wait_for_text(self, text: str) -> None:
        self.wait_for(f"document.body.innerText.includes({json.dumps(text)})")

    def text(self) -> str:
        return str(self.run("document.body.innerText"))

    def click(self, text: str) -> None:
        """The button, link or choice that says so."""
        wanted = json.dumps(text)
        find = f"[...document.querySelectorAll('button, a, label')].find((one) => one.innerText.trim().startsWith({wanted}))"
        self.wait_for(find)
        self.run(f"{find}.click()")

    def fill(self, name: str, value: str) -> None:
        self.run(f"document.getElementById({json.dumps(name)}).focus()")
        self.call("Input.insertText", text=value)

    def press(self, key: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def resize(self, width: int, height: int, *, is_phone: bool) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if is_phone else 1,
            mobile=is_phone,
        )

    def set_zone(self, zone: str) -> None:
        self.call("Emulation.setTimezoneOverride", timezoneId=zone)

    def tree(self) -> list[tuple[str, str]]:
        """(role, name) of everything that a screen reader finds."""
        self.call("Accessibility.enable")
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (str(node.get("role", {}).get("value", "")), str(node.get("name", {}).get("value", "")))
            for node in nodes
            if not node.get("ignored")
        ]

    def screenshot(self, path: Path) -> None:
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browser(binary: str) -> Iterator[Page]:
    """Ends with the block, with everything it started."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [binary, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = _port(Path(folder), process)
            tabs = httpx.get(f"http://127.0.0.1:{port}/json", timeout=10, trust_env=False).json()
            address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
            with connect(address, max_size=None, proxy=None) as socket:
                page = Page(socket)
                for domain in ("Page", "Runtime", "Log"):
                    page.call(f"{domain}.enable")
                yield page
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _port(folder: Path, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        file = folder / "DevToolsActivePort"
        if file.exists() and (lines := file.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.05)
    raise PageError("the browser did not start")
