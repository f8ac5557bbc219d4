"""multipart/form-data (RFC 7578) of a body that has been read whole: files stay in memory, since a Worker has no disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from errors import UnreadableBody, UnsupportedMediaType

_MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class File:
    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    texts: Mapping[str, str]
    files: Mapping[str, File]


async def read_form(request: Request) -> Form:
    """Raises UnsupportedMediaType or UnreadableBody."""
    from python_multipart.exceptions import FormParserError  # imported where it is used
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise UnsupportedMediaType("Send the file as multipart/form-data.")
    parts = _Parts()
    try:
        parser = MultipartParser(options[b"boundary"], parts.callbacks)
        parser.write(await request.body())
        parser.finalize()
    except FormParserError as error:
        raise UnreadableBody("The body is not valid multipart/form-data.") from error
    texts: dict[str, str] = {}
    files: dict[str, File] = {}
    for headers, content in parts.done:
        _, told = parse_options_header(headers.get(b"content-disposition", b""))
        name = told.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in told:
            filename = told[b"filename"].decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
            files[name] = File(filename, bytes(content))
        else:
            texts[name] = content.decode("utf-8", "replace")
    return Form(texts, files)


class _Parts:
    def __init__(self) -> None:
        self.done: list[tuple[dict[bytes, bytes], bytearray]] = []
        self._name, self._value = bytearray(), bytearray()
        self.callbacks: Any = {
            "on_part_begin": self._begin,
            "on_part_data": lambda data, start, end: self.done[-1][1].extend(memoryview(data)[start:end]),
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
        }

    def _begin(self) -> None:
        if len(self.done) >= _MOST_PARTS:
            raise UnreadableBody(f"The form has more than {_MOST_PARTS} parts.")
        self.done.append(({}, bytearray()))

    def _header(self) -> None:
        self.done[-1][0][bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()
