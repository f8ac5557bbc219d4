"""What a binding answers, as Python: the SDK converts the answers of some bindings, and of others not."""

import json
from typing import Any

from pyodide.ffi import JsProxy, to_js

import js


def given(value: Any) -> Any:
    """An argument as JavaScript takes it: dicts are objects."""
    return to_js(value, dict_converter=js.Object.fromEntries)


def plain(value: Any) -> Any:
    return json.loads(js.JSON.stringify(value)) if isinstance(value, JsProxy) else value


async def read_stream(stream: Any) -> bytes:
    """All of a ReadableStream, which can be read once."""
    buffer = await js.Response.new(stream).arrayBuffer()
    return bytes(buffer.to_bytes())
