"""Whether a visitor without an account is likely a person."""

from typing import Protocol


class Challenges(Protocol):
    @property
    def site_key(self) -> str | None:
        """For the page that shows the challenge; None where none is set."""
        ...

    async def is_solved(self, token: str, action: str, address: str) -> bool:
        """Once for a token. Without a key every visitor passes. Raises VendorUnavailable."""
        ...
