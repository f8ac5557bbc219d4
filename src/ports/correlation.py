"""The correlation id of whatever is running now: of a request, and of the jobs and vendors' calls that it causes."""

from contextvars import ContextVar

# A context's own: requests that one isolate answers side by side each have theirs.
_current: ContextVar[str] = ContextVar("correlation_id", default="")


def begin(correlation_id: str) -> None:
    _current.set(correlation_id)


def current() -> str:
    """'' outside of any."""
    return _current.get()
