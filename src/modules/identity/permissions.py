"""The one table of who may do what; the OpenAPI document shows it for every route."""

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["owner", "admin", "agent", "viewer"]
Permission = Literal[
    "account",
    "agents:read",
    "agents:write",
    "appointments:read",
    "appointments:write",
    "business:leave",
    "conversations:read",
    "customers:read",
    "customers:write",
    "integrations:read",
    "integrations:write",
    "keys:manage",
    "knowledge:read",
    "knowledge:write",
    "messages:read",
    "messages:write",
    "numbers:read",
    "numbers:write",
    "onboarding:read",
    "onboarding:write",
    "privacy:manage",
    "products:read",
    "products:write",
    "profile:read",
    "schedule:read",
    "schedule:write",
    "team:manage",
    "team:read",
    "webhooks:read",
    "webhooks:write",
]

EVERY: frozenset[Permission] = frozenset(get_args(Permission))
# One's own account: everybody has it, no key does, since a key is not a person.
_OWN: frozenset[Permission] = frozenset(("account", "profile:read"))
_VIEWS: frozenset[Permission] = frozenset(
    (
        *(
            "agents:read",
            "appointments:read",
            "conversations:read",
            "customers:read",
            "knowledge:read",
            "messages:read",
            "numbers:read",
        ),
        *("onboarding:read", "products:read", "schedule:read", "team:read"),
    )
)

ROLES: Mapping[Role, frozenset[Permission]] = {
    "owner": EVERY,
    "admin": EVERY - {"business:leave"},
    "agent": _OWN | _VIEWS | {"appointments:write", "customers:write", "messages:write", "products:write"},
    "viewer": _OWN | _VIEWS,
}
# Who could manage people or keys with a key could outlive losing it; and what takes everything or erases is a person's.
SCOPES: frozenset[Permission] = EVERY - {"account", "business:leave", "keys:manage", "privacy:manage", "team:manage"}


def roles_with(permission: Permission) -> tuple[Role, ...]:
    return tuple(role for role, granted in ROLES.items() if permission in granted)
