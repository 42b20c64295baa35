"""A signed word about newer versions. It is told to people; nothing is fetched or installed.

    {"signed": "<JSON text>", "signature": "<base64: Ed25519 over the UTF-8 bytes of signed>"}

The signed text: `product` is "waybill", `version` the newest one, `notes` where its notes are,
`minimum` the oldest one that may be upgraded to it directly, `released` its date, and `files`, by
name, the `sha256` of each installer. The signature is over the text as it stands, so nothing is
interpreted before it was checked (RFC 8032; the public key is 32 bytes in base64).
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent.errors import WaybillError

MAX_BYTES: Final = 256 * 1024
PRODUCT: Final = "waybill"
_VERSION: Final = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}(?:[-+.a-z0-9]{0,32})")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the publisher says."""

    version: str
    notes: str
    minimum: str = ""
    released: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 in hex, by the name of an installer."""


@dataclass(frozen=True, slots=True)
class News:
    """What it means for an installed version."""

    installed: str
    manifest: Manifest

    @property
    def is_newer(self) -> bool:
        """Whether there is something newer."""
        return ordered(self.manifest.version) > ordered(self.installed)

    @property
    def is_direct(self) -> bool:
        """Whether the installed version may be upgraded to it directly."""
        minimum = self.manifest.minimum
        return not minimum or ordered(self.installed) >= ordered(minimum)

    def as_json(self) -> dict[str, Any]:
        """For a face."""
        return {
            "installed": self.installed,
            "version": self.manifest.version,
            "newer": self.is_newer,
            "direct": self.is_direct,
            "minimum": self.manifest.minimum or None,
            "notes": self.manifest.notes,
            "released": self.manifest.released or None,
            "files": dict(self.manifest.files),
        }


def checked(content: bytes, key: str) -> Manifest:
    """A manifest whose signature is right. Raises WaybillError; nothing of a wrong one is told."""
    if len(content) > MAX_BYTES:
        raise _wrong("It is larger than a manifest can be.")
    try:
        public = Ed25519PublicKey.from_public_bytes(b64decode(key, validate=True))
    except (binascii.Error, ValueError) as error:
        raise WaybillError(
            "The key of the manifest is no Ed25519 public key in base64.",
            code="MANIFEST_KEY_WRONG",
            hint='Correct key in [agent] updates = { manifest = "...", key = "..." }.',
        ) from error
    try:
        outer = json.loads(content)
        signed, signature = outer["signed"].encode(), b64decode(outer["signature"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _wrong("It does not have the form of one.") from error
    try:
        public.verify(signature, signed)
    except InvalidSignature as error:
        raise WaybillError(
            "The manifest is not signed with the configured key: nothing in it is believed.",
            code="MANIFEST_SIGNATURE_WRONG",
            hint="Ask the publisher; do not install what it points to.",
        ) from error
    return _read(signed)


def ordered(version: str) -> tuple[tuple[int, ...], bool, str]:
    """What versions are compared by: numbers first; what follows them comes before the release."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    head = numbers.group() if numbers else "0"
    parts = [int(part) for part in head.split(".")]
    while parts and not parts[-1]:
        parts.pop()
    rest = version[len(head) :].split("+", maxsplit=1)[0]
    return tuple(parts), not rest, rest


def _read(signed: bytes) -> Manifest:
    try:
        told = json.loads(signed)
        files = {str(name): str(one["sha256"]) for name, one in told.get("files", {}).items()}
        found = Manifest(
            str(told["version"]), str(told["notes"]), str(told.get("minimum") or ""),
            str(told.get("released") or ""), files,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _wrong("It lacks what a manifest says.") from error
    if told.get("product") != PRODUCT:
        raise _wrong("It is about another product.")
    versions = [found.version, *([found.minimum] if found.minimum else [])]
    if not all(_VERSION.fullmatch(one) for one in versions):
        raise _wrong("Its version is none.")
    if not found.notes.startswith("https://"):
        raise _wrong("Its notes are not at an https address.")
    if not all(_SHA256.fullmatch(one) for one in files.values()):
        raise _wrong("One of its hashes is no SHA-256.")
    return found


def _wrong(why: str) -> WaybillError:
    return WaybillError(
        f"The manifest cannot be used. {why}",
        code="MANIFEST_WRONG",
        hint="Check its address: [agent] updates in waybill.toml.",
    )
