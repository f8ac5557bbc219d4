"""ports.Cipher through WebCrypto."""

import os
from typing import Any

from pyodide.ffi import JsException, to_js

import js
from ports.cipher import CannotOpen

NONCE_BYTES = 12


class WebCipher:
    async def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = await js.crypto.subtle.encrypt(
            _algorithm(nonce, context), await _imported(key, "encrypt"), to_js(plain)
        )
        return nonce + bytes(sealed.to_bytes())

    async def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            plain = await js.crypto.subtle.decrypt(
                _algorithm(nonce, context), await _imported(key, "decrypt"), to_js(rest)
            )
        except JsException as error:
            raise CannotOpen from error
        return bytes(plain.to_bytes())


def _algorithm(nonce: bytes, context: bytes) -> Any:
    parameters = {"name": "AES-GCM", "iv": nonce, "additionalData": context, "tagLength": 128}
    return to_js(parameters, dict_converter=js.Object.fromEntries)


async def _imported(key: bytes, use: str) -> Any:
    return await js.crypto.subtle.importKey("raw", to_js(key), "AES-GCM", False, to_js([use]))
