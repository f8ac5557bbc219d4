"""What can go wrong with a voice platform."""

from errors import AppError


class PlatformNotConfigured(AppError):
    kind, title, status = "platform_not_configured", "There is no account at the voice platform", 409
