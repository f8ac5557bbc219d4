"""A question as it is kept: what was asked, not who asked it."""

import re

MOST_CHARS = 200
_LEFT_OUT = "…"
_EMAIL = re.compile(r"\S+@\S+|\b\S+ (?:arobase|at) \S+ (?:point|dot) \S+", re.I)
# Five figures and more are a number of somebody; prices, sizes and hours are shorter.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){4,}")
_INTRODUCED = re.compile(
    r"(\b(?:je m['’ ]appelle|je suis|mon nom (?:est|c['’]est)|au nom de|my name(?: is|['’]s)|i am|i['’]m|this is"
    r"|under the name(?: of)?)\s+)((?:(?:monsieur|madame|mr|mrs|ms|dr)\.?\s+)?[A-ZÀ-Ý][\w'’-]+(?:\s+[A-ZÀ-Ý][\w'’-]+)*)",
    re.I,
)
_TITLED = re.compile(
    r"\b((?:monsieur|madame|mademoiselle|mr|mrs|ms|mme|dr)\.?)\s+[A-ZÀ-Ý][\w'’-]+(?:\s+[A-ZÀ-Ý][\w'’-]+)*"
)
_LOWER_NAME = re.compile(r"[a-zà-ÿ]")


def impersonal(text: str) -> str:
    """Without addresses, long numbers and names that were told as names."""
    said = _NUMBER.sub(_LEFT_OUT, _EMAIL.sub(_LEFT_OUT, text))
    said = _INTRODUCED.sub(_without_name, said)
    return " ".join(_TITLED.sub(rf"\1 {_LEFT_OUT}", said).split())[:MOST_CHARS]


def _without_name(found: re.Match[str]) -> str:
    """ "Je suis en panne" introduces nobody: what follows has to begin with a capital, but after "je m'appelle"."""
    is_certain = re.match(r"je m|mon nom|au nom|my name|under", found[1], re.I)
    if not is_certain and _LOWER_NAME.match(found[2]):
        return found[0]
    return f"{found[1]}{_LEFT_OUT}"
