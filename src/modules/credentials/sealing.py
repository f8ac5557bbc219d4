"""Envelope encryption: each tenant has a data key, wrapped by the installation's; a value opens only in its place."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from modules.credentials import key_queries as queries
from modules.instants import stored
from ports.cipher import CannotOpen
from ports.context import Ports

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class DataKey:
    id: str
    key: bytes = field(repr=False)


def wrapping_key_id(key: bytes) -> str:
    return sha256(b"id:" + key).hexdigest()[:12]


async def data_key(ports: Ports, tenant_id: str) -> DataKey:
    """The tenant's key, made with the first value it seals."""
    (found,) = await ports.db.batch(queries.newest_key(tenant_id))
    if found.first is None:
        await _make_key(ports, tenant_id)
        (found,) = await ports.db.batch(queries.newest_key(tenant_id))
    row = found.rows[0]
    return await opened_key(ports, tenant_id, str(row["id"]), str(row["wrapped_key"]))


async def opened_key(ports: Ports, tenant_id: str, key_id: str, wrapped: str) -> DataKey:
    """Raises CannotOpen."""
    return DataKey(key_id, await unwrapped(ports, tenant_id, key_id, wrapped))


async def _make_key(ports: Ports, tenant_id: str) -> None:
    key_id, kek = ports.ids.new("dek"), ports.keyring.credentials
    wrapped = await wrap(ports, tenant_id, key_id, ports.ids.secret(KEY_BYTES))
    # Another request may have made one meanwhile: the statement makes the first only.
    made = queries.insert_first_key(tenant_id, key_id, wrapped, wrapping_key_id(kek), stored(ports.clock.now()))
    await ports.db.batch(made, idempotent=True)


async def wrap(ports: Ports, tenant_id: str, key_id: str, key: bytes) -> str:
    sealed = await ports.cipher.seal(ports.keyring.credentials, key, _key_context(tenant_id, key_id))
    return b64encode(sealed).decode()


async def unwrapped(ports: Ports, tenant_id: str, key_id: str, wrapped: str) -> bytes:
    """Under the key of today, else under the one before it. Raises CannotOpen."""
    sealed, context = b64decode(wrapped), _key_context(tenant_id, key_id)
    try:
        return await ports.cipher.open(ports.keyring.credentials, sealed, context)
    except CannotOpen:
        if ports.keyring.previous is None:
            raise
        return await ports.cipher.open(ports.keyring.previous, sealed, context)


async def seal(ports: Ports, key: DataKey, place: tuple[str, ...], value: str) -> str:
    """`place` is where the value will stand, tenant first: (tenant, provider, field); it opens nowhere else."""
    return b64encode(await ports.cipher.seal(key.key, value.encode(), _context(place))).decode()


async def unseal(ports: Ports, key: DataKey, place: tuple[str, ...], sealed: str) -> str:
    """Raises CannotOpen, also for a row that was moved."""
    return (await ports.cipher.open(key.key, b64decode(sealed), _context(place))).decode()


def _key_context(tenant_id: str, key_id: str) -> bytes:
    return _context(("data-key", tenant_id, key_id))


def _context(parts: tuple[str, ...]) -> bytes:
    # Lengths first: ("a", "bc") and ("ab", "c") are two places.
    return "".join(f"{len(part)}:{part}" for part in parts).encode()
