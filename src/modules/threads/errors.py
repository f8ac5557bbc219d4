"""How a human's part in a conversation can fail."""

from errors import AppError


class ConversationClosed(AppError):
    kind, title, status = "conversation_closed", "This conversation is closed", 409


class ConversationSpoken(AppError):
    kind, title, status = "conversation_spoken", "This is a call, not a written conversation", 409


class WindowClosed(AppError):
    kind, title, status = "window_closed", "WhatsApp takes only an approved template now", 409
