"""SQL of a business's members and invitations."""

from ports.database import Statement


def members(tenant_id: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT u.id, u.email, u.name, m.role, m.created_at FROM memberships AS m JOIN users AS u ON u.id = m.user_id
           WHERE m.tenant_id = ?1 AND u.id > ?2 ORDER BY u.id LIMIT ?3""",
        (tenant_id, after, limit),
    )


def member(tenant_id: str, user_id: str) -> Statement:
    return Statement(
        """SELECT u.id, u.email, u.name, m.role, m.created_at FROM memberships AS m JOIN users AS u ON u.id = m.user_id
           WHERE m.tenant_id = ?1 AND m.user_id = ?2""",
        (tenant_id, user_id),
    )


def set_role(tenant_id: str, user_id: str, role: str) -> Statement:
    """Refused by its trigger (last_owner) for the last owner."""
    return Statement(
        "UPDATE memberships SET role = ?3 WHERE tenant_id = ?1 AND user_id = ?2", (tenant_id, user_id, role)
    )


def delete_member(tenant_id: str, user_id: str) -> Statement:
    """Refused by its trigger (last_owner) for the last owner."""
    return Statement("DELETE FROM memberships WHERE tenant_id = ?1 AND user_id = ?2", (tenant_id, user_id))


def invitations(tenant_id: str, now: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, email, role, created_at, expires_at FROM invitations
           WHERE tenant_id = ?1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?2 AND id > ?3
           ORDER BY id LIMIT ?4""",
        (tenant_id, now, after, limit),
    )


def expire_invitations(tenant_id: str, email: str, at: str) -> Statement:
    """Makes room for a new one of the same address."""
    return Statement(
        """UPDATE invitations SET revoked_at = ?3
           WHERE tenant_id = ?1 AND email = ?2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at <= ?3""",
        (tenant_id, email, at),
    )


def insert_invitation(
    tenant_id: str, invitation_id: str, who: tuple[str, str, str, str], times: tuple[str, str]
) -> Statement:
    """`who` is (e-mail, role, hash of the token, who invites), `times` (now, expiry). Nothing for a member."""
    return Statement(
        """INSERT INTO invitations (tenant_id, id, email, role, token_hash, invited_by, created_at, expires_at)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (
             SELECT 1 FROM memberships AS m JOIN users AS u ON u.id = m.user_id
             WHERE m.tenant_id = ?1 AND u.email = ?3)""",
        (tenant_id, invitation_id, *who, *times),
    )


def revoke_invitation(tenant_id: str, invitation_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE invitations SET revoked_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL""",
        (tenant_id, invitation_id, at),
    )


def invitation_by_token(token_hash: str, now: str) -> Statement:
    """Found by the token itself; with the account that its address has, if any."""
    return Statement(
        """SELECT i.id, i.tenant_id, i.email, i.role, t.name, t.slug, u.id AS user_id
           FROM invitations AS i
           JOIN tenants AS t ON t.id = i.tenant_id
           JOIN memberships AS by ON by.tenant_id = i.tenant_id AND by.user_id = i.invited_by
           LEFT JOIN users AS u ON u.email = i.email
           WHERE i.token_hash = ?1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?2""",
        (token_hash, now),
    )


def insert_invited_user(user_id: str, invitation_id: str, name: str, password_hash: str, at: str) -> Statement:
    """Only while the invitation is open: without the user the rest of its batch is refused."""
    return Statement(
        """INSERT INTO users (id, email, name, password_hash, created_at, updated_at, email_verified_at)
           SELECT ?1, email, ?3, ?4, ?5, ?5, ?5 FROM invitations
           WHERE id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?5""",
        (user_id, invitation_id, name, password_hash, at),
    )


def join_by_invitation(tenant_id: str, invitation_id: str, user_id: str, at: str) -> Statement:
    """Nothing when the invitation has been used or revoked meanwhile."""
    return Statement(
        """INSERT INTO memberships (tenant_id, user_id, role, created_at)
           SELECT tenant_id, ?3, role, ?4 FROM invitations
           WHERE tenant_id = ?1 AND id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?4
           ON CONFLICT (tenant_id, user_id) DO NOTHING""",
        (tenant_id, invitation_id, user_id, at),
    )


def accept_invitation(tenant_id: str, invitation_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE invitations SET accepted_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL""",
        (tenant_id, invitation_id, at),
    )


def confirm_address(user_id: str, at: str) -> Statement:
    """Who came by a mailed token has read that mail."""
    return Statement(
        "UPDATE users SET email_verified_at = COALESCE(email_verified_at, ?2) WHERE id = ?1", (user_id, at)
    )
