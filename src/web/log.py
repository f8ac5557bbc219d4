"""One JSON line per event; never a secret, a transcript, a body or a whole phone number."""

import json
import traceback


class EventLog:
    """One per request; what is bound once stands in every later line."""

    def __init__(self, **bound: object) -> None:
        self._bound = bound

    def bind(self, **fields: object) -> None:
        self._bound.update(fields)

    def event(self, name: str, **fields: object) -> None:
        print(json.dumps({"event": name, **self._bound, **fields}, ensure_ascii=False, default=str))  # noqa: T201

    def error(self, name: str, error: BaseException, **fields: object) -> None:
        """The kind of error and where it rose; not its message, which may hold what a caller said."""
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        where = [f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        self.event(name, error=type(error).__name__, where=where, **fields)


def masked(number: str | None) -> str | None:
    """A phone number for a log line: +33•••34."""
    return f"{number[:3]}•••{number[-2:]}" if number and len(number) > 6 else None
