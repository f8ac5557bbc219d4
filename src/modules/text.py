"""The kinds of text that come in, checked once: no control characters, trimmed, bounded."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _without_controls(value: str) -> str:
    if any((c < " " and c not in "\n\t") or c == "\x7f" for c in value):
        raise ValueError("control characters are not allowed")
    return value


def _one_line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise ValueError("this has to be one line")
    return _without_controls(value)


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_web = False
    if not is_web or any(c.isspace() for c in value):
        raise ValueError("this is not a web address; it begins with https:// or http://")
    return value


def _email(value: str) -> str:
    """Shape only: one @, a dotted domain, nothing that a mail header could misread. Kept in lower case."""
    local, at, domain = value.lower().rpartition("@")
    labels = domain.split(".")
    is_shaped = at and local and len(labels) > 1 and all(labels) and value.isascii()
    if not is_shaped or any(c.isspace() or c in '<>(),;:"@[]\\' for c in local + domain):
        raise ValueError("this is not an e-mail address")
    return f"{local}@{domain}"


def bounded(least: int, most: int, pattern: str | None = None) -> StringConstraints:
    """Stands next to `str` and before the checks, so that it is told in the OpenAPI document."""
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most, pattern=pattern)


IsProse, IsLine = AfterValidator(_without_controls), AfterValidator(_one_line)

Name = Annotated[str, bounded(1, 200), IsLine]
Paragraph = Annotated[str, bounded(1, 2_000), IsProse]
LongText = Annotated[str, bounded(1, 100_000), IsProse]
Id = Annotated[str, bounded(1, 64), IsLine]
WebAddress = Annotated[
    str, bounded(8, 2_000), Field(json_schema_extra={"format": "uri"}), IsLine, AfterValidator(_web_address)
]
Email = Annotated[str, bounded(3, 254), Field(json_schema_extra={"format": "email"}), IsLine, AfterValidator(_email)]
LanguageTag = Annotated[str, bounded(2, 20, r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")]


class Input(BaseModel):
    """What comes in: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _none_for_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


# Forms send "" for a field that was left empty.
Blank = BeforeValidator(_none_for_blank)
PhoneText = Annotated[str, bounded(3, 40), IsLine]


class Query(BaseModel):
    """What a list is asked for: a page, and filters that a route adds."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(ge=1, le=100)] = 25
    cursor: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_]+$")] | None = Field(
        default=None, description="next_cursor of the page before."
    )
