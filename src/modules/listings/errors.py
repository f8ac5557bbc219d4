"""How a listing can be refused."""

from errors import AppError


class ReferenceTaken(AppError):
    kind, title, status = "reference_taken", "Another listing has this reference", 409
