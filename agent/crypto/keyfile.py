"""The key file: everything about the keys that lies on the disk, all of it wrapped.

One small JSON file, always replaced as a whole. Every wrapped key is bound to the record that
describes it (installation, kind, number, time), so that no two can be exchanged.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent import durable
from agent.crypto.wrapping import KEYS_FILE
from agent.errors import KeyUnavailable

FORMAT = 1
_MAX_BYTES = 16 * 1024 * 1024


class State(StrEnum):
    """What a data key may still do."""

    CURRENT = "current"
    OPENS_ONLY = "opens-only"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, ser_json_bytes="base64",
                              val_json_bytes="base64")  # fmt: skip


class StoredKey(_Strict):
    """One data key as it lies on the disk."""

    id: int
    created: str
    state: State
    reserved: int = 0
    """Seals that were allowed under it; at least as many as were made."""
    wrapped: bytes

    def record(self, installation: str) -> bytes:
        """What the wrapped key is bound to: all that never changes about it."""
        return "\n".join(("data", installation, str(self.id), self.created)).encode()


class KeyFile(_Strict):
    """The content of `keys.json`."""

    format: int = FORMAT
    installation: str
    created: str
    check: bytes
    """Proves that a master key is the one of this installation."""
    wraps: dict[str, bytes]
    """The master key, by the name of what wrapped it."""
    recovery: bytes
    """The master key, wrapped by the recovery key."""
    index: bytes
    next_id: int = 1
    """Key numbers are never used twice, also not after a key was destroyed."""
    data: list[StoredKey]

    def write(self, folder: Path) -> None:
        """Replace the key file. Raises KeyUnavailable; the old file is then still in force."""
        try:
            durable.write(folder / KEYS_FILE, self.model_dump_json(indent=1).encode())
        except OSError as error:
            raise KeyUnavailable(
                f"The key file cannot be written: {error.strerror}. Nothing was sealed; "
                "the keys are as they were.",
                hint="Look at the free space and the permissions of the keys folder.",
            ) from error

    @staticmethod
    def read(folder: Path) -> KeyFile:
        """The key file of a folder. Raises KeyUnavailable, saying what to do."""
        path = folder / KEYS_FILE
        try:
            with path.open("rb") as file:
                content = file.read(_MAX_BYTES)
        except OSError as error:
            raise KeyUnavailable(
                f"The key file {KEYS_FILE} cannot be read: {error.strerror}. "
                "Nothing sealed can be opened without it; nothing was changed.",
                hint="Restore the keys folder from a backup. New keys would not open the old data.",
            ) from error
        try:
            found = KeyFile.model_validate_json(content)
        except ValidationError as error:
            raise KeyUnavailable(
                f"The key file {KEYS_FILE} is damaged at {_places(error)}; nothing was changed.",
                hint="Restore the keys folder from a backup.",
            ) from error
        if found.format > FORMAT:
            raise KeyUnavailable(
                "The key file was written by a newer Waybill.",
                hint="Install that version again; this one leaves the file as it is.",
            )
        return found


def _places(error: ValidationError) -> str:
    places = [".".join(map(str, item["loc"])) or "its start" for item in error.errors()]
    return ", ".join(places[:3])
