"""What can go wrong with a business's numbers."""

from errors import AppError


class CarrierNotConfigured(AppError):
    kind, title, status = "carrier_not_configured", "There is no own account at the carrier", 409


class PurchasesDisabled(AppError):
    kind, title, status = "purchases_disabled", "This installation buys no numbers", 409


class NumberBusy(AppError):
    kind, title, status = "number_busy", "Something is still under way with this number", 409


class CodeRefused(AppError):
    kind, title, status = "code_refused", "This code is not right", 403


class TrialUnavailable(AppError):
    kind, title, status = "trial_unavailable", "There is no trial number here", 409


class ForwardingUntestable(AppError):
    kind, title, status = "forwarding_untestable", "This forwarding cannot be tested", 409
