"""The stages of a conversation, and one decided step before it becomes a reply."""

from collections.abc import Mapping
from dataclasses import dataclass

from ports.dialogue import Action, DialogueState, TakenMessage, TurnReply, TurnRequest

OPEN = "open"
MORE = "more"  # "anything else?" was asked
OFFER = "offer_message"  # "leave a message?" was asked
CHOICE = "choice"  # "a message or a person?" was asked
TRANSFERRING = "transferring"
NAME = "name"
NUMBER = "number"
NUMBER_KNOWN = "number_known"  # is the number that you call from the right one?
NUMBER_HEARD = "number_confirm"  # is the number that I heard right?
REASON = "reason"
BOOK_SERVICE = "book_service"
BOOK_WHEN = "book_when"
BOOK_WHICH = "book_which"  # which of the offers?
BOOK_NAME = "book_name"
BOOK_NUMBER = "book_number"
BOOK_EMAIL = "book_email"
BOOK_NOTES = "book_notes"
OWN_NUMBER = "own_number"  # of an appointment that is to be moved or cancelled
OWN_NAME = "own_name"
OWN_WHICH = "own_which"
OWN_SURE = "own_sure"
BOOKING_STAGES = frozenset(
    {
        *(BOOK_SERVICE, BOOK_WHEN, BOOK_WHICH, BOOK_NAME, BOOK_NUMBER, BOOK_EMAIL, BOOK_NOTES),
        *(OWN_NUMBER, OWN_NAME, OWN_WHICH, OWN_SURE),
    }
)
MESSAGE_STAGES = frozenset({NAME, NUMBER, NUMBER_KNOWN, NUMBER_HEARD, REASON})


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    intent: str
    stage: str
    action: Action = "listen"
    sources: tuple[str, ...] = ()
    score: float | None = None
    message: TakenMessage | None = None
    draft: Mapping[str, str] | None = None  # None: as it was
    silences: int = 0
    misses: int = 0


def reply_of(turn: TurnRequest, step: Step) -> TurnReply:
    draft = turn.state.draft if step.draft is None else step.draft
    state = DialogueState(step.stage, step.silences, step.misses, step.words, dict(draft))
    return TurnReply(step.words, state, step.action, step.intent, step.sources, step.score, step.message)
