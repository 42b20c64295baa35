"""What opens the master key when the service starts alone.

- `CredentialWrapper`: systemd hands the service a key (`LoadCredentialEncrypted=waybill-master`),
  itself sealed by the machine's TPM or host key. The best that Linux offers.
- `FileWrapper`: a key file that only the service account may read. It keeps other users out; it
  does not help against whoever takes the whole disk.
- `agent.crypto.dpapi.DpapiWrapper`: Windows, in the scope of the service account;
  `HandoverWrapper` there, for keys that somebody else makes for the service.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from agent import durable
from agent.crypto import primitives
from agent.errors import KeyUnavailable
from agent.machine import account

CREDENTIAL = "waybill-master"
KEY_FILE = "wrapping.key"
ENTROPY_FILE = "entropy.bin"
KEYS_FILE = "keys.json"
_RECORD = b"waybill/master"
_RESTORE = "Restore the keys folder from a backup, or run `waybill keys recover`."


class Wrapper(Protocol):
    """Wraps the master key so that this machine and account can unwrap it without a person."""

    @property
    def name(self) -> str:
        """Stands beside what it wrapped; a wrap is only offered to a wrapper of that name."""
        ...

    def wrap(self, plain: bytes) -> bytes:
        """Wrap the master key. May create what it needs for that."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Reverse `wrap`. Never creates anything. Raises KeyUnavailable."""
        ...


class FileWrapper:
    """Wraps by a key file of its own, readable for the service account alone."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrap(self, plain: bytes) -> bytes:
        """Wrap under the key file; made here if it is not there yet."""
        if not self._path.exists():
            durable.write(self._path, os.urandom(primitives.KEY_BYTES))
        return primitives.wrap(self._key(), plain, _RECORD)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap under the key file, which must be there and closed to others."""
        return _unwrapped(self._key(), wrapped)

    def _key(self) -> bytes:
        if sys.platform != "win32":
            self._refuse_exposed(os.geteuid())
        return _file_key(self._path)

    def _refuse_exposed(self, account: int) -> None:
        try:
            status = self._path.stat()
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid not in {0, account}:
            raise KeyUnavailable(
                f"The key file {self._path.name} can be read by other users of this machine.",
                code="KEY_FILE_EXPOSED",
                hint="Give it to the service account with mode 0600, find out who could read it, "
                "and start again.",
            )


class CredentialWrapper:
    """Wraps by a credential that systemd hands to the service; never creates one."""

    name = "credential"

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrap(self, plain: bytes) -> bytes:
        """Wrap under the credential."""
        return primitives.wrap(_file_key(self._path), plain, _RECORD)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap under the credential."""
        return _unwrapped(_file_key(self._path), wrapped)


def default_wrapper(folder: Path, environ: Mapping[str, str]) -> Wrapper:
    """The best wrapper of this machine, or the one that the key folder was made with."""
    candidates: list[Wrapper] = []
    credential = Path(environ.get("CREDENTIALS_DIRECTORY", "")) / CREDENTIAL
    if "CREDENTIALS_DIRECTORY" in environ and credential.is_file():
        candidates.append(CredentialWrapper(credential))
    if sys.platform == "win32":
        from agent.crypto.dpapi import DpapiWrapper, HandoverWrapper

        entropy = folder / ENTROPY_FILE
        own, handed = DpapiWrapper(entropy), HandoverWrapper(entropy)
        candidates += [own, handed] if account.here().is_service else [handed, own]
    candidates.append(FileWrapper(folder / KEY_FILE))
    used = _names_used(folder)
    return next((wrapper for wrapper in candidates if wrapper.name in used), candidates[0])


def taken_over(folder: Path) -> Wrapper | None:
    """What this service should wrap keys with that were handed over to it; None: they were not."""
    if os.name != "nt" or not account.here().is_service:
        return None
    from agent.crypto.dpapi import DpapiWrapper, HandoverWrapper

    handed = HandoverWrapper.name in _names_used(folder)
    return DpapiWrapper(folder / ENTROPY_FILE) if handed else None


def _names_used(folder: Path) -> set[str]:
    """Names of the wraps in the key file; none where it cannot be read: `open` says why."""
    try:
        return set(json.loads((folder / KEYS_FILE).read_bytes())["wraps"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _file_key(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(content) < primitives.KEY_BYTES:
        raise KeyUnavailable(
            f"The key file {path.name} is too short to be a key: it was cut or overwritten.",
            hint=_RESTORE,
        )
    return primitives.derive(content, "wrap/v1")


def _unwrapped(key: bytes, wrapped: bytes) -> bytes:
    plain = primitives.unwrap(key, wrapped, _RECORD)
    if plain is None:
        raise KeyUnavailable(
            "The master key does not open: the key beside it is another one than it was "
            "wrapped with.",
            hint=_RESTORE,
        )
    return plain


def _unreadable(path: Path, error: OSError) -> KeyUnavailable:
    return KeyUnavailable(
        f"The key file {path.name} cannot be read: {error.strerror}. "
        "Nothing sealed can be read until it is back; nothing was changed.",
        hint=_RESTORE,
    )
