"""The recovery key as a person writes it down: fourteen groups of four letters and digits.

    K7QD-0M3X-...   32 random bytes and 3 of checksum, in Crockford's alphabet

No I, L, O or U is ever printed; typed as 1, 1 and 0 they are understood. Case, blanks and dashes
do not matter. The checksum tells a slip of the pen from a wrong key.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import blake2b

from agent.crypto.primitives import KEY_BYTES
from agent.errors import KeyUnavailable

_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WRITTEN = str.maketrans(_STANDARD, _CROCKFORD)
_READ = str.maketrans(_CROCKFORD + "ILO", _STANDARD + "BBA")  # I, L read as 1; O as 0
_CHECKSUM_BYTES = 3


def to_text(key: bytes) -> str:
    """The key as text to be printed or written down."""
    text = base64.b32encode(key + _checksum(key)).decode().translate(_WRITTEN)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def from_text(text: str) -> bytes:
    """The key back from what a person typed. Raises KeyUnavailable on a slip of the pen."""
    letters = "".join(text.upper().split()).replace("-", "")
    try:
        if not set(letters) <= set(_CROCKFORD + "ILO"):
            raise binascii.Error
        data = base64.b32decode(letters.translate(_READ))
    except binascii.Error:
        data = b""
    key, checksum = data[:KEY_BYTES], data[KEY_BYTES:]
    if len(data) != KEY_BYTES + _CHECKSUM_BYTES or checksum != _checksum(key):
        raise KeyUnavailable(
            "This is not a recovery key: letters are missing or mistyped.",
            code="RECOVERY_KEY_MISTYPED",
            hint="It has 14 groups of 4 letters and digits. Nothing was changed; type it again.",
        )
    return key


def _checksum(key: bytes) -> bytes:
    return blake2b(key, digest_size=_CHECKSUM_BYTES, person=b"waybill-recover").digest()
