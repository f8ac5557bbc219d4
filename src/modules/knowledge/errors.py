"""What can be wrong with what a business wants known."""

from errors import AppError


class DocumentUnreadable(AppError):
    """422 with `reason`: encrypted, no_text, empty, too_long, wrong_type, broken."""

    kind, title, status = "document_unreadable", "The document cannot be read", 422


class KnowledgeFull(AppError):
    kind, title, status = "knowledge_full", "There is no room for more knowledge", 409


class Unreadable(Exception):
    """`reason` in one word, `advice` for whoever sent it."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(advice)
        self.reason = reason
        self.advice = advice
