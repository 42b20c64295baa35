r"""Keys of the ERP as Dataverse alternate keys, and back. Pure.

Two facts decide the form. A key value with one of `/ < > * % & : \ ? +` cannot be addressed
(https://learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity), and
Dataverse compares text without regard to case, accents and trailing blanks, so that two keys of the
ERP could become one record. Digits, capital letters, `-` and `.` stay what they are, which is what
most keys consist of. The rest is written as

    _A ... _Z      a small letter                      ab     -> _A_B
    _2F            any other ASCII character, in hex   10/26  -> 10_2F26
    __FC_          any further character, in hex       ü      -> __FC_

No two keys have the same form, in any case, and each form leads back to its key.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST = 450
"""Characters of the key column: an index entry takes 900 bytes, two a character."""

_PLAIN = re.compile(r"[0-9A-Z.-]*", re.ASCII)
_ESCAPED = re.compile(r"_(?:([A-Z])|([0-7][0-9A-F])|_([0-9A-F]{2,6})_)")
_FORM = re.compile(r"(?:[0-9A-Z.-]|_[A-Z]|_[0-7][0-9A-F]|__[0-9A-F]{2,6}_)*", re.ASCII)


class KeyUnusable(ValueError):
    """A key of the ERP that no alternate key can hold; `code` says why."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


def encode(key: str) -> str:
    """The alternate key's value. Raises KeyUnusable for what is too long, or no text."""
    found = key if _PLAIN.fullmatch(key) else "".join(map(_escaped, key))
    if len(found) > LONGEST:
        raise KeyUnusable(
            "EXTERNAL_ID_TOO_LONG",
            f"Written as an alternate key it takes {len(found)} characters; "
            f"Dataverse takes {LONGEST}.",
        )
    return found


def decode(found: str) -> str | None:
    """The ERP's key, or None for a value that `encode` never makes: somebody typed it in."""
    if not _FORM.fullmatch(found):
        return None
    try:
        key = _ESCAPED.sub(_plain, found)
        return key if encode(key) == found else None
    except (ValueError, OverflowError):
        return None


@cache
def _escaped(character: str) -> str:
    if _PLAIN.fullmatch(character):
        return character
    if "a" <= character <= "z":
        return f"_{character.upper()}"
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise KeyUnusable("TEXT_INVALID", "The external id is not valid Unicode.")
    return f"_{code:02X}" if code < 0x80 else f"__{code:X}_"


def _plain(found: re.Match[str]) -> str:
    letter, ascii_code, code = found.groups()
    return letter.lower() if letter else chr(int(ascii_code or code, 16))
