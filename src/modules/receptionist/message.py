"""Taking a message stage by stage: name, number, reason, then it is handed over to be stored."""

from collections.abc import Mapping

from modules.receptionist import intents, names
from modules.receptionist.numbers import FEWEST_DIGITS, key_digits, phone_digits
from modules.receptionist.phrases import say
from modules.receptionist.speech import phone
from modules.receptionist.steps import MORE, NAME, NUMBER, NUMBER_HEARD, NUMBER_KNOWN, REASON, Step
from modules.words.text import Utterance, without_controls
from ports.dialogue import TakenMessage, TurnRequest

LONGEST_REASON = 1000
MOST_TRIES = 3

# Beside name, phone_number and reason the draft keeps what the caller asked to book, the number to be
# confirmed, and how often name or number were asked for.
_REQUEST, _HEARD, _TRIES = "request", "heard_number", "tries"


def started(turn: TurnRequest, intro: str, intent: str = "message_start", request: str = "") -> Step:
    """Begins, or goes on where a message was left for a transfer."""
    draft = {key: value for key, value in turn.state.draft.items() if key in ("name", "phone_number", _REQUEST)}
    if request:
        draft[_REQUEST] = request
    return _asking_next(turn, draft, say(turn.language, intro), intent)


def question(turn: TurnRequest, stage: str) -> str:
    """What a stage asks, in its shortest form."""
    language, draft = turn.language, turn.state.draft
    if stage == NUMBER_KNOWN and _known_number(turn):
        return say(language, "ask_known", digits=phone(_known_number(turn), language))
    if stage == NUMBER_HEARD and draft.get(_HEARD):
        return say(language, "ask_heard", digits=phone(draft[_HEARD], language))
    if stage == REASON:
        return say(language, "ask_reason_booking" if draft.get(_REQUEST) else "ask_reason")
    return say(language, "ask_name" if stage == NAME else "ask_number")


def heard(turn: TurnRequest, said: Utterance) -> Step:
    """The caller's answer to the question of the stage."""
    match turn.state.stage:
        case "name":
            return _name(turn, said)
        case "number":
            return _number(turn, said)
        case "number_known" | "number_confirm":
            return _confirmation(turn, said)
        case _:
            return _reason(turn, said)


def keyed(turn: TurnRequest, keys: str) -> Step | None:
    """A number typed on the keypad, or 1 and 2 for yes and no; None when the keys mean something else here."""
    stage = turn.state.stage
    if stage in (NUMBER, NUMBER_KNOWN, NUMBER_HEARD):
        if digits := key_digits(keys):
            return _confirming(turn, digits)
        if stage != NUMBER and keys in ("1", "2"):
            return _confirmed(turn, keys == "1")
        if 1 < len(keys) < FEWEST_DIGITS or len(keys) > 1:
            return _not_a_number(turn)
    return None


def cancelled(turn: TurnRequest) -> Step:
    return Step(say(turn.language, "cancelled"), "cancelled", MORE, draft={})


def noted_request(turn: TurnRequest, said: Utterance) -> Step:
    """An appointment asked for while the message is being taken: kept for the reason."""
    draft = {**turn.state.draft, _REQUEST: _verbatim(turn, said)}
    return Step(
        f"{say(turn.language, 'booking')} {question(turn, turn.state.stage)}", "booking", turn.state.stage, draft=draft
    )


def _asking_next(turn: TurnRequest, draft: Mapping[str, str], intro: str, intent: str) -> Step:
    if "name" not in draft:
        stage = NAME
    elif "phone_number" not in draft and not turn.caller_email:
        stage = NUMBER_KNOWN if _known_number(turn) else NUMBER
    else:
        stage = REASON
    asked = (
        say(turn.language, "ask_reason_booking") if stage == REASON and draft.get(_REQUEST) else question(turn, stage)
    )
    return Step(f"{intro} {asked}".strip(), intent, stage, draft=draft)


def _name(turn: TurnRequest, said: Utterance) -> Step:
    tries = _tries(turn) + 1
    if names.REFUSED[turn.language].search(said.plain):
        return _named(turn, "")
    if name := names.caller_name(said.raw, turn.language, is_lenient=tries > 1):
        return _named(turn, name)
    if tries >= MOST_TRIES:
        return _named(turn, "")
    draft = {**turn.state.draft, _TRIES: str(tries)}
    return Step(say(turn.language, "ask_name_again"), "message_name", NAME, draft=draft)


def _named(turn: TurnRequest, name: str) -> Step:
    draft = {**_kept(turn), "name": name}
    return _asking_next(turn, draft, say(turn.language, "take_yes"), "message_name")


def _number(turn: TurnRequest, said: Utterance) -> Step:
    if digits := phone_digits(said.raw, turn.language):
        return _confirming(turn, digits)
    if names.REFUSED[turn.language].search(said.plain):
        return _numbered(turn, "", "no_number")
    return _not_a_number(turn)


def _not_a_number(turn: TurnRequest) -> Step:
    tries = _tries(turn) + 1
    if tries >= MOST_TRIES:
        return _numbered(
            turn, turn.state.draft.get(_HEARD, ""), "as_said" if turn.state.draft.get(_HEARD) else "no_number"
        )
    draft = {**turn.state.draft, _TRIES: str(tries)}
    return Step(say(turn.language, "ask_number_again"), "message_number", NUMBER, draft=draft)


def _confirming(turn: TurnRequest, digits: str) -> Step:
    draft = {**turn.state.draft, _HEARD: digits}
    words = say(turn.language, "ask_heard", digits=phone(digits, turn.language))
    return Step(words, "message_number", NUMBER_HEARD, draft=draft)


def _confirmation(turn: TurnRequest, said: Utterance) -> Step:
    if digits := phone_digits(said.raw, turn.language):
        return _confirming(turn, digits)
    if names.REFUSED[turn.language].search(said.plain):
        return _numbered(turn, "", "no_number")
    answer = intents.yes_or_no(said, turn.language)
    if answer is not None:
        return _confirmed(turn, answer)
    words = say(turn.language, "yes_or_no", question=question(turn, turn.state.stage))
    return Step(words, "message_number", turn.state.stage)


def _confirmed(turn: TurnRequest, is_right: bool) -> Step:
    state = turn.state
    number = _known_number(turn) if state.stage == NUMBER_KNOWN else state.draft.get(_HEARD, "")
    if is_right and number:
        return _numbered(turn, number, "take_yes")
    if state.stage == NUMBER_KNOWN:
        return Step(say(turn.language, "other_number"), "message_number", NUMBER)
    tries = _tries(turn) + 1
    if tries >= MOST_TRIES:
        return _numbered(turn, number, "as_said" if number else "no_number")
    draft = {**state.draft, _TRIES: str(tries)}
    return Step(say(turn.language, "ask_number_again"), "message_number", NUMBER, draft=draft)


def _numbered(turn: TurnRequest, number: str, intro: str) -> Step:
    draft = {**_kept(turn), "phone_number": number}
    return _asking_next(turn, draft, say(turn.language, intro), "message_number")


def _reason(turn: TurnRequest, said: Utterance) -> Step:
    language, draft = turn.language, turn.state.draft
    reason = ". ".join(part for part in (draft.get(_REQUEST, ""), _verbatim(turn, said)) if part)[:LONGEST_REASON]
    name, number = draft.get("name", ""), draft.get("phone_number", "")
    key = {(True, True): "taken", (True, False): "taken_no_number", (False, True): "taken_no_name"}
    chosen = key.get((bool(name), bool(number)), "taken_bare")
    if name and not number and turn.caller_email:
        chosen = "taken_mail"
    words = say(language, chosen, name=name, digits=phone(number, language))
    message = TakenMessage(name or say(language, "anonymous"), reason, number or None)
    return Step(words, "message_taken", MORE, message=message, draft={})


def _verbatim(turn: TurnRequest, said: Utterance) -> str:
    return without_controls(turn.heard.speech or said.raw)[:LONGEST_REASON]


def _kept(turn: TurnRequest) -> dict[str, str]:
    """The draft without what belonged to the question just answered."""
    return {key: value for key, value in turn.state.draft.items() if key not in (_TRIES, _HEARD)}


def _known_number(turn: TurnRequest) -> str:
    return (key_digits(turn.caller_number or "") and (turn.caller_number or "")) or ""


def _tries(turn: TurnRequest) -> int:
    tries = turn.state.draft.get(_TRIES, "0")
    return int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 4 else 0
