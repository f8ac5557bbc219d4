"""What can go wrong when data is given out or erased."""

from errors import AppError


class NotConfirmed(AppError):
    kind, title, status = "not_confirmed", "This needs to be confirmed", 409


class CustomerExpected(AppError):
    kind, title, status = "customer_expected", "Something is still under way with this customer", 409


class ErasureUnderWay(AppError):
    kind, title, status = "erasure_under_way", "It has begun and cannot be called off", 409
