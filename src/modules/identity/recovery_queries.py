"""SQL of mailed one-time tokens."""

from ports.database import Statement


def insert_token(token_id: str, token: tuple[str, str, str], times: tuple[str, str], most: int) -> Statement:
    """`token` is (purpose, e-mail, hash), `times` (now, expiry).

    Nothing for an address without an account, nor beyond `most` of the attempts that were counted this minute.
    """
    return Statement(
        """INSERT INTO one_time_tokens (id, user_id, purpose, email, token_hash, created_at, expires_at)
           SELECT ?1, u.id, ?2, u.email, ?4, ?5, ?6 FROM users AS u WHERE u.email = ?3
             AND (SELECT COUNT(*) FROM one_time_tokens AS o
               WHERE o.user_id = u.id AND o.purpose = ?2 AND o.created_at > datetime(?5, '-1 minute')) < ?7""",
        (token_id, *token, *times, most),
    )


def open_token(token_hash: str, purpose: str, now: str) -> Statement:
    return Statement(
        """SELECT user_id FROM one_time_tokens
           WHERE token_hash = ?1 AND purpose = ?2 AND used_at IS NULL AND expires_at > ?3""",
        (token_hash, purpose, now),
    )


def set_password_with_token(token_hash: str, password_hash: str, at: str) -> Statement:
    """Nothing when the token has been used meanwhile. A mail that was read proves its address as well."""
    return Statement(
        """UPDATE users SET password_hash = ?2, updated_at = ?3, email_verified_at = COALESCE(email_verified_at, ?3)
           WHERE id = (SELECT user_id FROM one_time_tokens WHERE token_hash = ?1 AND purpose = 'reset_password'
             AND used_at IS NULL AND expires_at > ?3)""",
        (token_hash, password_hash, at),
    )


def use_tokens(user_id: str, purpose: str, at: str) -> Statement:
    """All of them: an older mail does not open the account any more either."""
    return Statement(
        "UPDATE one_time_tokens SET used_at = ?3 WHERE user_id = ?1 AND purpose = ?2 AND used_at IS NULL",
        (user_id, purpose, at),
    )


def confirm_email_with_token(token_hash: str, at: str) -> Statement:
    """Only for the address that the account still has."""
    return Statement(
        """UPDATE users SET email_verified_at = ?2 WHERE (id, email) IN (
             SELECT user_id, email FROM one_time_tokens WHERE token_hash = ?1 AND purpose = 'verify_email'
               AND used_at IS NULL AND expires_at > ?2)""",
        (token_hash, at),
    )


def use_token(token_hash: str, purpose: str, at: str) -> Statement:
    return Statement(
        "UPDATE one_time_tokens SET used_at = ?3 WHERE token_hash = ?1 AND purpose = ?2 AND used_at IS NULL",
        (token_hash, purpose, at),
    )
