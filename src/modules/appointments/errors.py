"""Why something is not booked, moved or cancelled."""

from errors import AppError


class SlotTaken(AppError):
    """Somebody was faster. `alternatives` are the next starts that are free."""

    kind, title, status = "slot_taken", "This time has just been taken", 409


class SlotUnavailable(AppError):
    """The rules of the business do not have it. `alternatives` are the next starts that are free."""

    kind, title, status = "slot_unavailable", "This time cannot be booked", 409


class AppointmentClosed(AppError):
    kind, title, status = "appointment_closed", "This appointment is over or was cancelled", 409


class TooLateToChange(AppError):
    kind, title, status = "too_late_to_change", "It is too late to change this appointment", 409


class NotBegun(AppError):
    kind, title, status = "appointment_not_begun", "This appointment has not begun", 409


class NotHuman(AppError):
    kind, title, status = "challenge_failed", "The challenge was not solved", 403
