"""The fakes over HTTP on loopback, for a Worker that cannot be handed a Python object."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

from tools.fakes.desk import Fakes

HANG_S = 12.0  # longer than anybody waits


class Served(Protocol):
    def handle(self, request: httpx.Request) -> httpx.Response: ...
    def state(self) -> Any: ...


class LoopbackServer:
    """Stops by itself at the end of its `with`; a call that hangs ends then too."""

    def __init__(self, served: Served, port: int = 0) -> None:
        self._served = served
        self.delays_s: dict[str, float] = {}  # by vendor: how long an answer takes
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        served, stopped, delays_s = self._served, self._stopped, self.delays_s
        lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes: the second would wait for an ACK

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if self.path == "/state":
                    self._send(httpx.Response(200, json=served.state()))
                    return
                url = f"http://{self.headers.get('host', '127.0.0.1')}{self.path}"
                request = httpx.Request(self.command, url, headers=list(self.headers.items()), content=body)
                stopped.wait(delays_s.get(self.path.split("/")[1], 0.0))
                try:
                    with lock:
                        answer = served.handle(request)
                except httpx.ReadTimeout:
                    stopped.wait(HANG_S)
                    self.close_connection = True
                    return
                self._send(answer)

            def _send(self, answer: httpx.Response) -> None:
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in ("content-length", "transfer-encoding"):
                        self.send_header(name, value)
                if answer.status_code != 204:
                    self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        return Handler


class FakeServer(LoopbackServer):
    """All vendors."""

    def __init__(self, fakes: Fakes, port: int = 0) -> None:
        super().__init__(fakes, port)
        self.fakes = fakes
