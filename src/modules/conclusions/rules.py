"""What a conversation came to, by rules alone: from its words and from what was recorded of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from modules.words.text import fold
from ports.dialogue import Language

Sentiment = Literal["positive", "neutral", "negative"]
LONGEST_QUOTE = 180

_NEGATIVE = (
    *(
        "mecontent",
        "inadmissible",
        "scandale",
        "furieu",
        "decu",
        "inacceptable",
        "arnaque",
        "plainte",
        "honteu",
        "colere",
    ),
    *(
        "jamais rappele",
        "pas content",
        "ras le bol",
        "nul ",
        "unacceptable",
        "terrible",
        "angry",
        "furious",
        "disappointed",
    ),
    *("complain", "rip-off", "ripoff", "awful", "never called back", "worst", "refund"),
)
_POSITIVE = (
    *("merci beaucoup", "parfait", "super", "genial", "excellent", "tres bien", "formidable", "ravi", "impeccable"),
    *("thank you so much", "perfect", "great", "wonderful", "lovely", "brilliant", "very kind"),
)
_DEEDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "book_appointment": "Rendez-vous pris : {service}, {words}.",
        "change_appointment": "Rendez-vous déplacé : {service}, {words}.",
        "cancel_appointment": "Rendez-vous annulé : {service}, {words}.",
    },
    "en": {
        "book_appointment": "Appointment booked: {service}, {words}.",
        "change_appointment": "Appointment moved: {service}, {words}.",
        "cancel_appointment": "Appointment cancelled: {service}, {words}.",
    },
}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "asked": "Demande : « {quote} »",
        "nothing": "Rien n'a été dit.",
        "noted": "Message noté : « {quote} »",
        "lead": "Coordonnées notées.",
        "human": "Suivie par l'équipe.",
        "call_back": "Donner suite au message.",
        "answer": "Répondre à la demande.",
        "lead_step": "Recontacter cette personne.",
    },
    "en": {
        "asked": 'Asked: "{quote}"',
        "nothing": "Nothing was said.",
        "noted": 'Message noted: "{quote}"',
        "lead": "Details noted.",
        "human": "The team took over.",
        "call_back": "Follow up on the message.",
        "answer": "Answer the request.",
        "lead_step": "Get back to this person.",
    },
}


@dataclass(frozen=True, slots=True)
class Course:
    """What is recorded of a conversation. `deeds` are (tool, when in words, service)."""

    language: Language
    said: Sequence[tuple[str, str]]  # (role, words), in order
    deeds: Sequence[tuple[str, str, str]] = ()
    noted: str | None = None
    has_booking: bool = False
    has_lead: bool = False
    is_handed_over: bool = False

    @property
    def asked(self) -> list[str]:
        return [words for role, words in self.said if role == "caller" and words.strip()]


@dataclass(frozen=True, slots=True)
class Report:
    summary: str
    sentiment: Sentiment
    next_steps: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    made_by: str = "rules"
    cost_micros: int = 0


def outcome(course: Course) -> str:
    """From the rows, never from what somebody said of it."""
    if course.has_booking:
        return "booked"
    if course.noted is not None:
        return "message_taken"
    if course.has_lead:
        return "lead"
    if course.is_handed_over:
        return "transferred"
    return "answered" if course.asked else "abandoned"


def sentiment(course: Course) -> Sentiment:
    said = fold(" ".join(course.asked))
    bad, good = (sum(said.count(word) for word in words) for words in (_NEGATIVE, _POSITIVE))
    return "negative" if bad and bad >= good else "positive" if good else "neutral"


def report(course: Course) -> Report:
    words, asked = _WORDS[course.language], course.asked
    parts = [words["asked"].format(quote=_quoted(max(asked[:3], key=len)))] if asked else [words["nothing"]]
    parts += done(course)
    if course.noted is not None:
        parts.append(words["noted"].format(quote=_quoted(course.noted)))
    if course.has_lead:
        parts.append(words["lead"])
    if course.is_handed_over:
        parts.append(words["human"])
    return Report(" ".join(parts), sentiment(course), next_steps(course))


def done(course: Course) -> list[str]:
    """The deeds of the diary, as they are recorded."""
    known = _DEEDS[course.language]
    made = [known[name].format(words=when, service=service) for name, when, service in course.deeds if name in known]
    return list(dict.fromkeys(made))


def next_steps(course: Course) -> tuple[str, ...]:
    words, steps = _WORDS[course.language], []
    if course.noted is not None:
        steps.append(words["call_back"])
    if course.has_lead:
        steps.append(words["lead_step"])
    if course.is_handed_over and course.said and course.said[-1][0] == "caller":
        steps.append(words["answer"])
    return tuple(steps)


def _quoted(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= LONGEST_QUOTE else f"{flat[:LONGEST_QUOTE].rpartition(' ')[0]}…"
