"""How a step of onboarding can be refused."""

from errors import AppError


class OnboardingCompleted(AppError):
    kind, title, status = "onboarding_completed", "Onboarding is already completed", 409


class OnboardingIncomplete(AppError):
    """`missing_steps` names what is left to do."""

    kind, title, status = "onboarding_incomplete", "Some steps of onboarding are still missing", 409


class StepOutOfOrder(AppError):
    """`current_step` is the one to do next."""

    kind, title, status = "step_out_of_order", "An earlier step comes first", 409
