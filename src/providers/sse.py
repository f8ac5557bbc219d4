"""Server-sent events (HTML Living Standard, 9.2), as vendors of models send them: one line of data an event."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from ports.vendors import VendorUnavailable

DONE = "[DONE]"


async def data(lines: AsyncIterator[str]) -> AsyncIterator[Any]:
    """The JSON of each event until the end. Raises VendorUnavailable for what cannot be read and for an error event."""
    async for line in lines:
        if not line.startswith("data:"):
            continue
        text = line.removeprefix("data:").strip()
        if text == DONE:
            return
        said: Any = None
        with suppress(ValueError):
            said = json.loads(text)
        if not isinstance(said, dict):
            raise VendorUnavailable("broken_stream", is_unsure=True)
        if said.get("error"):
            raise VendorUnavailable("error_in_stream", is_unsure=True)
        yield said
