"""Somebody who writes to a business on this machine: python -m tools.write sms|whatsapp|email|chat WORDS...

Each of WORDS is one message, sent as its vendor would (signed), and the answer is shown as the vendor got it. The vendors
are the fakes that `scripts/dev.sh --fakes` names; `chat` needs none. Exit 1 when an answer does not come.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator

from tools.runtime import devvars
from tools.runtime.locations import ROOT
from tools.seed import NUMBER

PATIENCE_S = 30.0
CALLER = "+33639980001"
SENDER = "claire@mail.sample.example"


class NoAnswer(Exception):
    pass


class Writer:
    def __init__(self, url: str, fakes: str, caller: str) -> None:
        self.url, self.fakes, self.caller = url.rstrip("/"), fakes.rstrip("/"), caller
        self.client = httpx.Client(timeout=60, trust_env=False)
        own = devvars.read(ROOT)
        self.account, self.token = own["TWILIO_ACCOUNT_SID"], own["TWILIO_AUTH_TOKEN"]

    def text(self, words: str, to: str, *, is_whatsapp: bool) -> str:
        """Through Twilio; the answer is what Twilio was asked to send next to this telephone."""
        prefix = "whatsapp:" if is_whatsapp else ""
        ends = {"From": f"{prefix}{self.caller}", "To": f"{prefix}{to}"}
        params = {"MessageSid": f"SM{uuid4().hex}", "AccountSid": self.account, "Body": words, "NumMedia": "0", **ends}
        path = f"/webhooks/omnichannel/{'whatsapp' if is_whatsapp else 'sms'}"
        signature = RequestValidator(self.token).compute_signature(f"{self.url}{path}", params)

        def answers() -> list[str]:
            sent = self._state()["messages"]
            return [one["body"] for one in sent if one["to"] == ends["From"] and one["from"] == ends["To"]]

        before = len(answers())
        self._sent(self.client.post(f"{self.url}{path}", data=params, headers={"X-Twilio-Signature": signature}))
        return self._awaited(answers, before)

    def mail(self, words: str, to: str, thread: list[EmailMessage]) -> str:
        """Through Email Routing, as an answer to what was written before."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = SENDER, to, "Une question"
        message["Message-ID"] = f"<{uuid4().hex}@mail.sample.example>"
        if thread:
            message["In-Reply-To"] = str(thread[-1]["Message-ID"])
        thread.append(message)
        message.set_content(words)

        def answers() -> list[str]:
            return [one["text"].strip() for one in self._state()["mails"] if one["to"] == [SENDER]]

        before = len(answers())
        query = {"from": SENDER, "to": to}
        address = f"{self.url}/cdn-cgi/local/email"
        self._sent(self.client.post(address, params=query, content=message.as_bytes()))
        return self._awaited(answers, before)

    def chat(self, words: Sequence[str], slug: str) -> None:
        """On the business's page."""
        place = f"{self.url}/api/v1/public/{slug}/chat"
        begun = self.client.post(f"{place}/sessions")
        self._sent(begun)
        headers, after = {"Authorization": f"Bearer {begun.json()['session']['token']}"}, ""
        print(f"agent: {begun.json()['session']['greeting']}")
        for one in words:
            given = {"text": one, "client_id": uuid4().hex}
            answer = self.client.post(f"{place}/messages", json=given, headers=headers, params={"after": after})
            self._sent(answer)
            for said in answer.json()["items"]:
                after = said["id"]
                print(f"{said['role']}: {said['text']}", flush=True)

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.client.get(f"{self.fakes}/state").json()
        return state

    @staticmethod
    def _sent(answer: httpx.Response) -> None:
        if not answer.is_success:
            raise NoAnswer(f"{answer.status_code}: {answer.text[:300]}")

    @staticmethod
    def _awaited(answers: Callable[[], list[str]], before: int) -> str:
        ends = time.monotonic() + PATIENCE_S
        while len(found := answers()) <= before:
            if time.monotonic() > ends:
                raise NoAnswer(f"no answer within {PATIENCE_S:.0f} s")
            time.sleep(0.2)
        return found[-1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.write")
    parser.add_argument("channel", choices=("sms", "whatsapp", "email", "chat"))
    parser.add_argument("words", nargs="+")
    parser.add_argument("--url", default="http://127.0.0.1:8787")
    parser.add_argument("--fakes", default="", help="origin of the fakes, as scripts/dev.sh --fakes prints it")
    parser.add_argument("--to", default="", help="number or address of the business, or the slug of its page")
    parser.add_argument("--from", dest="caller", default=CALLER)
    given = parser.parse_args()
    writer, thread = Writer(given.url, given.fakes, given.caller), list[EmailMessage]()
    try:
        if given.channel == "chat":
            writer.chat(given.words, given.to or "garage-exemple")
            return 0
        for words in given.words:
            print(f"caller: {words}", flush=True)
            if given.channel == "email":
                answer = writer.mail(words, given.to, thread)
            else:
                answer = writer.text(words, given.to or NUMBER, is_whatsapp=given.channel == "whatsapp")
            print(f"agent: {answer}", flush=True)
    except (NoAnswer, httpx.HTTPError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
