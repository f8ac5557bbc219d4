"""Password hashes: scrypt, with the parameters and the salt in the text (PHC string format)."""

import hmac
from base64 import b64decode, b64encode

from ports.ids import Ids
from ports.key_derivation import KeyDerivation

# 8 MiB a login, since an isolate has 128 MB and other calls in it; OWASP's Password Storage Cheat Sheet lists
# N=2^13, r=8, p=10 as equivalent to its first choice.
LOG2_N, BLOCK_SIZE, PARALLELISM, KEY_BYTES = 13, 8, 10, 32
_CURRENT = f"$scrypt$ln={LOG2_N},r={BLOCK_SIZE},p={PARALLELISM}$"
_MOST_MEMORY = 64 * 1024 * 1024
_MOST_WORK = 1 << 20


def _text(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


async def hash_password(kdf: KeyDerivation, ids: Ids, password: str) -> str:
    salt = ids.secret(16)
    key = await kdf.scrypt(password.encode(), salt, n=1 << LOG2_N, r=BLOCK_SIZE, p=PARALLELISM, size=KEY_BYTES)
    return f"{_CURRENT}{_text(salt)}${_text(key)}"


async def verify_password(kdf: KeyDerivation, password: str, stored: str | None) -> bool:
    """False for a wrong password and for a hash that is missing or not ours, after the same work."""
    parameters = _parse(stored) or _parse(f"{_CURRENT}{_text(bytes(16))}${_text(bytes(KEY_BYTES))}")
    assert parameters  # noqa: S101
    n, r, p, salt, key = parameters
    derived = await kdf.scrypt(password.encode(), salt, n=n, r=r, p=p, size=len(key))
    return hmac.compare_digest(derived, key) and _parse(stored) is not None


def needs_rehash(stored: str) -> bool:
    return not stored.startswith(_CURRENT)


def _parse(stored: str | None) -> tuple[int, int, int, bytes, bytes] | None:
    try:
        _, scheme, settings, salt, key = (stored or "").split("$")
        costs = {name: int(value) for name, _, value in (part.partition("=") for part in settings.split(","))}
        n, r, p = 1 << costs["ln"], costs["r"], costs["p"]
        if scheme != "scrypt" or 128 * n * r > _MOST_MEMORY or n * r * p > _MOST_WORK or len(_bytes(key)) < 16:
            return None
        return n, r, p, _bytes(salt), _bytes(key)
    except (ValueError, KeyError):
        return None
