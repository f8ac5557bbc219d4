"""How storing a credential can fail."""

from errors import AppError


class CredentialsRejected(AppError):
    kind, title, status = "credentials_rejected", "The vendor does not take these credentials", 422
