"""How signing up and in, and managing who may, can fail."""

from errors import AppError


class EmailTaken(AppError):
    kind, title, status = "email_taken", "This e-mail address already has an account", 409


class InvalidCredentials(AppError):
    kind, title, status = "invalid_credentials", "The e-mail address or the password is wrong", 401


class RefreshInvalid(AppError):
    kind, title, status = "refresh_invalid", "The refresh token is missing, expired or not ours", 401


class RefreshReused(AppError):
    kind, title, status = "refresh_reused", "This refresh token has been used before", 401


class TokenInvalid(AppError):
    kind, title, status = "token_invalid", "This link has been used, has expired or is not ours", 400


class TenantForbidden(AppError):
    kind, title, status = "tenant_forbidden", "You may not act for this tenant or user", 403


class CsrfFailed(AppError):
    kind, title, status = "csrf_failed", "The CSRF token is missing or wrong", 403


class AlreadyMember(AppError):
    kind, title, status = "already_member", "This person is a member or has been invited already", 409


class LastOwner(AppError):
    kind, title, status = "last_owner", "A business keeps at least one owner", 409


class InvitationForOther(AppError):
    kind, title, status = "invitation_for_other", "This invitation is for another e-mail address", 403
