"""The three operations that everything else in this room is made of."""

from __future__ import annotations

import os
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12


def derive(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which neither `key` nor its siblings can be computed."""
    return HKDF(SHA256(), KEY_BYTES, None, b"waybill/" + purpose.encode()).derive(key)


def fingerprint(key: bytes, *parts: bytes) -> bytes:
    """A keyed hash over a list of parts; where one part ends is part of the hash."""
    state = blake2b(key=key, digest_size=32)
    for part in parts:
        state.update(len(part).to_bytes(8, "big") + part)
    return state.digest()


def wrap(key: bytes, plain: bytes, record: bytes) -> bytes:
    """Seal a key (or another small file's content), bound to the record that describes it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, record)


def unwrap(key: bytes, wrapped: bytes, record: bytes) -> bytes | None:
    """Reverse `wrap`; None when key, bytes and record do not belong together."""
    if len(wrapped) < NONCE_BYTES:
        return None
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], record)
    except InvalidTag:
        return None
