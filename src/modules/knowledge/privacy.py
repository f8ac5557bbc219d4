"""A question as it is kept: what was asked, not who asked it."""

import re

MOST_CHARS = 200
_LEFT_OUT = "…"
_EMAIL = re.compile(r"\S+@\S+|\b\S+ (?:arobase|at) \S+ (?:point|dot) \S+", re.I)
# Five figures and more are a number of somebody; prices, sizes and hours are shorter.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){4,}")
_NAME = r"[A-ZÀ-Ý][\w'’-]+(?:\s+[A-ZÀ-Ý][\w'’-]+){0,3}"
_TITLE = r"(?i:monsieur|madame|mademoiselle|mr|mrs|ms|mme|dr)\.?"
_TITLED = re.compile(rf"\b({_TITLE})\s+{_NAME}")
# After these comes a name, whatever its first letter is: a recogniser writes no capitals.
_NAMED = re.compile(
    r"\b((?i:je m['’ ]appelle|mon nom (?:est|c['’]est)|au nom de|my name(?: is|['’]s)|under the name(?: of)?)"
    rf"\s+(?:{_TITLE}\s+)?)(?:{_NAME}|[\w'’-]+)"
)
# After these only what begins with a capital: "je suis en panne" introduces nobody.
_PERHAPS_NAMED = re.compile(rf"\b((?i:je suis|c['’]est|i am|i['’]m|this is)\s+(?:{_TITLE}\s+)?){_NAME}")


def impersonal(text: str) -> str:
    """Without addresses, long numbers and names that were told as names."""
    said = _NUMBER.sub(_LEFT_OUT, _EMAIL.sub(_LEFT_OUT, text))
    for pattern in (_NAMED, _PERHAPS_NAMED):
        said = pattern.sub(rf"\1{_LEFT_OUT}", said)
    return " ".join(_TITLED.sub(rf"\1 {_LEFT_OUT}", said).split())[:MOST_CHARS]
