"""Words of a model where nobody is listening: whole, within a time, from the first of the installation's that answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from modules.credentials.resolve import resolve
from ports.context import Ports
from ports.language_model import Ended, Message, ModelRequest, Words
from ports.vendors import VendorError


@dataclass(frozen=True, slots=True)
class Written:
    provider: str
    model: str
    words: str
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def by(self) -> str:
        return f"{self.provider}:{self.model}"


async def written(
    ports: Ports, tenant_id: str, said: tuple[Message, ...], most_tokens: int, total_s: float
) -> AsyncGenerator[Written, None]:
    """What each model in turn writes; whoever asks takes the first that will do. A model that fails is passed over."""
    for provider, model in ports.default_models:
        credential = None if provider == "workers_ai" else await resolve(ports, tenant_id, provider)
        if (credential is None and provider != "workers_ai") or provider not in ports.models:
            continue
        request = ModelRequest(model, said, temperature=0.0, max_tokens=most_tokens, total_s=total_s)
        words, ended = "", Ended("stop")
        try:
            async with asyncio.timeout(total_s), aclosing(ports.models[provider].stream(credential, request)) as stream:
                async for event in stream:
                    words += event.text if isinstance(event, Words) else ""
                    if isinstance(event, Ended):
                        ended = event
                        break
        except (VendorError, TimeoutError):
            continue
        yield Written(provider, model, words, ended.input_tokens, ended.output_tokens)
