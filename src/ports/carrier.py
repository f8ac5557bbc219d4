"""The account at a telephony vendor: what it has recorded."""

from typing import Protocol

from ports.vendors import Credential


class Carrier(Protocol):
    """Every method raises VendorRejected or VendorUnavailable."""

    async def recording(self, credential: Credential, recording_id: str) -> tuple[bytes, str]:
        """The audio, and its content type."""
        ...
