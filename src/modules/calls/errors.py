"""What can go wrong with calls that are asked for."""

from errors import AppError


class CallsHeldBack(AppError):
    kind, title, status = "calls_held_back", "This call is not placed now", 409
