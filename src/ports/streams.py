"""Connections that are no HTTP: what a provider needs of one, and what opens it."""

from collections.abc import Callable
from typing import Literal, Protocol

Security = Literal["tls", "starttls"]


class StreamBroken(Exception):
    """No connection, or no more of it: refused, reset, or its certificate is not to be trusted."""


class Stream(Protocol):
    async def read(self) -> bytes:
        """What has come; empty at its end. Raises StreamBroken."""
        ...

    async def write(self, content: bytes) -> None:
        """Raises StreamBroken."""
        ...

    async def start_tls(self) -> None:
        """From now on encrypted, to the name that was dialled. Raises StreamBroken."""
        ...

    async def aclose(self) -> None: ...


Dial = Callable[[str, int, Security], Stream]  # host, port; what goes wrong shows at the first read or write
