"""Answers to questions about the business; nothing is said that the facts do not hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from modules.aloud.writing import website
from modules.receptionist import intents
from modules.receptionist.hours_answers import hours_words, is_exception
from modules.receptionist.match import FLOOR, Match, document, rank
from modules.receptionist.phrases import say
from modules.receptionist.speech import amount, duration, email, listed, owner_words, phone, priced
from modules.words.text import Stems, Utterance, cleaned, utterance
from modules.words.text import words as plain_words
from ports.dialogue import BusinessFacts, Faq, Language, Service, TurnRequest

# "more": answered, anything else?   "offer": not on file, a message?   "which": the answer itself asks back.
Follow = Literal["more", "offer", "which"]

FAQ_MARGIN = 0.1
_TIE = 0.03
_MOST_SERVICES = 6
LEAST_NAMED = 0.5  # of the words of a service's name


@dataclass(frozen=True, slots=True)
class Answer:
    words: str
    intent: str
    sources: tuple[str, ...] = ()
    score: float = 0.0
    follow: Follow = "more"
    margin: float = FAQ_MARGIN  # by which a FAQ has to fit better


@dataclass(frozen=True, slots=True)
class _Matched:
    services: tuple[Service, ...]
    score: float


_TopicAnswer = Callable[[TurnRequest, Utterance, Stems], Answer]


def best_answer(turn: TurnRequest, said: Utterance) -> Answer | None:
    """The best founded answer; the owner's own FAQ wins over a general one only when it fits clearly better."""
    # The trade and the name of the business tell none of its answers from another.
    stems = Stems(turn.language, f"{turn.facts.sector or ''} {turn.facts.name}"[:200])
    general = _general(turn, said, stems)
    faq = _faq(turn, said, stems)
    if faq and (not general or general.follow == "offer" or faq.score >= general.score + general.margin):
        return faq
    return general


def passages(turn: TurnRequest, said: Utterance, floor: float = FLOOR, most: int = 3) -> list[tuple[Faq, float]]:
    """The owner's answers that fit best, best first, each with its score (0..1)."""
    stems = Stems(turn.language, f"{turn.facts.sector or ''} {turn.facts.name}"[:200])
    documents = [document(stems, faq.question, faq.answer) for faq in turn.facts.faqs]
    ranked = rank(stems, _terms(said.content, stems), documents)[:most]
    return [(turn.facts.faqs[match.index], round(match.score, 3)) for match in ranked if match.score >= floor]


def services_named(turn: TurnRequest, said: Utterance) -> tuple[Service, ...]:
    """The services that are named among other words; several when they are named equally well."""
    stems = Stems(turn.language, "")
    heard = set(_terms(said.content, stems))
    scores = []
    for service in turn.facts.services:
        names = set(_terms(utterance(service.name, turn.language).content, stems))
        scores.append(len(names & heard) / max(1, len(names)))
    best = max(scores, default=0.0)
    if best < LEAST_NAMED:
        return ()
    return tuple(one for one, score in zip(turn.facts.services, scores, strict=True) if score == best)


def _general(turn: TurnRequest, said: Utterance, stems: Stems) -> Answer | None:
    guesses = intents.topics(said, turn.language)
    found = [_TOPIC_ANSWERS[guess.intent](turn, said, stems) for guess in guesses]
    answers = [
        replace(answer, score=max(answer.score, guess.score)) for answer, guess in zip(found, guesses, strict=True)
    ]
    if not guesses and (service := _service(turn, said, stems)):
        answers.append(replace(service, margin=0.0))
    known = [answer for answer in answers if answer.follow != "offer"]
    return max(known or answers, key=lambda answer: answer.score, default=None)


def _faq(turn: TurnRequest, said: Utterance, stems: Stems) -> Answer | None:
    faqs = turn.facts.faqs
    asked = list(said.words)
    best = next(
        iter(rank(stems, _terms(said.content, stems), [document(stems, f.question, f.answer) for f in faqs])), None
    )
    for index, faq in enumerate(faqs):  # a question of small words only, such as "Qui êtes-vous ?"
        if asked and (not best or best.score < 1) and plain_words(faq.question[:200]) == asked:
            best = Match(index, 1.0)
    if not best or best.score < FLOOR:
        return None
    chosen = faqs[best.index]
    words = owner_words(chosen.answer, turn)
    return Answer(words, "faq", (chosen.id,), round(best.score, 3)) if words else None


def _terms(content: Sequence[str], stems: Stems) -> list[str]:
    return [found for word in content if (found := stems[word])]


def _hours(turn: TurnRequest, said: Utterance, _: Stems) -> Answer:
    facts = turn.facts
    missing = Answer(say(turn.language, "no_hours"), "opening_hours", follow="offer")
    if facts.hours is None:
        return missing
    try:
        words = hours_words(facts.hours, ZoneInfo(facts.timezone), turn.now, said.plain, turn.language)
    except (ZoneInfoNotFoundError, ValueError):  # hours that cannot be read are not on file for the caller
        return missing
    follow: Follow = "offer" if is_exception(said.plain, turn.language) else "more"
    return Answer(words, "opening_hours", ("hours",), follow=follow)


def _fact(intent: str, name: str, read: Callable[[BusinessFacts, Language], str]) -> _TopicAnswer:
    def answer(turn: TurnRequest, _: Utterance, __: Stems) -> Answer:
        if value := read(turn.facts, turn.language):
            return Answer(say(turn.language, name, **{name: value}), intent, (name,))
        return Answer(say(turn.language, f"no_{name}"), intent, follow="offer")

    return answer


def _services(turn: TurnRequest, said: Utterance, stems: Stems) -> Answer:
    if not turn.facts.services:
        return Answer(say(turn.language, "no_services"), "services", follow="offer")
    if matched := _matching(turn, said, "services", stems):
        return _described(turn, matched)
    shown = turn.facts.services[:_MOST_SERVICES]
    key = "services" if len(shown) == len(turn.facts.services) else "services_some"
    names = listed([cleaned(service.name) for service in shown], turn.language)
    words = f"{say(turn.language, key, services=names)} {say(turn.language, 'which_service')}"
    return Answer(words, "services", tuple(service.id for service in shown), follow="which")


def _service(turn: TurnRequest, said: Utterance, stems: Stems) -> Answer | None:
    matched = _matching(turn, said, None, stems)
    return _described(turn, matched) if matched else None


def _described(turn: TurnRequest, matched: _Matched) -> Answer:
    language, services = turn.language, matched.services
    if len(services) > 1:
        names = listed([priced(service, language) for service in services], language)
        words = say(language, "services", services=names)
    else:
        words = say(
            language, "service_is", service=priced(services[0], language), duration=_lasting(services[0], language)
        )
    if any(service.duration_min <= 0 for service in services[:1]):
        words = say(language, "services", services=priced(services[0], language))
    return Answer(words, "services", tuple(service.id for service in services), matched.score)


def _price(turn: TurnRequest, said: Utterance, stems: Stems) -> Answer:
    language = turn.language
    matched = _matching(turn, said, "price", stems)
    if not matched and intents.unexplained(said, "price", language):
        return Answer(say(language, "no_prices"), "price", follow="offer")
    services = matched.services if matched else turn.facts.services[:_MOST_SERVICES]
    with_price = [service for service in services if service.price_minor is not None]
    sources = tuple(service.id for service in with_price or services)
    score = matched.score if matched else 0.0
    if not with_price:
        name = listed([cleaned(service.name) for service in services], language) if matched else ""
        words = say(language, "no_price", service=name) if name else say(language, "no_prices")
        return Answer(words, "price", sources if matched else (), score, "offer")
    if len(with_price) == 1 and matched:
        service = with_price[0]
        price = amount(service.price_minor or 0, service.currency, language)
        words = say(language, "price_is", service=_capital(cleaned(service.name)), price=price)
    else:
        words = say(language, "price_list", prices=listed([priced(s, language) for s in with_price], language))
    return Answer(words, "price", sources, score)


def _duration(turn: TurnRequest, said: Utterance, stems: Stems) -> Answer:
    language = turn.language
    matched = _matching(turn, said, "duration", stems)
    if not matched:
        if intents.unexplained(said, "duration", language) or not turn.facts.services:
            return Answer(say(language, "no_duration"), "duration", follow="offer")
        return Answer(say(language, "which_duration"), "duration", follow="which")
    services = [service for service in matched.services if service.duration_min > 0]
    if not services:
        return Answer(say(language, "no_duration"), "duration", score=matched.score, follow="offer")
    lines = [
        say(language, "duration_is", service=_capital(cleaned(s.name)), duration=_lasting(s, language))
        for s in services
    ]
    return Answer(" ".join(lines), "duration", tuple(service.id for service in services), matched.score)


def _matching(turn: TurnRequest, said: Utterance, intent: str | None, stems: Stems) -> _Matched | None:
    """The services named in the utterance; several when it fits them equally ("a haircut" for men's and women's)."""
    services = turn.facts.services
    content = intents.unexplained(said, intent, turn.language) if intent else said.content
    ranked = rank(stems, _terms(content, stems), [document(stems, service.name) for service in services])
    if not ranked or ranked[0].score < FLOOR:
        return None
    tied = [match for match in ranked if match.score >= ranked[0].score - _TIE][:4]
    return _Matched(tuple(services[match.index] for match in tied), round(ranked[0].score, 3))


def _lasting(service: Service, language: Language) -> str:
    return duration(service.duration_min, language)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_TOPIC_ANSWERS: dict[str, _TopicAnswer] = {
    "opening_hours": _hours,
    "address": _fact("address", "address", lambda facts, language: cleaned(facts.address or "").rstrip(" .")),
    "phone": _fact("contact", "phone", lambda facts, language: phone(facts.phone or "", language)),
    "email": _fact("contact", "email", lambda facts, language: email(facts.email or "", language)),
    "website": _fact("contact", "website", lambda facts, language: website(facts.website or "", language)),
    "services": _services,
    "price": _price,
    "duration": _duration,
}
