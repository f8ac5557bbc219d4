// AES-256-GCM from WebCrypto. From a module of its own, because `crypto` reached through Python's `js` is a stand-in
// without `subtle` in the very Worker that takes a snapshot.
const algorithm = (iv, additionalData) => ({ name: "AES-GCM", iv, additionalData, tagLength: 128 });
const imported = (key, use) => crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);

export async function encrypt(key, iv, plain, context) {
  return new Uint8Array(await crypto.subtle.encrypt(algorithm(iv, context), await imported(key, "encrypt"), plain));
}

export async function decrypt(key, iv, sealed, context) {
  return new Uint8Array(await crypto.subtle.decrypt(algorithm(iv, context), await imported(key, "decrypt"), sealed));
}
