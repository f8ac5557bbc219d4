"""The bridge between fetch and ASGI, on workerd: bodies, streams, sockets, and what fails."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.support.patience import PATIENT
from tests.worker.probes import probe
from tools.runtime import LocalWorker

WHOLE = {"Accept-Encoding": "identity"}
DISPOSED = "already been destroyed"


def seen(client: httpx.Client) -> list[Any]:
    """What the application met after its answer, as soon as there is something."""
    for _ in range(50):
        met: list[Any] = client.get("/seen").json()
        if met:
            return met
        time.sleep(0.1)
    raise AssertionError("nothing within 5 s")


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorker]:
    with probe(tmp_path_factory.mktemp("probe"), Path(__file__).parent / "probe/entry.py") as worker:
        yield worker


@pytest.fixture
def client(probed: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=probed.url, **PATIENT) as given:
        given.get("/seen")  # forgets what earlier tests left
        yield given


@pytest.fixture
def socket_url(client: httpx.Client) -> str:
    return str(client.base_url).replace("http", "ws").rstrip("/")


@pytest.mark.parametrize("body", [b"", b"x", bytes(range(256)) * 4000])
def test_a_body_arrives_as_it_was_sent(client: httpx.Client, body: bytes) -> None:
    assert client.post("/echo", content=body).content == body


def test_a_body_in_pieces_arrives_whole(client: httpx.Client) -> None:
    assert client.post("/echo", content=(b"%d" % (n % 10) for n in range(1000))).content == b"0123456789" * 100


def test_the_address_is_not_rewritten(client: httpx.Client) -> None:
    shown = client.get("/scope/caf%C3%A9%2Fx?a=%2B33&b=a+b&c=%C3%A9&d=").json()
    assert shown == {
        "path": "/scope/café/x",
        "raw_path": "/scope/caf%C3%A9%2Fx",
        "query": "a=%2B33&b=a+b&c=%C3%A9&d=",
        "method": "GET",
        "server": client.base_url.netloc.decode(),
        "scheme": "http",
    }


def test_cookies_stay_apart(client: httpx.Client) -> None:
    assert client.get("/cookies").headers.get_list("set-cookie") == ["a=1; Path=/", "b=2, 3; Path=/"]


def test_an_answer_without_a_body(client: httpx.Client) -> None:
    answer = client.get("/nothing")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_stream_of_nothing_is_an_answer_without_a_body(client: httpx.Client) -> None:
    answer = client.get("/stream-of-nothing")
    assert (answer.status_code, answer.content) == (204, b"")


def test_an_answer_to_head_has_the_headers_only(client: httpx.Client) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "text/plain", b"")


def test_a_header_in_utf_8_arrives_as_it_was_sent(client: httpx.Client) -> None:
    assert client.get("/header", headers={b"x-name": "Zoé €".encode()}).text == "Zoé €"


def test_work_goes_on_after_the_answer(client: httpx.Client) -> None:
    assert client.get("/later").text == "answered"
    assert seen(client) == ["done later"]


def test_a_stream_arrives_while_it_is_made(client: httpx.Client) -> None:
    began, arrivals = time.monotonic(), []
    with client.stream("GET", "/stream", headers=WHOLE) as answer:
        text = ""
        for piece in answer.iter_text():
            text += piece
            arrivals.append(time.monotonic() - began)
    assert text == "0;1;2;3;4;end"
    assert len(arrivals) > 2
    assert arrivals[-1] - arrivals[0] > 0.5


def test_a_client_that_leaves_a_stream_disturbs_nobody(client: httpx.Client) -> None:
    for _ in range(3):
        with client.stream("GET", "/stream", headers=WHOLE) as answer:
            next(answer.iter_raw())
    time.sleep(1.2)
    assert client.get("/").text == "ok"


@pytest.mark.parametrize("path", ["/raise", "/silent"])
def test_a_failure_before_the_answer_is_the_requests_own(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 500
    assert client.get("/").text == "ok"


def test_an_answer_that_breaks_off_is_not_taken_for_whole(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError), client.stream("GET", "/breaks", headers=WHOLE) as answer:
        answer.read()
    assert client.get("/").text == "ok"


def test_sockets_echo_text_and_bytes(socket_url: str) -> None:
    with connect(f"{socket_url}/ws", proxy=None) as socket:
        for number in range(3):
            socket.send(f"é{number}")
            assert socket.recv(timeout=10) == f"echo:é{number}"
        socket.send(b"\x00\x01\xff")
        assert socket.recv(timeout=10) == b"\xff\x01\x00"


def test_a_subprotocol_is_agreed_on(socket_url: str) -> None:
    with connect(f"{socket_url}/ws", subprotocols=["relay.v1"], proxy=None) as socket:  # type: ignore[list-item]
        assert socket.subprotocol == "relay.v1"


@pytest.mark.parametrize(("asked", "code"), [("close", 4000), ("raise", 1011)])
def test_the_application_ends_a_socket(probed: LocalWorker, socket_url: str, asked: str, code: int) -> None:
    with connect(f"{socket_url}/ws", proxy=None) as socket:
        socket.send(asked)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code
    time.sleep(0.3)  # the client's own close frame arrives after the application has ended
    assert DISPOSED not in probed.log()


def _closes(socket: ClientConnection) -> None:
    socket.close(4123, "à demain")


def _vanishes(socket: ClientConnection) -> None:
    socket.socket.shutdown(SHUT_RDWR)


@pytest.mark.parametrize(("leaves", "code"), [(_closes, 4123), (_vanishes, 1006)])
def test_the_client_ends_a_socket(
    client: httpx.Client, socket_url: str, leaves: Callable[[ClientConnection], None], code: int
) -> None:
    with connect(f"{socket_url}/ws", proxy=None) as socket:
        socket.send("é")
        socket.recv(timeout=10)
        leaves(socket)
    [met] = seen(client)
    assert met[0] == code
    assert met[1] == "à demain" or code == 1006


def test_a_message_after_the_close_is_an_os_error(client: httpx.Client, socket_url: str) -> None:
    with connect(f"{socket_url}/ws", proxy=None) as socket:
        socket.send("late")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)
    assert seen(client) == ["refused"]


def test_a_refused_socket_is_a_403(socket_url: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(f"{socket_url}/refused", proxy=None):
        pass
    assert refused.value.response.status_code == 403


def test_twenty_sockets_at_once_are_not_mixed_up(socket_url: str) -> None:
    def talk(name: int) -> list[str | bytes]:
        with connect(f"{socket_url}/ws", proxy=None) as socket:
            heard = []
            for turn in range(5):
                socket.send(f"{name}-{turn}")
                heard.append(socket.recv(timeout=20))
            return heard

    with ThreadPoolExecutor(20) as pool:
        talks = list(pool.map(talk, range(20)))
    assert talks == [[f"echo:{name}-{turn}" for turn in range(5)] for name in range(20)]
