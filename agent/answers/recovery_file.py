"""The recovery key in a file that only its owner reads, for installers that have nobody to show it.

Or sealed for somebody else: with a public key, only the holder of its private half can read it
(RSA-OAEP with SHA-256, which `openssl pkeyutl` opens).
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from agent import durable
from agent.errors import WaybillError, WrongUse
from agent.machine import access

_MOST_BYTES = 4096
_SAID = """\
# The recovery key of the Waybill agent with the home folder {home}.
# Put it into a password safe, away from this machine, and then delete this file.
# Without it nobody can open this agent's queue, secrets and backups if its own key is lost.
{key}
"""


def is_free(path: Path) -> str:
    """Why a recovery key cannot be written there; empty: it can."""
    if path.exists():
        return f"{path} is there already: it may be the recovery key of another agent."
    if not path.parent.is_dir():
        return f"the folder {path.parent} is not there."
    return ""


def public_key(path: Path) -> rsa.RSAPublicKey:
    """A public key in PEM. Raises WrongUse."""
    try:
        found = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}.", code="PUBLIC_KEY") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise WrongUse(f"{path} is no public key in PEM.", code="PUBLIC_KEY") from error
    if not isinstance(found, rsa.RSAPublicKey) or found.key_size < 2048:
        raise WrongUse(f"{path} is no RSA key of 2048 bits or more.", code="PUBLIC_KEY")
    return found


def write_key_file(path: Path, key: str, home: Path, seal_for: Path | None = None) -> None:
    """Write a recovery key where there is none yet. Raises WaybillError."""
    if problem := is_free(path):
        raise WrongUse(
            f"The recovery key cannot be written: {problem}",
            code="RECOVERY_KEY_FILE",
            hint="Name another file. Nothing was written over.",
        )
    content = _SAID.format(home=home, key=key).encode()
    if seal_for is not None:
        oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
        content = public_key(seal_for).encrypt(key.encode(), oaep)
    try:
        durable.write(path, content)
        access.close_file(path)
    except OSError as error:
        raise WaybillError(
            f"The recovery key cannot be written to {path}: {error.strerror}.",
            code="RECOVERY_KEY_FILE",
            hint="Name a file that this account may write.",
        ) from error


def read_key_file(path: Path) -> str:
    """A recovery key as `write_key_file` leaves it, or as somebody saved it. Raises WrongUse."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise WrongUse(
            f"The recovery key cannot be read from {path}: {error.strerror}.",
            code="RECOVERY_KEY_FILE",
        ) from error
    return without_comments(text)


def without_comments(text: str) -> str:
    """The key alone."""
    return "\n".join(
        line for line in text.splitlines() if not line.lstrip().startswith("#")
    ).strip()
