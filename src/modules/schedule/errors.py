"""What can stand in the way of a change."""

from errors import AppError


class LastStaff(AppError):
    kind, title, status = "last_staff", "Somebody has to be bookable", 409


class StaffBooked(AppError):
    kind, title, status = "staff_booked", "There are appointments with this person", 409
