"""The way to the Worker, as the edge and the providers see it: what was asked, how long it took, what failed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

PATIENCE_S = 30.0  # Twilio repeats, and the edge waits for a new isolate, for about as long
_PAUSE_S = 0.25


@dataclass
class Log:
    """What everybody sent, to be compared with what is stored; safe to write from many threads."""

    spent_ms: dict[str, list[float]] = field(default_factory=dict)  # by kind of request
    errors: list[str] = field(default_factory=list)
    repeats: int = 0
    calls: dict[str, int] = field(default_factory=dict)  # CallSid: turns that were answered
    unanswered: list[str] = field(default_factory=list)  # callers who heard nothing
    apologies: list[str] = field(default_factory=list)  # calls that were asked to say it again
    texts: dict[str, str] = field(default_factory=dict)  # MessageSid: who wrote
    founded: dict[str, bool] = field(default_factory=dict)  # e-mail: whether onboarding was completed
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, ms: float) -> None:
        with self._lock:
            self.spent_ms.setdefault(kind, []).append(ms)

    def failed(self, what: str) -> None:
        with self._lock:
            self.errors.append(what)

    def apologized(self, call: str) -> None:
        with self._lock:
            self.apologies.append(call)

    def repeated(self) -> None:
        with self._lock:
            self.repeats += 1


class Patient(httpx.BaseTransport):
    """Repeats what got no answer at all, byte for byte, as a provider does; an answer is an answer."""

    def __init__(self, log: Log, kind_of: Callable[[httpx.Request], str]) -> None:
        self._inner = httpx.HTTPTransport(verify=False, limits=httpx.Limits(max_keepalive_connections=2))
        self._log = log
        self._kind_of = kind_of

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        began = time.perf_counter()
        while True:
            asked = time.perf_counter()
            try:
                response = self._inner.handle_request(request)
                response.read()
            except httpx.TransportError:
                if time.perf_counter() - began > PATIENCE_S:
                    raise
                self._log.repeated()
                time.sleep(_PAUSE_S)
                continue
            if response.status_code == 503 and self._may_repeat(request) and time.perf_counter() - began < PATIENCE_S:
                self._log.repeated()
                time.sleep(_PAUSE_S)
                continue
            self._log.note(self._kind_of(request), (time.perf_counter() - asked) * 1000)
            if response.status_code >= 500:
                self._log.failed(f"{response.status_code} {request.method} {request.url.path}")
            return response

    def _may_repeat(self, request: httpx.Request) -> bool:
        """Webhooks are repeated by who sent them; a client repeats a read, and a write that carries a key."""
        is_webhook = request.url.path.startswith("/webhooks/")
        return is_webhook or request.method in ("GET", "PUT", "PATCH") or "idempotency-key" in request.headers

    def close(self) -> None:
        self._inner.close()
