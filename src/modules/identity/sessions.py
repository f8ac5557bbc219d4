"""Sessions: families of refresh tokens, of which one is good at a time (RFC 9700 section 4.14)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from modules.identity import session_queries as queries
from modules.identity.attempts import place
from modules.identity.errors import RefreshInvalid, RefreshReused
from modules.identity.trace import Trace
from modules.instants import stored
from modules.one_time import digest
from ports.context import Ports
from ports.database import Row, Statement

IDLE_DAYS, MOST_DAYS = 30, 90

CsrfCheck = Callable[[str], None]  # takes the session's id


@dataclass(frozen=True, slots=True)
class Opened:
    id: str
    refresh_token: str = field(repr=False)
    statements: tuple[Statement, ...] = ()


def opening(ports: Ports, user_id: str, address: str) -> Opened:
    """A new session with its first refresh token, for the batch that signs in."""
    now = ports.clock.now()
    at, expires_at = stored(now), stored(now + timedelta(days=IDLE_DAYS))
    session_id, token = ports.ids.new("sess"), _token(ports)
    statements = (
        queries.insert_session(session_id, user_id, place(address), at, expires_at),
        queries.insert_refresh_token(digest(token), session_id, at, expires_at),
    )
    return Opened(session_id, token, statements)


def _token(ports: Ports) -> str:
    return ports.ids.secret(32).hex()


async def rotate(ports: Ports, token: str | None, trace: Trace, csrf: CsrfCheck) -> tuple[Row, Opened]:
    """The row of who it is, and the session with its next token.

    Raises RefreshInvalid, or RefreshReused after the whole session has been ended and that has been recorded.
    """
    now = ports.clock.now()
    at = stored(now)
    (found,) = await ports.db.batch(queries.refresh_token(digest(token or "")))
    row = found.first
    if row is None or token is None:
        raise RefreshInvalid("Sign in again.")
    session_id = str(row["session_id"])
    csrf(session_id)
    has_ended = row["revoked_at"] or min(str(row["expires_at"]), str(row["session_expires_at"])) <= at
    if row["used_at"] is None and has_ended:
        raise RefreshInvalid("This session has ended; sign in again.")
    successor, expires_at = _token(ports), stored(now + timedelta(days=IDLE_DAYS))
    results = await ports.db.batch(
        queries.audit_reuse(digest(token), ports.ids.new("audit"), (trace.correlation_id, trace.address), at),
        queries.revoke_family_if_used(digest(token), at),
        queries.replace_refresh_token(digest(token), digest(successor), at, expires_at),
        queries.use_refresh_token(digest(token), at),
        queries.extend_session(session_id, at, expires_at, stored(now - timedelta(days=MOST_DAYS))),
    )
    if not results[2].changes:
        raise RefreshReused("Every token of this session has been revoked; sign in again.")
    return row, Opened(session_id, successor)
