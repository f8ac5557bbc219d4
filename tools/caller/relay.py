"""The caller's leg of a ConversationRelay: frames as Twilio sends them, over a real socket."""

import json
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from socket import SHUT_RDWR
from typing import Any
from xml.etree.ElementTree import Element

from twilio.request_validator import RequestValidator
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tools.caller.document import HTTP_FAILURE, BadAnswer, CallFailed

ANSWER_S = 20.0  # nobody listens to silence for longer
END_S = 0.3  # within which an end usually follows the last word; `until_end` waits for one that is expected
_KINDS = frozenset({"text", "play", "sendDigits", "language", "end"})


class RelayLeg:
    """`ended` is what Twilio tells the action once the socket has closed, None while it is open."""

    def __init__(self, relay: Element, auth_token: str, setup: Mapping[str, str]) -> None:
        self._url = relay.attrib["url"]
        self.session_id = f"VX{uuid.uuid4().hex}"
        signature = RequestValidator(auth_token).compute_signature(self._url, {})
        self._open = ExitStack()
        headers = {"X-Twilio-Signature": str(signature)}
        try:
            self._socket: ClientConnection = self._open.enter_context(
                connect(self._url, additional_headers=headers, proxy=None, close_timeout=2)
            )
        except InvalidStatus as error:
            raise BadAnswer(HTTP_FAILURE, f"the socket was answered {error.response.status_code}") from error
        self.language = relay.get("language", "en-US")
        self.ended: dict[str, str] | None = None
        self.frames: list[dict[str, Any]] = []  # all that came, in order
        self.first_token_ms: list[float] = []  # from each prompt to the first words of its answer
        self._asked_at: float | None = None
        self._send("setup", sessionId=self.session_id, **setup)

    def say(self, text: str) -> list[str]:
        self._prompt(text)
        return self._answer()

    def say_partly(self, text: str) -> list[str]:
        """As with partialPrompts: what is recognised so far comes first, word by word, each frame with all before it."""
        words = text.split()
        for count in range(1, len(words)):
            self._send("prompt", voicePrompt=" ".join(words[:count]), lang=self.language, last=False)
        return self.say(text)

    def say_over(self, text: str, after_words: int) -> list[str]:
        """Speaks over the answer to `text` of before: after so many words of it have been heard."""
        heard = " ".join(" ".join(self._until_words(after_words)).split()[:after_words])
        self._send("interrupt", utteranceUntilInterrupt=heard, durationUntilInterruptMs=str(after_words * 350))
        self._prompt(text)
        return self._answer()

    def ask(self, text: str) -> None:
        """Speaks, and does not wait for the answer."""
        self._prompt(text)

    def press(self, digits: str) -> list[str]:
        for digit in digits:
            self._send("dtmf", digit=digit)
        self._asked_at = time.monotonic()
        return self._answer()

    def silence(self) -> list[str]:
        """Says nothing until the agent asks whether anybody is there."""
        return self._answer()

    def until_end(self) -> None:
        """Listens on, and says nothing: the agent writes down its turn between its last word and the end."""
        until = time.monotonic() + ANSWER_S
        while self.ended is None and (left := until - time.monotonic()) > 0:
            self._frame(left)

    def drop(self, after_frames: int = 0) -> None:
        """The network fails: the socket is gone without a word, after so many frames more."""
        for _ in range(after_frames):
            if self.ended is not None or self._frame(ANSWER_S) is None:
                raise CallFailed("the answer had fewer frames than that")
        if self.ended is not None:
            raise CallFailed("the call ended before the socket could drop")
        self._socket.socket.shutdown(SHUT_RDWR)
        self._open.close()
        self.ended = {"SessionStatus": "failed", "ErrorCode": "64105", "ErrorMessage": "Websocket ended"}

    def hang_up(self) -> None:
        self._open.close()
        self.ended = {"SessionStatus": "completed"}

    def _prompt(self, text: str) -> None:
        self._asked_at = time.monotonic()
        self._send("prompt", voicePrompt=text, lang=self.language, last=True)

    def _send(self, kind: str, **fields: Any) -> None:
        try:
            self._socket.send(json.dumps({"type": kind, **fields}))
        except ConnectionClosed:
            self._closed()

    def _answer(self) -> list[str]:
        """The words until the turn is over, what was interrupted left out; and an end that follows at once."""
        said: list[str] = []
        while self.ended is None:
            frame = self._frame(ANSWER_S)
            if frame is None:
                raise CallFailed(f"nothing was said for {ANSWER_S:.0f} s")
            if frame["type"] == "text":
                if frame["token"].strip():
                    said.append(frame["token"].strip())
                if frame["last"] and said:
                    break
        if self.ended is None:
            self._send("info", name="agentSpeaking", value="on")
            self._send("info", name="agentSpeaking", value="off")
            self._frame(END_S)
        return said

    def _until_words(self, count: int) -> list[str]:
        said: list[str] = []
        while self.ended is None and len(" ".join(said).split()) < count:
            frame = self._frame(ANSWER_S)
            if frame is None:
                break
            if frame["type"] == "text":
                said.append(frame["token"])
                if frame["last"]:
                    break
        return said

    def _frame(self, timeout_s: float) -> dict[str, Any] | None:
        try:
            frame: dict[str, Any] = json.loads(self._socket.recv(timeout=timeout_s))
        except TimeoutError:
            return None
        except ConnectionClosed:
            self._closed()
            return {"type": "closed"}
        if frame.get("type") not in _KINDS:
            raise CallFailed(f"Invalid message received, code: 64107, {frame}")
        self.frames.append(frame)
        if frame["type"] == "text":
            if self._asked_at is not None and frame["token"].strip():
                self.first_token_ms.append((time.monotonic() - self._asked_at) * 1000)
                self._asked_at = None
        elif frame["type"] == "language":
            self.language = frame.get("transcriptionLanguage", self.language)
        elif frame["type"] == "end":
            self.ended = {"SessionStatus": "ended", "HandoffData": frame.get("handoffData", "")}
            self._open.close()
        return frame

    def _closed(self) -> None:
        self._open.close()
        if self.ended is None:
            self.ended = {"SessionStatus": "failed", "ErrorCode": "64105", "ErrorMessage": "Websocket ended"}
