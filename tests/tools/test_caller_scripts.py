"""Scripted calls and the command: what holds, what fails, and with which exit code."""

import json
import threading
import time
from pathlib import Path

import httpx
import pytest
from websockets.sync.server import ServerConnection, serve

from tests.support.twilio_desk import (
    ACCOUNT,
    ASK,
    ASK_AGAIN,
    BYE,
    DESK,
    FALLBACK,
    ORIGIN,
    STATUS,
    TOKEN,
    TURN,
    VOICE,
    Answer,
    Desk,
    ring,
)
from tools import call as cli
from tools.caller.document import CallFailed
from tools.caller.platform import PlatformCall
from tools.caller.relay import END_S
from tools.caller.script import ExpectationFailed, ScriptError, matches, parse, run

SCRIPT = """
# a whole call
< /bonjour.*ecoute/
! erreur
> Passez-moi quelqu'un
< je vous TRANSFÈRE
@ transfer +33639980002
@ transfer-result busy
< au revoir
@ hangup
"""


def transferring(**answers: Answer) -> Desk:
    dial = f'<Say>Je vous transfère.</Say><Dial action="{TURN}/done"><Number>+33639980002</Number></Dial>'
    return Desk({VOICE: ASK, TURN: dial, f"{TURN}/done": BYE} | answers)


def test_script_that_holds_passes() -> None:
    desk = transferring()
    run(ring(desk), parse(SCRIPT))
    assert desk.last(f"{TURN}/done")["DialCallStatus"] == "busy"


def test_transfer_the_script_says_nothing_of_is_not_answered() -> None:
    desk = transferring()
    run(ring(desk), parse("> aide\n@ transfer +33639980002\n< au revoir\n@ hangup"))
    assert desk.last(f"{TURN}/done")["DialCallStatus"] == "no-answer"


def test_caller_may_hang_up_during_a_transfer() -> None:
    desk = transferring()
    run(ring(desk), parse("> aide\n@ transfer +33639980002\n> /hangup\n@ hangup"))
    assert desk.last(f"{TURN}/done")["DialCallStatus"] == "canceled"


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("< bonsoir", 1),
        ("\n! bonjour", 2),
        ("# first\n@ hangup", 2),
        ("@ transfer +33639980002", 1),
        ("> aide\n@ transfer +33639980003", 2),
        ("@ transfer-result busy", 1),
        ("> /hangup\n> encore là", 2),
    ],
)
def test_broken_expectation_names_its_line(script: str, line: int) -> None:
    with pytest.raises(ExpectationFailed) as caught:
        run(ring(transferring()), parse(script))
    assert caught.value.line == line
    assert "last words" in str(caught.value)


@pytest.mark.parametrize(
    "script", ["bonjour", "<", "!", "< /(/", "@ dance", "@ transfer 0639980002", "@ transfer-result ok"]
)
def test_script_that_cannot_be_read_is_refused(script: str) -> None:
    with pytest.raises(ScriptError, match="line 1"):
        parse(script)


def test_words_match_without_case_accents_and_typography() -> None:
    assert matches("L'ete a ORLEANS", "C'est l’été à Orléans.")
    assert matches(r"/\d{2} h/", "à 09\u00a0h 30")
    assert not matches("hiver", "l'été")


def test_sample_scripts_can_be_read() -> None:
    samples = sorted((Path(cli.__file__).parent / "scripts").glob("*.txt"))
    names = ["message_fr.txt", "opening_hours_fr.txt", "relay_fr.txt", "transfer_fr.txt", "vapi_fr.txt"]
    assert [sample.name for sample in samples] == names
    assert all(parse(sample.read_text(encoding="utf-8")) for sample in samples)


def command(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, *options: str, typed: tuple[str, ...] = (), token: str = TOKEN
) -> int:
    lines = iter(typed)

    def answer(_: str) -> str:
        line = next(lines, None)
        if line is None:
            raise EOFError
        return line

    def client(base_url: str) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(desk), base_url=base_url)

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("tools.caller.exchange._client", client)
    return cli.main(["--to", DESK, "--url", ORIGIN, "--account-sid", ACCOUNT, "--auth-token", token, *options])


def test_command_plays_a_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "call.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    assert command(monkeypatch, transferring(), "--script", str(script)) == 0
    assert "agent: Je vous transfère." in capsys.readouterr().out
    script.write_text("< bonsoir", encoding="utf-8")
    desk = transferring()
    assert command(monkeypatch, desk, "--script", str(script)) == 1
    assert desk.last(STATUS)["CallStatus"] == "completed"
    assert "line 1: expected to hear 'bonsoir'" in capsys.readouterr().err
    script.write_text("< excuses\n@ hangup", encoding="utf-8")
    broken = Desk({VOICE: "<Dance/>", FALLBACK: "<Say>Nos excuses.</Say>"})
    assert command(monkeypatch, broken, "--script", str(script)) == 2
    assert "<Dance> is not a verb" in capsys.readouterr().out
    assert command(monkeypatch, broken, "--script", str(tmp_path / "missing")) == 2


def test_command_talks_with_the_keyboard(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    desk = transferring()
    assert command(monkeypatch, desk, typed=("aide", "maybe", "failed")) == 0
    assert desk.last(f"{TURN}/done")["DialCallStatus"] == "failed"
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "agent: Bonjour, je vous écoute."
    assert "[transfer to +33639980002]" in shown
    assert "caller: aide" not in shown


def test_command_hangs_up_at_the_end_of_input(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk({VOICE: ASK, TURN: ASK_AGAIN})
    assert command(monkeypatch, desk, typed=("un", "#2", "")) == 0
    assert [params.get("Digits") for path, params in desk.received if path == f"{TURN}?n=1"] == [None, "2"]
    assert desk.last(STATUS)["CallStatus"] == "completed"


def test_command_stops_after_its_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk({VOICE: ASK, TURN: ASK_AGAIN})
    assert command(monkeypatch, desk, "--max-turns", "2", typed=("un", "deux", "trois")) == 0
    assert len([path for path in desk.paths() if path.startswith(TURN)]) == 2


def test_command_fails_when_the_server_refuses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, Desk({VOICE: ASK, FALLBACK: BYE}), token="0" * 32) == 2
    assert "answered 403" in capsys.readouterr().err


def test_command_takes_the_account_from_dev_vars(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dev_vars = tmp_path / ".dev.vars"
    monkeypatch.setattr(cli, "_DEV_VARS", dev_vars)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["--to", DESK]) == 2
    assert "TWILIO_AUTH_TOKEN" in capsys.readouterr().err
    dev_vars.write_text(f'# local\nTWILIO_ACCOUNT_SID="{ACCOUNT}"\nTWILIO_AUTH_TOKEN = "{TOKEN}"\n', encoding="utf-8")
    desk = Desk({VOICE: BYE})
    monkeypatch.setattr(
        "tools.caller.exchange._client",
        lambda base_url: httpx.Client(transport=httpx.MockTransport(desk), base_url=base_url),
    )
    assert cli.main(["--to", DESK]) == 0
    assert desk.last(VOICE)["AccountSid"] == ACCOUNT
    monkeypatch.delenv("VAPI_WEBHOOK_SECRET", raising=False)
    capsys.readouterr()
    assert cli.main(["--to", DESK, "--vapi"]) == 2
    assert "VAPI_WEBHOOK_SECRET" in capsys.readouterr().err


def test_a_platform_that_is_refused_says_so() -> None:
    refusing = httpx.MockTransport(lambda _: httpx.Response(403, text="not that secret"))
    with (
        PlatformCall(httpx.Client(transport=refusing, base_url=ORIGIN), "wrong", DESK) as call,
        pytest.raises(CallFailed, match="answered 403: not that secret"),
    ):
        call.start()


def test_end_over_a_socket_may_come_long_after_the_last_word() -> None:
    def agent(socket: ServerConnection) -> None:
        socket.recv()  # setup
        socket.recv()  # the caller's words
        socket.send(json.dumps({"type": "text", "token": "Au revoir.", "last": True}))
        time.sleep(3 * END_S)
        socket.send(json.dumps({"type": "end", "handoffData": "{}"}))

    with serve(agent, "127.0.0.1", 0) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        relay = f'<Connect action="{TURN}"><ConversationRelay url="{url}" welcomeGreeting="Bonjour."/></Connect>'
        try:
            run(ring(Desk({VOICE: relay, TURN: "<Hangup/>"})), parse("> Merci\n< au revoir\n@ hangup"))
        finally:
            server.shutdown()
            serving.join()
