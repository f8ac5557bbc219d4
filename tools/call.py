"""Calls an agent as Twilio would: signed requests, documents followed to the letter.

    python -m tools.call --to +33199001234 [--from +33639980001] [--url http://127.0.0.1:8787] [--script FILE] [--vapi]

With --vapi it is Vapi that holds the call: server messages, and completions asked of our model (the secret is
VAPI_WEBHOOK_SECRET, found as the account is).

By hand: a typed line is speech, "#1" presses a key ("#0639980002" several), an empty line is silence and
"/hangup" ends the call. The account is taken from --account-sid and --auth-token, else from the environment,
else from .dev.vars in the project's root (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN).

A script has one step a line:

    # comment
    > text                      the caller says text
    > #1                        presses keys
    >                           is silent
    > /hangup                   hangs up
    > text /over 4 text         over a socket: speaks over the answer, after four words of it
    > text /partly              over a socket: what is understood so far comes first, word by word
    > /drop                     over a socket: the network fails, and the call goes on
    > text /drop 1              over a socket: ... one frame into the answer
    > /take                     the human whom the call is put through to hears the whisper and presses 1
    > /decline                  ... hears it and presses nothing
    < pattern                   the agent's last words contain this (case and accents do not matter;
                                /.../ is a regular expression)
    ! pattern                   ... do not contain this
    @ transfer +33199001235     a transfer to this number has begun
    @ transfer-result busy      how it ends: completed, busy, no-answer, failed, canceled (unless said: no-answer)
    @ hangup                    the call is over

The agent's last words are all it said since the caller last did something. Exit code: 0 all holds,
1 an expectation failed, 2 a document or an answer that Twilio would refuse, a script that cannot be read
or settings that are missing.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from tools.caller.document import CallFailed
from tools.caller.platform import PlatformCall
from tools.caller.script import AnyCall, ExpectationFailed, ScriptError, Step, act, parse, run
from tools.caller.session import TRANSFER_RESULTS, SimulatedCall

_DEV_VARS = Path(__file__).resolve().parent.parent / ".dev.vars"


def main(argv: list[str] | None = None) -> int:
    arguments = _arguments(argv)
    account_sid = arguments.account_sid or _setting("TWILIO_ACCOUNT_SID")
    auth_token = arguments.auth_token or _setting("TWILIO_AUTH_TOKEN")
    if not account_sid or not auth_token:
        return _failed("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed: options, environment or .dev.vars")
    if arguments.vapi and not _setting("VAPI_WEBHOOK_SECRET"):
        return _failed("--vapi needs VAPI_WEBHOOK_SECRET, the same as the Worker's: environment or .dev.vars")
    try:
        steps = parse(Path(arguments.script).read_text(encoding="utf-8-sig")) if arguments.script else None
    except (OSError, UnicodeDecodeError, ScriptError) as error:
        return _failed(f"{arguments.script}: {error}")
    with _call(arguments, account_sid, auth_token) as call:
        return _outcome(call, steps, arguments.max_turns)


def _call(arguments: argparse.Namespace, account_sid: str, auth_token: str) -> AnyCall:
    if arguments.vapi:
        client = httpx.Client(base_url=arguments.url, timeout=30, trust_env=False)
        return PlatformCall(client, _setting("VAPI_WEBHOOK_SECRET") or "", arguments.to, arguments.from_)
    return SimulatedCall(arguments.url, arguments.to, arguments.from_, account_sid, auth_token, follow_fallback=True)


def _outcome(call: AnyCall, steps: list[Step] | None, max_turns: int) -> int:
    failure = 0
    try:
        if steps is None:
            _talk(call, max_turns)
        else:
            run(call, steps, max_turns)
    except ExpectationFailed as error:
        print(error, file=sys.stderr)
        failure = 1
    except (CallFailed, ScriptError, httpx.HTTPError) as error:
        failure = _failed(str(error))
    if failure:
        # The other side must not be left with a call that never ends.
        with contextlib.suppress(CallFailed):
            call.hang_up()
    if steps is not None:
        print("\n".join(call.transcript))
    return 2 if call.problems else failure


def _talk(call: AnyCall, max_turns: int) -> None:
    shown = 0
    turns = 0
    try:
        call.start()
        while not call.is_over:
            shown = _show(call, shown)
            if turns >= max_turns:
                print(f"[{max_turns} turns: hanging up]")
                call.hang_up()
            elif call.waits_for == "Dial":
                call.transfer_result(_ask_result())
            else:
                turns += 1
                _speak(call)
    finally:
        _show(call, shown)


def _show(call: AnyCall, shown: int) -> int:
    """Prints the new lines but not what the person at the keyboard typed."""
    for line in call.transcript[shown:]:
        if not line.startswith("caller: "):
            print(line, flush=True)
    return len(call.transcript)


def _speak(call: AnyCall) -> None:
    try:
        line = input("you> ").strip()
    except (EOFError, KeyboardInterrupt):
        line = "/hangup"
    act(call, line)


def _ask_result() -> str:
    while True:
        try:
            answer = input(f"transfer ends ({'/'.join(TRANSFER_RESULTS)}) [no-answer]> ").strip() or "no-answer"
        except (EOFError, KeyboardInterrupt):
            answer = "canceled"
        if answer in TRANSFER_RESULTS:
            return answer


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.call", description="Calls an agent as Twilio would.")
    parser.add_argument("--to", required=True, help="the agent's number, E.164")
    parser.add_argument("--from", dest="from_", default="+33639980001", help="the caller's number, or anonymous")
    parser.add_argument("--url", default="http://127.0.0.1:8787", help="the origin that Twilio would call")
    parser.add_argument("--script", help="plays this file instead of asking")
    parser.add_argument("--vapi", action="store_true", help="the call is held by Vapi")
    parser.add_argument("--account-sid")
    parser.add_argument("--auth-token")
    parser.add_argument("--max-turns", type=int, default=50)
    return parser.parse_args(argv)


def _setting(name: str) -> str | None:
    return os.environ.get(name) or _dev_vars().get(name)


def _dev_vars() -> Mapping[str, str]:
    if not _DEV_VARS.is_file():
        return {}
    found = {}
    for line in _DEV_VARS.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not name.lstrip().startswith("#"):
            found[name.strip()] = value.strip().strip("\"'")
    return found


def _failed(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
