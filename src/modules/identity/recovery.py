"""Mailed proofs: a forgotten password, an address to be confirmed. Nothing tells whether an address is known."""

from dataclasses import dataclass
from typing import Literal

from modules.identity import audit, passwords
from modules.identity import recovery_queries as tokens
from modules.identity import session_queries as sessions
from modules.identity.errors import TokenInvalid
from modules.identity.schemas import ResetPassword, VerifyEmail
from modules.identity.trace import Trace
from modules.instants import stored
from modules.messaging import outbox
from modules.one_time import derived, digest
from ports.context import Ports
from ports.database import Statement

Purpose = Literal["reset_password", "verify_email"]
MAILS_A_MINUTE = 3
LIFETIME_MIN: dict[Purpose, int] = {"reset_password": 60, "verify_email": 3 * 24 * 60}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as far as a mail has to know."""

    trace: Trace
    language: Literal["fr", "en"]
    link_base: str  # the frontend's origin; "" when there is none to be trusted


@dataclass(frozen=True, slots=True)
class Proof:
    """A token and its mail, for the batch that asks for them."""

    message_id: str
    statements: tuple[Statement, ...]

    async def send_soon(self, ports: Ports) -> None:
        await outbox.send_soon(ports, self.message_id)


def verification(ports: Ports, email: str, origin: Origin) -> Proof:
    return _proof(ports, "verify_email", email, origin)


def _proof(ports: Ports, purpose: Purpose, email: str, origin: Origin) -> Proof:
    """Both rows are made only for an address that has an account, and for a few of a minute."""
    token_id, message_id = ports.ids.new("ott"), ports.ids.new("out")
    token = derived(ports.keyring.tokens, purpose, token_id)
    times = outbox.from_now(ports, minutes=LIFETIME_MIN[purpose])
    content = outbox.content(origin.language, origin.link_base, token_id=token_id)
    statements = (
        tokens.insert_token(token_id, (purpose, email, digest(token)), times, MAILS_A_MINUTE),
        outbox.queue_for_token(message_id, token_id, purpose, content, times[0]),
    )
    return Proof(message_id, statements)


async def forgot_password(ports: Ports, email: str, origin: Origin) -> None:
    """The same statements, one round trip and one job for every address."""
    proof = _proof(ports, "reset_password", email, origin)
    await ports.db.batch(*proof.statements)
    await proof.send_soon(ports)


async def resend_verification(ports: Ports, email: str, origin: Origin) -> None:
    proof = verification(ports, email, origin)
    await ports.db.batch(*proof.statements)
    await proof.send_soon(ports)


async def reset_password(ports: Ports, command: ResetPassword, trace: Trace) -> None:
    """Sets the password and ends every session; the token is used up in the same batch. Raises TokenInvalid."""
    at, token_hash = stored(ports.clock.now()), digest(command.token)
    (found,) = await ports.db.batch(tokens.open_token(token_hash, "reset_password", at))
    if found.first is None:
        raise TokenInvalid("Ask for a new link.")
    user_id = str(found.first["user_id"])
    password_hash = await passwords.hash_password(ports.kdf, ports.ids, command.password)
    used, *_ = await ports.db.batch(
        tokens.set_password_with_token(token_hash, password_hash, at),
        audit.entry_of(ports, (None, user_id, None), "auth.password_reset", trace),
        tokens.use_tokens(user_id, "reset_password", at),
        sessions.revoke_sessions(user_id, None, at),
    )
    if not used.changes:
        raise TokenInvalid("Ask for a new link.")


async def verify_email(ports: Ports, command: VerifyEmail) -> None:
    """Raises TokenInvalid."""
    at, token_hash = stored(ports.clock.now()), digest(command.token)
    confirmed, _ = await ports.db.batch(
        tokens.confirm_email_with_token(token_hash, at), tokens.use_token(token_hash, "verify_email", at)
    )
    if not confirmed.changes:
        raise TokenInvalid("Ask for a new link.")
