"""Whatever is said, pressed or remembered, the receptionist answers, and claims nothing it did not do."""

import json
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from modules.receptionist import decide
from ports.dialogue import DialogueState, Heard, TurnRequest
from tests.modules.receptionist.desk import EN_FACTS, FR_FACTS, FRIDAY_10_30

_SAID = (
    "oui non message quelqu'un horaires prix samedi combien coûte vidange zéro six au revoir bonjour hello yes no open "
    "price cancel laissez tomber répétez repeat my name is je m'appelle 0639980001 rendez-vous appointment"
)
_words = st.text(max_size=200) | st.lists(st.sampled_from(_SAID.split()), max_size=12).map(" ".join)
_STAGES = "open more offer_message choice transferring name number number_known number_confirm reason 💥"
_stages = st.sampled_from(["", *_STAGES.split()])
_states = st.builds(
    DialogueState,
    stage=_stages,
    silences=st.integers(0, 5),
    misses=st.integers(0, 5),
    last_words=st.text(max_size=50),
    draft=st.dictionaries(st.sampled_from(["name", "phone_number", "reason", "other"]), st.text(max_size=40)),
)
_heard = st.builds(
    Heard,
    speech=st.none() | _words,
    digits=st.none() | st.text("0123456789*#", max_size=12),
    confidence=st.none() | st.floats(0, 1),
    dial_outcome=st.none() | st.sampled_from(["completed", "answered", "busy", "no-answer", "failed", "canceled"]),
)


@given(state=_states, heard=st.lists(_heard, min_size=1, max_size=6), french=st.booleans(), known=st.booleans())
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_it_always_answers(state: DialogueState, heard: list[Heard], french: bool, known: bool) -> None:
    for one in heard:
        reply = decide(
            TurnRequest(
                language="fr" if french else "en",
                agent_name="Camille",
                facts=FR_FACTS if french else EN_FACTS,
                state=state,
                heard=one,
                now=FRIDAY_10_30,
                caller_number="+33639980001" if known else None,
            )
        )
        assert reply.words.strip()
        assert reply.action != "transfer" or (FR_FACTS if french else EN_FACTS).transfer_number
        claims = ("c'est noté", "i've noted", "i have noted")
        assert reply.message or not reply.words.lower().startswith(claims)
        state = DialogueState(**json.loads(json.dumps(asdict(reply.state))))
