"""ports.KeyDerivation through node:crypto; imported inside a request, as the runtime demands."""

from typing import Any

from workers import import_from_javascript


class NodeKeyDerivation:
    _module: Any = None

    async def scrypt(self, password: bytes, salt: bytes, *, n: int, r: int, p: int, size: int) -> bytes:
        if NodeKeyDerivation._module is None:
            NodeKeyDerivation._module = import_from_javascript("js/kdf.mjs")
        return bytes.fromhex(NodeKeyDerivation._module.scrypt(password.hex(), salt.hex(), n, r, p, size))
