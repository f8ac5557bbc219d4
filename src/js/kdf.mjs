// scrypt from node:crypto: CPython in the Worker is built without OpenSSL. Hex in and out, since a Buffer
// cannot cross into Python.
import { scryptSync } from "node:crypto";

export function scrypt(passwordHex, saltHex, n, r, p, size) {
  const options = { N: n, r, p, maxmem: 256 * n * r };
  return scryptSync(Buffer.from(passwordHex, "hex"), Buffer.from(saltHex, "hex"), size, options).toString("hex");
}
