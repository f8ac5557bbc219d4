"""Writes .dev.vars from .dev.vars.example, with secrets of this machine's own."""

import base64
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

_TO_GENERATE = re.compile(r"^([A-Z][A-Z0-9_]*)=\s*# generated\b")


def _token() -> str:
    return secrets.token_urlsafe(48)


def _key_of_32_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _account_sid() -> str:
    return f"AC{secrets.token_hex(16)}"


def _auth_token() -> str:
    return secrets.token_hex(16)


MAKERS: Mapping[str, Callable[[], str]] = {
    "CREDENTIALS_KEY": _key_of_32_bytes,
    "TWILIO_ACCOUNT_SID": _account_sid,
    "TWILIO_AUTH_TOKEN": _auth_token,
}


def filled(example: str) -> str:
    """Each line `NAME= # generated` gets a random value of the form that its name asks for."""
    return "".join(_filled_line(line) for line in example.splitlines(keepends=True))


def _filled_line(line: str) -> str:
    found = _TO_GENERATE.match(line)
    return f'{found[1]}="{MAKERS.get(found[1], _token)()}"\n' if found else line


def read(project: Path) -> Mapping[str, str]:
    """Nothing where there is no file."""
    file = project / ".dev.vars"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    given = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in given}


def write_if_missing(project: Path) -> bool:
    """Whether it wrote one; one that is there is never touched, and the new one is the owner's to read only."""
    example = (project / ".dev.vars.example").read_text(encoding="utf-8")
    try:
        descriptor = os.open(project / ".dev.vars", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(filled(example))
    return True
