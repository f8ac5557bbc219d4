"""Scripted calls: what the caller says, and what has to be heard; tools/call.py tells the format."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from tools.caller.document import CallFailed
from tools.caller.platform import PlatformCall
from tools.caller.session import TRANSFER_RESULTS, SimulatedCall

AnyCall = SimulatedCall | PlatformCall

Kind = Literal["caller", "heard", "unheard", "transfer", "transfer-result", "hangup"]
_OVER = re.compile(r"(.+?) /over ([0-9]{1,3}) (.+)")
_DROP = re.compile(r"(?:(.+) )?/drop(?: ([0-9]{1,3}))?")
_PARTLY = re.compile(r"(.+) /partly")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Step:
    line: int
    kind: Kind
    text: str = ""


class ScriptError(Exception):
    """The script itself cannot be read."""


class ExpectationFailed(Exception):
    """The call went another way than the script says."""

    def __init__(self, step: Step, message: str, words: list[str]) -> None:
        actual = " ".join(words) or "(nothing)"
        super().__init__(f"line {step.line}: {message}\n  the agent's last words: {actual}")
        self.line = step.line


def parse(text: str) -> list[Step]:
    steps = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line and not line.startswith("#"):
            steps.append(_step(number, line))
    return steps


def run(call: AnyCall, steps: list[Step], max_turns: int = 50) -> None:
    """Starts the call and plays the script; the caller hangs up at its end. Raises ExpectationFailed."""
    call.start()
    turns = 0
    was_transfer_seen = False
    for step in steps:
        if (
            call.waits_for == "Dial"
            and step.text not in ("/take", "/decline")
            and _passes_over_transfer(step, was_transfer_seen)
        ):
            call.transfer_result("no-answer")
        if step.kind == "caller":
            turns += 1
            if turns > max_turns:
                raise ScriptError(f"line {step.line}: the script has more than {max_turns} turns")
            _act(call, step)
        elif step.kind == "transfer-result":
            if call.waits_for != "Dial":
                raise ExpectationFailed(step, "no transfer is running", call.words)
            call.transfer_result(step.text)
        else:
            _expect(call, step)
        was_transfer_seen = step.kind == "transfer"
    if call.waits_for == "Dial":
        call.transfer_result("no-answer")
    call.hang_up()


def matches(pattern: str, words: str) -> bool:
    """Without regard to case and accents; /.../ is a regular expression."""
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        return re.search(_plain(pattern[1:-1]), _plain(words), re.IGNORECASE) is not None
    return _plain(pattern).casefold() in _plain(words).casefold()


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def _step(number: int, line: str) -> Step:
    mark, text = line[0], line[1:].strip()
    if mark == ">":
        return Step(number, "caller", text)
    if mark in "<!" and text:
        _check_pattern(number, text)
        return Step(number, "heard" if mark == "<" else "unheard", text)
    if mark == "@":
        name, _, argument = text.partition(" ")
        argument = argument.strip()
        if name == "hangup" and not argument:
            return Step(number, "hangup")
        if name == "transfer" and _NUMBER.fullmatch(argument):
            return Step(number, "transfer", argument)
        if name == "transfer-result" and argument in TRANSFER_RESULTS:
            return Step(number, "transfer-result", argument)
    raise ScriptError(f"line {number}: cannot be read: {line[:80]!r}")


def _check_pattern(number: int, text: str) -> None:
    try:
        matches(text, "")
    except re.error as error:
        raise ScriptError(f"line {number}: not a regular expression: {error}") from error


def _passes_over_transfer(step: Step, was_transfer_seen: bool) -> bool:
    """Whether the script goes on without a word on how the transfer ends; then nobody answers it."""
    if step.kind == "caller":
        return step.text != "/hangup"
    return was_transfer_seen and step.kind in ("heard", "unheard", "hangup")


def _act(call: AnyCall, step: Step) -> None:
    if call.is_over:
        raise ExpectationFailed(step, "the call is over, nobody listens", call.words)
    act(call, step.text)


def act(call: AnyCall, text: str) -> None:
    """One line of a caller: words, #keys, nothing for silence, /hangup."""
    if text == "/hangup":
        call.hang_up()
    elif found := _DROP.fullmatch(text):
        _by_documents(call).drop((found[1] or "").strip(), int(found[2] or 0))
    elif found := _PARTLY.fullmatch(text):
        _by_documents(call).say_partly(found[1].strip())
    elif text in ("/take", "/decline"):
        _by_documents(call).pick_up("1" if text == "/take" else "")
    elif found := _OVER.fullmatch(text):
        _by_documents(call).say_over(found[1].strip(), int(found[2]), found[3].strip())
    elif re.fullmatch(r"#[0-9*#]+", text):
        call.press(text[1:])
    elif text:
        call.say(text)
    else:
        call.silence()


def _by_documents(call: AnyCall) -> SimulatedCall:
    if isinstance(call, PlatformCall):
        raise CallFailed("this is for a call of Twilio's")
    return call


def _expect(call: AnyCall, step: Step) -> None:
    if step.kind in ("transfer", "hangup") and isinstance(call, SimulatedCall):
        call.await_end()
    words = " ".join(call.words)
    if step.kind == "heard" and not matches(step.text, words):
        raise ExpectationFailed(step, f"expected to hear {step.text!r}", call.words)
    if step.kind == "unheard" and matches(step.text, words):
        raise ExpectationFailed(step, f"did not expect to hear {step.text!r}", call.words)
    if step.kind == "hangup" and not call.is_over:
        raise ExpectationFailed(step, "expected the agent to hang up", call.words)
    if step.kind == "transfer" and (call.waits_for != "Dial" or call.dialled != step.text):
        actual = call.dialled if call.waits_for == "Dial" else "no transfer"
        raise ExpectationFailed(step, f"expected a transfer to {step.text}, not {actual}", call.words)
