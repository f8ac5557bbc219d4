"""How signing up and in can fail."""

from errors import AppError


class EmailTaken(AppError):
    kind, title, status = "email_taken", "This e-mail address already has an account", 409


class InvalidCredentials(AppError):
    kind, title, status = "invalid_credentials", "The e-mail address or the password is wrong", 401


class TenantForbidden(AppError):
    kind, title, status = "tenant_forbidden", "You may not act for this tenant or user", 403


class CsrfFailed(AppError):
    kind, title, status = "csrf_failed", "The CSRF token is missing or wrong", 403
