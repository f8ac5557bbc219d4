"""ports.LanguageModel over the AI binding (developers.cloudflare.com/workers-ai): asked whole, since what it streams
leaves tool calls out on part of its models."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from pyodide.ffi import JsException

from adapters.cloudflare.values import given, plain
from ports.embedder import EmbeddingModel, Vector
from ports.language_model import Ended, LanguageModel, ModelEvent, ModelRequest, ToolCall, Words
from ports.speech import Audio, SpeechRequest, VoiceListed
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers.openai.chat import message_of, tool_of


class WorkersAiModel(LanguageModel):
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        inputs = {
            "messages": [{**message_of(message), "content": message.text} for message in request.messages],
            "max_tokens": request.max_tokens,
            **({"temperature": request.temperature} if request.temperature is not None else {}),
            **({"tools": [tool_of(tool) for tool in request.tools]} if request.tools else {}),
        }
        answer = await _run(self._binding, request.model, inputs, request.total_s)
        for event in _events(answer):
            yield event


EMBEDDING_S = 5.0  # within a call somebody is listening to silence
RERANKER = "@cf/baai/bge-reranker-base"


class WorkersAiEmbedder:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> list[Vector]:
        answer = await _run(self._binding, model.name, {"text": list(texts)}, EMBEDDING_S)
        vectors = answer.get("data") or []
        if len(vectors) != len(texts) or any(len(vector) != model.dimensions for vector in vectors):
            raise VendorRejected("other_dimensions")
        return [[float(value) for value in vector] for vector in vectors]


class WorkersAiReranker:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        inputs = {"query": query, "contexts": [{"text": text} for text in texts]}
        answer = await _run(self._binding, RERANKER, inputs, EMBEDDING_S)
        found = {int(one["id"]): float(one["score"]) for one in answer.get("response") or ()}
        return [found.get(index, 0.0) for index in range(len(texts))]


async def _run(binding: Any, model: str, inputs: dict[str, Any], total_s: float) -> Any:
    asked = binding.run(model, given(inputs))
    try:
        return plain(await asyncio.wait_for(asked, total_s))
    except (JsException, TimeoutError, ValueError) as error:
        raise VendorUnavailable("no_answer", is_unsure=True) from error


def _events(answer: Any) -> list[ModelEvent]:
    """Older models answer with `response`, newer ones as OpenAI does, with `choices`."""
    said = (answer.get("choices") or [{}])[0].get("message") or {} if "choices" in answer else answer
    text = said.get("content") if "choices" in answer else said.get("response")
    used = answer.get("usage") or {}
    events: list[ModelEvent] = [Words(str(text))] if text else []
    calls = [_call(call, at) for at, call in enumerate(said.get("tool_calls") or ())]
    tokens = (int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0))
    return [*events, *calls, Ended("tool_calls" if calls else "stop", *tokens)]


def _call(call: Any, at: int) -> ToolCall:
    function = call.get("function") or call
    arguments = function.get("arguments") or {}
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return ToolCall(str(call.get("id") or f"call_{at}"), str(function.get("name") or ""), text)


SPEECH_MODEL = "@cf/deepgram/aura-2-en"
_SPEAKERS = ("luna", "asteria", "athena", "hera", "orion", "arcas", "apollo", "zeus")


class WorkersAiSpeech:
    """ports.speech.Speech by Deepgram's Aura; English only (developers.cloudflare.com/workers-ai/models/aura-2-en)."""

    model = f"{SPEECH_MODEL}/mp3"

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def speak(self, credential: Credential | None, request: SpeechRequest) -> Audio:
        if not request.language.startswith("en"):
            raise VendorRejected("language_not_spoken")
        inputs = {"text": request.text, "speaker": request.voice_id, "encoding": "mp3"}
        try:
            answer = await asyncio.wait_for(
                self._binding.run(SPEECH_MODEL, given(inputs), given({"returnRawResponse": True})), request.timeout_s
            )
            content = bytes((await asyncio.wait_for(answer.arrayBuffer(), request.timeout_s)).to_bytes())
        except TimeoutError as error:
            raise VendorUnavailable("no_answer", is_unsure=True) from error
        except (JsException, AttributeError) as error:
            raise VendorUnavailable("failed") from error
        if not content:
            raise VendorUnavailable("empty_audio")
        return Audio(content, "audio/mpeg")

    async def voices(self, credential: Credential | None) -> Sequence[VoiceListed]:
        return [VoiceListed(name, name.capitalize(), ("en",)) for name in _SPEAKERS]
