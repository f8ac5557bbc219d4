"""ports.Cipher through WebCrypto; imported inside a request, as the runtime demands."""

import os
from typing import Any

from pyodide.ffi import JsException, to_js
from workers import import_from_javascript

from ports.cipher import CannotOpen

NONCE_BYTES = 12


class WebCipher:
    _module: Any = None

    async def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = await self._webcrypto().encrypt(to_js(key), to_js(nonce), to_js(plain), to_js(context))
        return nonce + bytes(sealed.to_bytes())

    async def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            plain = await self._webcrypto().decrypt(to_js(key), to_js(nonce), to_js(rest), to_js(context))
        except JsException as error:
            raise CannotOpen from error
        return bytes(plain.to_bytes())

    @staticmethod
    def _webcrypto() -> Any:
        if WebCipher._module is None:
            WebCipher._module = import_from_javascript("js/cipher.mjs")
        return WebCipher._module
