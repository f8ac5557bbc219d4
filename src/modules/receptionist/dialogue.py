"""One turn of the conversation: what was heard and where we stood, to what is said next."""

from collections.abc import Sequence

from modules.receptionist import course, goods, intents, message
from modules.receptionist.answers import Answer, best_answer
from modules.receptionist.match import STRONG
from modules.receptionist.names import is_introduced
from modules.receptionist.numbers import phone_digits
from modules.receptionist.phrases import say
from modules.receptionist.speech import owner_words
from modules.receptionist.steps import (
    CHOICE,
    MESSAGE_STAGES,
    MORE,
    NAME,
    OFFER,
    OPEN,
    REASON,
    TRANSFERRING,
    Step,
    reply_of,
)
from modules.words.text import Utterance, cleaned, utterance
from ports.catalogue import Goods
from ports.dialogue import DialOutcome, TurnReply, TurnRequest
from ports.knowledge import Looked

LEAST_CONFIDENCE = 0.3
MOST_MISSES = 6  # in a row: whoever is there does not talk to us
_SHORT_ASIDE = 7  # a longer sentence told as the reason of the message is the reason


def decide(turn: TurnRequest) -> TurnReply:
    """Pure and total: any speech, keys and state get a reply."""
    said = utterance(turn.heard.speech, turn.language)
    keys = "".join(key for key in turn.heard.digits or "" if key in "0123456789*#")
    if turn.heard.dial_outcome:
        step = _after_transfer(turn, turn.heard.dial_outcome)
    elif turn.is_last:
        step = Step(say(turn.language, "too_long"), "too_long", OPEN, "hang_up", draft={})
    elif turn.medium == "voice" and (made_by := course.machine(turn.heard)):
        step = _machine(turn, made_by)
    elif course.goes_in_circles(turn):
        step = Step(say(turn.language, "circles"), "circles", OPEN, "hang_up", draft={})
    elif keys:
        step = _keys(turn, keys)
    elif not said.words:
        step = _silence(turn)
    elif turn.state.stage in MESSAGE_STAGES:
        step = _aside(turn, said) or message.heard(turn, said)
    else:
        step = _open(turn, said)
    return reply_of(turn, step)


def _machine(turn: TurnRequest, made_by: course.Machine) -> Step:
    """Nobody is there to be told anything; a queue may still end in somebody, once."""
    if made_by == "voicemail" or turn.state.machines:
        return Step("", "machine", OPEN, "hang_up")
    return Step("", "machine", turn.state.stage)


_LOOKED_UP = frozenset(("price", "duration", "services", "opening_hours", "address", "contact", "unknown"))


def is_unanswered(reply: TurnReply) -> bool:
    """Whether something was asked that the facts say nothing of."""
    return reply.intent in _LOOKED_UP and not reply.sources and reply.state.stage in (OPEN, MORE, OFFER, CHOICE)


def told(turn: TurnRequest, looked: Looked) -> TurnReply:
    """What was found in the business's own texts, in their words."""
    best = looked.passages[0]
    words = owner_words(best.words, turn)
    answer = Answer(words, "knowledge", (best.id,), best.score)
    return reply_of(turn, _answered(turn, answer))


def told_goods(turn: TurnRequest, found: Sequence[Goods]) -> TurnReply:
    """What is sold under the name that was asked for."""
    return reply_of(turn, _answered(turn, goods.answer(turn, found)))


def _open(turn: TurnRequest, said: Utterance) -> Step:
    language = turn.language
    if course.asks_for_language_only(turn):
        return Step(say(language, "in_this_language"), "language", OPEN)
    wish = intents.request(said, language)
    short = intents.control(said, language)
    if not wish and (step := _bare_answer(turn, said, short)):
        return step
    if short and not (wish and short == "cancelled"):
        return _controlled(turn, short)
    answer = best_answer(turn, said)
    if wish and wish.score >= (answer.score if answer and answer.follow != "offer" else 0.0):
        return _requested(turn, wish.intent, said)
    if _is_unclear(turn, said, answer):
        return Step(say(language, "say_again"), "unclear", turn.state.stage, misses=turn.state.misses + 1)
    if answer:
        return _answered(turn, answer)
    if turn.state.stage == OFFER and intents.yes_or_no(said, language):
        return message.started(turn, "take_yes")
    return _unknown(turn)


def _bare_answer(turn: TurnRequest, said: Utterance, short: str | None) -> Step | None:
    """Yes or no with nothing else, taken as the answer to what was asked last."""
    language, stage = turn.language, turn.state.stage
    answer = intents.yes_or_no(said, language)
    # "non merci" ends the call after "anything else?", and only declines what was offered otherwise.
    if short and not (stage in (OFFER, CHOICE) and short in ("done", "thanks", "greeting")):
        return None
    if answer is None or not intents.is_bare_answer(said, language):
        return None
    if answer and stage == OFFER:
        return message.started(turn, "take_yes")
    if answer and stage == CHOICE:
        return Step(_offer(turn), "yes", _offer_stage(turn))
    if answer:
        return Step(say(language, "listening"), "yes", OPEN)
    if stage == MORE:
        return _goodbye(turn)
    return Step(say(language, "alright_more"), "no", MORE)


def _controlled(turn: TurnRequest, intent: str) -> Step:
    language = turn.language
    match intent:
        case "goodbye" | "done":
            return _goodbye(turn)
        case "wrong_number":
            return Step(say(language, "wrong_number"), intent, OPEN, "hang_up")
        case "repeat":
            return Step(turn.state.last_words or say(language, "help"), intent, turn.state.stage)
        case "thanks":
            return Step(say(language, "welcome"), intent, MORE)
        case "greeting":
            return Step(say(language, "greeting"), intent, OPEN)
        case "identity":
            who = say(language, "identity", agent=cleaned(turn.agent_name), name=cleaned(turn.facts.name))
            return Step(f"{who} {say(language, 'help')}", intent, OPEN)
        case _:
            return Step(say(language, "alright_more"), "cancelled", MORE, draft={})


def _requested(turn: TurnRequest, intent: str, said: Utterance) -> Step:
    if intent == "human":
        return _transfer(turn)
    if intent == "booking":
        return message.started(turn, "booking", "booking", request=said.raw)
    return message.started(turn, "take")


def _answered(turn: TurnRequest, answer: Answer) -> Step:
    follow, stage = {
        "more": (say(turn.language, "more"), MORE),
        "offer": (say(turn.language, "offer"), OFFER),
        "which": ("", MORE),
    }[answer.follow]
    words = f"{answer.words} {follow}".strip()
    return Step(words, answer.intent, stage, sources=answer.sources, score=answer.score)


def _unknown(turn: TurnRequest) -> Step:
    misses = turn.state.misses + 1
    if misses > MOST_MISSES:
        return Step(say(turn.language, "circles"), "circles", OPEN, "hang_up", draft={})
    if misses > 1:
        return Step(say(turn.language, "missed"), "unknown", OFFER, misses=misses)
    words = say(turn.language, "unknown", keys=_offer(turn))
    return Step(words, "unknown", _offer_stage(turn), misses=misses)


def _is_unclear(turn: TurnRequest, said: Utterance, answer: Answer | None) -> bool:
    confidence = turn.heard.confidence
    is_doubtful = confidence is not None and confidence < LEAST_CONFIDENCE and len(said.words) > 1
    return is_doubtful and turn.state.misses == 0 and (answer is None or answer.score < STRONG)


def _aside(turn: TurnRequest, said: Utterance) -> Step | None:
    """What a caller says beside the stage's question while a message is taken; None when it answers the question."""
    language, stage = turn.language, turn.state.stage
    if stage == NAME and is_introduced(said.raw, language):
        return None
    if stage not in (NAME, REASON) and phone_digits(said.raw, language):
        return None
    asked = message.question(turn, stage)
    match intents.control(said, language):
        case "cancelled":
            return message.cancelled(turn)
        case "goodbye":
            return Step(say(language, "goodbye_unsaved"), "goodbye", OPEN, "hang_up", draft={})
        case "repeat":
            return Step(turn.state.last_words or asked, "repeat", stage)
        case "identity":
            who = say(language, "identity", agent=cleaned(turn.agent_name), name=cleaned(turn.facts.name))
            return Step(f"{who} {asked}", "identity", stage)
        case "greeting" | "thanks" if stage == NAME:
            return Step(asked, "message_name", stage)
    return _aside_request(turn, said, asked) or _aside_question(turn, said, asked)


def _aside_request(turn: TurnRequest, said: Utterance, asked: str) -> Step | None:
    wish = intents.request(said, turn.language)
    if not wish or (turn.state.stage == REASON and (wish.intent != "human" or len(said.words) > _SHORT_ASIDE)):
        return None
    if wish.intent == "booking":
        return message.noted_request(turn, said)
    if wish.intent == "message":
        return Step(asked, "message_start", turn.state.stage)
    if turn.can_transfer:
        return _transfer(turn)
    return Step(f"{say(turn.language, 'no_transfer')} {asked}", "transfer", turn.state.stage)


def _aside_question(turn: TurnRequest, said: Utterance, asked: str) -> Step | None:
    is_direct = intents.opens_with_question(said, turn.language)
    if not (is_direct if turn.state.stage == REASON else intents.is_question(said, turn.language)):
        return None
    answer = best_answer(turn, said)
    if not answer or answer.score < STRONG:
        return None
    words = f"{answer.words} {say(turn.language, 'and_now', question=_lowered(asked, turn))}"
    return Step(words, answer.intent, turn.state.stage, sources=answer.sources, score=answer.score)


def _lowered(question: str, turn: TurnRequest) -> str:
    return question[:1].lower() + question[1:] if turn.language == "fr" else question


def _keys(turn: TurnRequest, keys: str) -> Step:
    language, stage = turn.language, turn.state.stage
    pressed = keys.strip("*#")
    in_message = stage in MESSAGE_STAGES
    if in_message and (step := message.keyed(turn, pressed)):
        return step
    if pressed == "9":
        return Step(turn.state.last_words or say(language, "help"), "repeat", stage)
    if pressed == "1":
        return (
            Step(message.question(turn, stage), "message_start", stage) if in_message else message.started(turn, "take")
        )
    if pressed in ("0", "2"):
        if in_message and not turn.can_transfer:
            return Step(f"{say(language, 'no_transfer')} {message.question(turn, stage)}", "transfer", stage)
        return _transfer(turn)
    if in_message:
        return Step(message.question(turn, stage), "keys", stage)
    return Step(say(language, "keys_all_choice" if turn.can_transfer else "keys_all"), "keys", OPEN)


def _silence(turn: TurnRequest) -> Step:
    language, stage = turn.language, turn.state.stage
    silences = max(0, turn.state.silences) + 1
    if silences > 2:
        return Step(say(language, "unheard_end"), "silence", OPEN, "hang_up", draft={}, silences=silences)
    misses = turn.state.misses
    if silences == 2 and stage not in MESSAGE_STAGES:
        words = say(language, "unheard_offer", keys=_offer(turn))
        return Step(words, "silence", _offer_stage(turn), silences=silences, misses=misses)
    words = say(language, "unheard", question=_question(turn))
    return Step(words, "silence", stage, silences=silences, misses=misses)


def _question(turn: TurnRequest) -> str:
    stage = turn.state.stage
    if stage in MESSAGE_STAGES:
        return message.question(turn, stage)
    if stage == CHOICE:
        return _offer(turn)
    return say(turn.language, {MORE: "more", OFFER: "offer"}.get(stage, "help"))


def _transfer(turn: TurnRequest) -> Step:
    language = turn.language
    if turn.can_transfer:
        return Step(say(language, "transfer"), "transfer", TRANSFERRING, "transfer")
    return Step(f"{say(language, 'no_transfer')} {say(language, 'offer')}", "transfer", OFFER)


def _after_transfer(turn: TurnRequest, outcome: DialOutcome) -> Step:
    language = turn.language
    if outcome in ("completed", "answered"):
        return Step(say(language, "goodbye"), "goodbye", OPEN, "hang_up", draft={})
    return Step(f"{say(language, 'unreached')} {say(language, 'offer')}", "transfer_failed", OFFER)


def _goodbye(turn: TurnRequest) -> Step:
    return Step(say(turn.language, "goodbye"), "goodbye", OPEN, "hang_up", draft={})


def _offer(turn: TurnRequest) -> str:
    return say(turn.language, "keys_choice" if turn.can_transfer else "keys_message")


def _offer_stage(turn: TurnRequest) -> str:
    return CHOICE if turn.can_transfer else OFFER
