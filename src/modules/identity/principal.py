"""Who acts."""

from dataclasses import dataclass

from modules.identity.permissions import ROLES, SCOPES, Permission, Role
from modules.identity.schemas import Tenant, User
from modules.identity.trace import Trace


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts, for which tenant, as what; with the two facts of the tenant that reading its input needs.

    Behind an API key stands the user who made it: the key may do what its scopes and that user's role both allow.
    """

    user: User
    tenant: Tenant
    role: Role
    country: str
    timezone: str
    trace: Trace
    session_id: str | None = None
    key_id: str | None = None
    scopes: frozenset[Permission] = frozenset()

    @property
    def name(self) -> str:
        """What tells this principal from every other of the tenant."""
        return self.key_id or self.user.id

    def may(self, permission: Permission) -> bool:
        if permission not in ROLES[self.role]:
            return False
        return self.key_id is None or permission in self.scopes & SCOPES
