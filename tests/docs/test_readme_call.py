"""The transcript of the README is what the sample business answers."""

import re
from pathlib import Path

from tests.support.business import onboard
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tools import seed
from tools.caller.session import SimulatedCall

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_first_call_goes_as_the_readme_says() -> None:
    lines = re.findall(r"^(agent|you)[:>] (.+)$", README.read_text(), re.MULTILINE)
    assert len(lines) >= 7
    with client_of(World()) as client:
        onboard(client, number=seed.NUMBER)
        account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
        with SimulatedCall(client, seed.NUMBER, "+33639980001", account, token) as call:
            heard = call.start()
            for who, words in lines:
                if who == "agent":
                    assert heard == [words]
                else:
                    heard = call.say(words)
