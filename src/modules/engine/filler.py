"""Sentences that only announce a silence: callers hang up in it, so they are never said."""

import re
from collections.abc import Mapping

from modules.claims.detect import plain, sentences
from ports.dialogue import Language

_MOST_WORDS = 14
_WAITING: Mapping[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"^(?:(?:tres bien|bien sur|d accord|parfait|ok|oui)[,. ]+)*"
        r"(?:(?:un (?:petit )?(?:instant|moment)|une (?:petite )?seconde|ne quittez|patientez|veuillez patienter)\b.*"
        r"|(?:je|j) (?:vais |vous )*(?:verifi|regard|consult|recherch|cherch)\w*\b.*"
        r"|laissez moi (?:un instant|verifier|regarder|consulter|chercher)\b.*)$"
    ),
    "en": re.compile(
        r"^(?:(?:sure|certainly|of course|okay|ok|great|right|yes)[,. ]+)*"
        r"(?:(?:one|just a|just one|a) (?:moment|second|minute)\b.*"
        r"|(?:please )?(?:hold on|wait|bear with me|hang on)\b.*|let me (?:check|look|see|find|search|pull)\b.*"
        r"|(?:i ll|i will|i m going to|i am) (?:just )?(?:check|look|search|see|find)\w*\b.*)$"
    ),
}


def is_filler(sentence: str, language: Language) -> bool:
    said = plain(sentence).strip(" .,!?…")
    return len(said.split()) <= _MOST_WORDS and "?" not in sentence and bool(_WAITING[language].match(said))


def without_filler(words: str, language: Language) -> str:
    said = sentences(words)
    kept = [sentence for sentence in said if not is_filler(sentence, language)]
    return words if len(kept) == len(said) else " ".join(one.strip() for one in kept)
