"""Server-sent events (HTML Living Standard, 9.2), as vendors of models send them: one line of data an event."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

from ports.vendors import VendorUnavailable

DONE = "[DONE]"


async def data(lines: AsyncGenerator[str, None]) -> AsyncIterator[Any]:
    """The JSON of each event until the end. Raises VendorUnavailable for what cannot be read and for an error event."""
    async with aclosing(lines):
        async for line in lines:
            if not line.startswith("data:"):
                continue
            text = line.removeprefix("data:").strip()
            if text == DONE:
                return
            said: Any = None
            with suppress(ValueError):
                said = json.loads(text)
            if not isinstance(said, dict) or said.get("error"):
                reason = "error_in_stream" if isinstance(said, dict) else "broken_stream"
                # Through the request itself, whose circuit breaker counts it.
                await lines.athrow(VendorUnavailable(reason, is_unsure=True))
            yield said
