"""How a webhook endpoint can be refused."""

from errors import AppError


class TooManyEndpoints(AppError):
    kind, title, status = "too_many_endpoints", "There are as many webhook endpoints as there may be", 409
