"""The claim check: what an agent says was done, or will be, is so, or is not said."""

from collections.abc import Mapping

from modules.claims.detect import Kind, claims_of, sentences
from modules.claims.english import ENGLISH
from modules.claims.french import FRENCH
from modules.knowledge.grounding import has_strange_figure
from ports.dialogue import Language

# What is true instead; each ends in what can be done.
_INSTEAD: Mapping[Kind, Mapping[Language, str]] = {
    "booked": {
        "fr": "Je n'ai rien réservé. Je peux noter votre souhait pour l'équipe.",
        "en": "I have not booked anything. I can take down your wish for the team.",
    },
    "changed": {
        "fr": "Je n'ai rien modifié. Je peux noter votre demande pour l'équipe.",
        "en": "I have not changed anything. I can take down your request for the team.",
    },
    "cancelled": {
        "fr": "Je n'ai rien annulé. Je peux noter votre demande pour l'équipe.",
        "en": "I have not cancelled anything. I can take down your request for the team.",
    },
    "noted": {
        "fr": "Rien n'est encore noté. Souhaitez-vous que je prenne un message ?",
        "en": "Nothing has been noted yet. Would you like me to take a message?",
    },
    "sent": {
        "fr": "Je n'ai rien envoyé. Je peux noter votre demande pour l'équipe.",
        "en": "I have not sent anything. I can take down your request for the team.",
    },
    "transferred": {
        "fr": "Je ne peux pas vous passer quelqu'un maintenant. Je peux prendre un message.",
        "en": "I cannot put you through right now. I can take a message.",
    },
    "invented": {
        "fr": "Je n'ai pas cette information de façon sûre, mais je peux prendre un message pour l'équipe.",
        "en": "I do not have that for certain, but I can take a message for the team.",
    },
    "promised": {
        "fr": "Je ne peux rien promettre de tel, mais je peux prendre un message pour l'équipe.",
        "en": "I cannot promise that, but I can take a message for the team.",
    },
}
_NOTED: Mapping[Language, str] = {
    "fr": "Votre message est noté, l'équipe le verra.",
    "en": "Your message has been noted; the team will see it.",
}
# A claim that another one proves: who was put through or booked was also noted.
_PROVEN_BY: Mapping[Kind, frozenset[Kind]] = {"noted": frozenset(("noted", "booked", "changed", "cancelled"))}


def unproven(
    sentence: str, language: Language, evidence: frozenset[Kind], known: frozenset[str] | None = None
) -> list[Kind]:
    """What one sentence claims without proof. `known` are the figures that may be said; None: any."""
    grammar = FRENCH if language == "fr" else ENGLISH
    claimed = [kind for kind in claims_of(sentence, grammar) if not evidence & _PROVEN_BY.get(kind, {kind})]
    if known is not None and has_strange_figure(sentence, known):
        claimed.append("invented")
    return claimed


def checked(
    words: str,
    language: Language,
    evidence: frozenset[Kind],
    held_back: tuple[Kind, ...] = (),
    known: frozenset[str] | None = None,
) -> tuple[str, tuple[Kind, ...]]:
    """The words with every unproven claim taken out and the truth in its place, and the claims that were taken out.

    `held_back` are claims of sentences that were left out before.
    """
    kept: list[str] = []
    false: list[Kind] = list(held_back)
    for sentence in sentences(words):
        claimed = unproven(sentence, language, evidence, known)
        false += claimed
        if not claimed:
            kept.append(sentence.strip())
    if not false:
        return words, ()
    kept.append(_NOTED[language] if "noted" in evidence else _INSTEAD[_gravest(false)][language])
    return " ".join(kept), tuple(dict.fromkeys(false))


def _gravest(kinds: list[Kind]) -> Kind:
    return next(kind for kind in _INSTEAD if kind in kinds)
