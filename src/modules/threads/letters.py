"""Answers by mail: what stands around the words, and the headers that keep a thread together (RFC 5322, 3834)."""

import json
from collections.abc import Mapping

from modules.appointments.schemas import Source
from modules.threads.words import LETTER
from ports.database import Row
from ports.dialogue import Language

SOURCES: Mapping[str, Source] = {"sms": "sms", "whatsapp": "whatsapp", "email": "email", "web": "web"}
# References grow with a thread; mail programs look at the last ones.
MOST_REFERENCES = 20
MOST_LOCAL_CHARS = 64  # before the @ (RFC 5321, 4.5.3.1)


def answer(row: Row, words: str, agent: str, language: Language) -> dict[str, str]:
    """The agent's: it says that no human wrote it, so that no other machine answers it."""
    text = LETTER[language].format(words=words, agent=agent, business=row["name"])
    return {**_thread(row), "text": text, "auto_submitted": "auto-replied"}


def human_answer(row: Row, words: str) -> dict[str, str]:
    return {**_thread(row), "text": f"{words}\n"}


def _thread(row: Row) -> dict[str, str]:
    known: list[str] = json.loads(str(row["thread_ids"]))  # newest first
    headers = {"subject": _re(str(row["subject"] or row["name"])), "reply_to": reply_address(row)}
    if known:
        headers |= {"in_reply_to": known[0], "references": " ".join(reversed(known[:MOST_REFERENCES]))}
    return headers


def _re(subject: str) -> str:
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


def reply_address(row: Row) -> str:
    """Ours with the conversation in it: whoever answers is known by it, whatever their mail program does to a thread."""
    local, _, domain = str(row["ours"]).partition("@")
    known_by = f"{local}+{row['conversation_id']}"
    return f"{known_by if len(known_by) <= MOST_LOCAL_CHARS else local}@{domain}"
