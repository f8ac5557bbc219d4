"""How a customer's entry can be refused."""

from errors import AppError


class AddressTaken(AppError):
    kind, title, status = "address_taken", "This address belongs to another customer", 409


class CustomerMerged(AppError):
    kind, title, status = "customer_merged", "These entries are one already", 409
