"""What the sandbox keeps in its folder: credentials, the key for sign-in by assertion, its state.

ca.pem                  what a client must trust                  (see `ca`)
CRM-credentials.json    what a client signs in with, admin token  made once
jwt-key.pem             a client's private key                    made when first asked for
CRM-state.json          records and write log                     written at the end, if wished
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from adapters.sandbox.ca import private_pem, write_private
from adapters.sandbox.wire import word


class Folder:
    """One sandbox's files."""

    def __init__(self, path: Path, crm: str) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.ca_file = path / "ca.pem"
        self.jwt_key_file = path / "jwt-key.pem"
        self._credentials_file = path / f"{crm}-credentials.json"
        self._state_file = path / f"{crm}-state.json"

    def credentials(
        self, random: Random, of_crm: Callable[[Random], Mapping[str, str]]
    ) -> dict[str, str]:
        """The CRM's credentials and the sandbox's own, made at the first start."""
        if self._credentials_file.is_file():
            known: dict[str, str] = orjson.loads(self._credentials_file.read_bytes())
            return known
        made = {
            **of_crm(random),
            "admin_token": word(random, 40),
            "hook_secret": "whsec_" + base64.b64encode(random.randbytes(32)).decode(),
        }
        write_private(self._credentials_file, orjson.dumps(made, option=orjson.OPT_INDENT_2))
        return made

    def jwt_public_key(self) -> bytes:
        """The public half of `jwt-key.pem`, which is made if it is not there."""
        if not self.jwt_key_file.is_file():
            made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            write_private(self.jwt_key_file, private_pem(made))
        key = load_pem_private_key(self.jwt_key_file.read_bytes(), None)
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def load(self) -> dict[str, Any] | None:
        """The state that the last run left."""
        if not self._state_file.is_file():
            return None
        state: dict[str, Any] = orjson.loads(self._state_file.read_bytes())
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Leave the state for the next run: the whole new one or the whole old one."""
        draft = self._state_file.with_suffix(".tmp")
        write_private(draft, orjson.dumps(state, default=str))
        draft.replace(self._state_file)
