"""The hook for signing programs and installers; without a certificate it does nothing and says so.

`WAYBILL_SIGN_COMMAND` holds a command, one word per line or split as a shell would; `{file}` in it
stands for the file, and is added at the end where it is missing. Keys and passwords belong into the
signing tool's own store (a token, a vault), never into this command. Two that work:

    signtool sign /fd sha256 /tr http://timestamp.digicert.com /td sha256 /sha1 THUMBPRINT {file}
    osslsigncode sign -pkcs11module MODULE -certs CERT.pem -key KEY -in {file} -out {file}.signed

The second writes another file: wrap it in a script that moves the result over the original. Signing
comes before the hash list, and a command that fails stops the build: nothing half signed is shipped.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

COMMAND: Final = "WAYBILL_SIGN_COMMAND"
_SIGNED: Final = frozenset({".exe", ".dll", ".pyd", ".msi"})


class SigningError(Exception):
    """The signing command failed; the text is what it said."""


def command_of(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The command with its place for the file; empty: nothing is signed."""
    words = shlex.split(environment.get(COMMAND, ""))
    return words if not words or any("{file}" in word for word in words) else [*words, "{file}"]


def ours(folder: Path) -> list[Path]:
    """The programs of a folder: our own, the rest is signed by those who made it, or not."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SIGNED)


def sign(files: Iterable[Path], environment: Mapping[str, str] = os.environ) -> int:
    """Sign them; how many were signed, 0 without a command. Raises SigningError."""
    command = command_of(environment)
    if not command:
        return 0
    count = 0
    for file in files:
        words = [word.replace("{file}", str(file)) for word in command]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-500:]
            raise SigningError(f"{file.name} could not be signed: {said}")
        count += 1
    return count
