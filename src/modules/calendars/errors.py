"""Why a calendar is not connected."""

from errors import AppError


class CalendarNotConfigured(AppError):
    kind, title, status = (
        "calendar_not_configured",
        "This installation is not registered with the calendar's vendor",
        409,
    )


class StateRefused(AppError):
    kind, title, status = "state_refused", "This sign-in was not begun here", 403
