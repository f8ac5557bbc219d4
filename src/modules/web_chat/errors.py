"""How a visitor's chat can be refused."""

from errors import AppError


class OriginNotAllowed(AppError):
    kind, title, status = "origin_not_allowed", "The chat may not stand in this page", 403


class ChatSessionExpired(AppError):
    kind, title, status = "chat_session_expired", "This chat session is over", 401
