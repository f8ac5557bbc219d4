"""What can go wrong when audio is asked for."""

from errors import AppError


class AddressExpired(AppError):
    kind, title, status = "address_expired", "This address is no longer valid", 403


class RangeNotSatisfiable(AppError):
    kind, title, status = "range_not_satisfiable", "There are no such bytes", 416
