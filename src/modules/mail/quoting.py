"""What somebody has written in a mail, without what their program has put under it."""

import re

# How mail programs introduce what they quote, in the languages of our callers; a line may be wrapped into three.
_WROTE = re.compile(r"^(?:le|on|am|the)\b.{6,300}?\b(?:a écrit|a ecrit|wrote|a répondu)\s*:\s*$", re.IGNORECASE)
_NAMED = re.compile(r"^.{3,120}<[^<>\s]+@[^<>\s]+>\s*(?:a écrit|a ecrit|wrote)\s*:?\s*$", re.IGNORECASE)
_FORWARDED = re.compile(
    r"^[\s>*_-]*-{2,}\s*(?:message d'origine|message original|original message|message transféré|forwarded message"
    r"|message transmis|réponse précédente)\s*-{2,}",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\*?(?:de|from|von)\s?:\*?\s+\S", re.IGNORECASE)
_SENT = re.compile(r"^\*?(?:envoyé|sent|date|à|to|objet|subject)\s?:\*?\s+\S", re.IGNORECASE)
_RULE = re.compile(r"^[_=]{10,}$|^-{20,}$")
_SIGNED = re.compile(
    r"^(?:envoyé (?:de|depuis|à partir) .{2,60}|sent from my .{2,60}|get outlook for .{2,40}|obtenez outlook pour .{2,40}"
    r"|télécharger outlook pour .{2,40})$",
    re.IGNORECASE,
)
MOST_WRAPPED = 3


def own_words(text: str) -> str:
    """The newest words alone; all of it where nothing else would be left."""
    lines = [line.replace("\u00a0", " ").replace("\u202f", " ").rstrip() for line in text.splitlines()]
    kept = lines[: _quote_begins(lines)]
    kept = [line for line in kept if not line.lstrip().startswith(">")]
    kept = kept[: _signature_begins(kept)]
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return words or re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _quote_begins(lines: list[str]) -> int:
    for at, line in enumerate(lines):
        bare = line.strip()
        if not bare or bare.startswith(">"):
            continue
        if _FORWARDED.match(bare) or _is_header(lines, at) or _is_introduced(lines, at):
            return at
        if _RULE.match(bare) and _is_header(lines, _next(lines, at)):
            return at
    return len(lines)


def _is_introduced(lines: list[str], at: int) -> bool:
    """Le ven. 20 nov. 2026 à 12:00, Somebody <address> a écrit :"""
    if _NAMED.match(lines[at].strip()):
        return True
    joined = ""
    for line in lines[at : at + MOST_WRAPPED]:
        if not line.strip():
            return False
        joined = f"{joined} {line.strip()}".strip()
        if _WROTE.match(joined):
            return True
    return False


def _is_header(lines: list[str], at: int) -> bool:
    """From, sent, to, subject, one under the other."""
    if at >= len(lines) or not _FROM.match(lines[at].strip()):
        return False
    return sum(bool(_SENT.match(line.strip())) for line in lines[at + 1 : at + 6]) >= 2


def _next(lines: list[str], at: int) -> int:
    return next((index for index in range(at + 1, len(lines)) if lines[index].strip()), len(lines))


def _signature_begins(lines: list[str]) -> int:
    """After "-- " alone on a line (RFC 3676, 4.3), or the words that telephones put there."""
    for at, line in enumerate(lines):
        if line.strip() == "--" or _SIGNED.match(line.strip()):
            return at
    return len(lines)
