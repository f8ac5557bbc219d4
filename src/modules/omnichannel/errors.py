"""How work on agents, numbers and conversations can fail."""

from errors import AppError


class PhoneNumberTaken(AppError):
    kind, title, status = "phone_number_taken", "This number belongs to another business", 409


class PhoneNumberMapped(AppError):
    kind, title, status = "phone_number_mapped", "This number is already among yours", 409


class AgentInUse(AppError):
    kind, title, status = "agent_in_use", "The agent is still needed", 409


class AgentChanged(AppError):
    kind, title, status = "agent_changed", "Somebody else has changed the agent meanwhile", 409


class NumberNotProven(AppError):
    kind, title, status = "number_not_proven", "Nothing proves yet that this number is yours", 409
