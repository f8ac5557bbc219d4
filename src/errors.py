"""Every problem kind the outside can meet; web/problems.py is the only place that renders them."""

from typing import ClassVar


class AppError(Exception):
    """A failure a caller can act on. `detail` is about this case and safe to show."""

    kind: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"
    status: ClassVar[int] = 500

    def __init__(self, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class UnreadableBody(AppError):
    kind, title, status = "unreadable_body", "The request body cannot be read", 400


class Unauthenticated(AppError):
    kind, title, status = "unauthenticated", "Sign in to use this", 401


class Forbidden(AppError):
    kind, title, status = "forbidden", "Not allowed", 403


class NotFound(AppError):
    kind, title, status = "not_found", "Nothing was found here", 404


class MethodNotAllowed(AppError):
    kind, title, status = "method_not_allowed", "This path does not take that method", 405


class BodyTooLarge(AppError):
    kind, title, status = "body_too_large", "The request body is too large", 413


class TooManyRequests(AppError):
    """429; `retry_after_s` becomes Retry-After."""

    kind, title, status = "too_many_requests", "Too many requests", 429

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class UnsupportedMediaType(AppError):
    kind, title, status = "unsupported_media_type", "This content type is not taken here", 415


class Invalid(AppError):
    """422 with one entry per bad field: `errors` is a list of {pointer, detail}."""

    kind, title, status = "validation_failed", "Some fields are not right", 422

    def __init__(self, errors: list[dict[str, str]], detail: str = "") -> None:
        first = "; ".join(f"{e['pointer'] or 'the body'}: {e['detail']}" for e in errors[:3])
        super().__init__(detail or first, errors=errors)


class InternalError(AppError):
    pass


class Misconfigured(AppError):
    kind, title, status = "misconfigured", "This installation is missing a setting", 503


class Unavailable(AppError):
    kind, title, status = "unavailable", "A part of the service is out of reach", 503


class StoreUnavailable(AppError):
    kind, title, status = "store_unavailable", "A store does not answer", 503


class VendorFailed(AppError):
    kind, title, status = "vendor_failed", "A vendor did not do what it was asked", 502
