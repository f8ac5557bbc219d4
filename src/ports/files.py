"""Files that came along with a message, at the vendor that brought it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from ports.vendors import Credential

FileVendor = Literal["twilio", "meta", "resend"]


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    content_type: str


class Files(Protocol):
    async def fetch(self, credential: Credential, source: str, most_bytes: int) -> File:
        """By the vendor's name of it. Raises VendorRejected (`too_large` for a longer one) or VendorUnavailable."""
        ...
