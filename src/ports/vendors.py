"""What every vendor has in common: whose account is used, and how asking can fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

Provider = Literal["twilio", "vapi", "openai", "anthropic", "elevenlabs", "resend", "smtp", "whatsapp"]


@dataclass(frozen=True, slots=True)
class Credential:
    """An account at a vendor. `values` has the fields of modules/credentials; it is never shown."""

    provider: Provider
    values: Mapping[str, str] = field(repr=False)
    account: str | None = None  # the vendor's public name of it
    is_platform: bool = False


class VendorError(Exception):
    """`reason` is ours or a vendor's code: never a body, a credential or an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class VendorUnavailable(VendorError):
    """No usable answer: timed out, 429 or 5xx. `is_unsure` when the request may have been carried out."""

    def __init__(self, reason: str, *, is_unsure: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.is_unsure = is_unsure
        self.retry_after_s = retry_after_s


class VendorRejected(VendorError):
    """The vendor's rule, or our mistake: the same request will be refused again. `status` is that of its answer."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Vendors(Protocol):
    async def check(self, provider: Provider, values: Mapping[str, str]) -> str | None:
        """The account that these credentials open, or None where the vendor names none.

        Raises VendorRejected or VendorUnavailable.
        """
        ...

    async def holds_number(self, credential: Credential, phone_number: str) -> bool:
        """Whether the account holds this number (E.164). Raises VendorRejected or VendorUnavailable."""
        ...
