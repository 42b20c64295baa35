"""What the sandbox keeps in its folder: credentials, the key for JWT sign-in, its state.

ca.pem            what a client must trust              (see `ca`)
credentials.json  client id and secret, user, tokens    made once
jwt-key.pem       a client's private key                made when first asked for
state.json        records and write log                 written at the end, if wished
"""

from __future__ import annotations

import base64
import string
from collections.abc import Mapping
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
from adapters.sandbox.ids import make

USER = "integration@sandbox.example"
_ALPHABET = string.ascii_letters + string.digits


class Folder:
    """One sandbox's files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.ca_file = path / "ca.pem"
        self.jwt_key_file = path / "jwt-key.pem"
        self._credentials_file = path / "credentials.json"
        self._state_file = path / "state.json"

    def credentials(self, random: Random) -> dict[str, str]:
        """The credentials, made at the first start."""
        if self._credentials_file.is_file():
            known: dict[str, str] = orjson.loads(self._credentials_file.read_bytes())
            return known
        made = {
            "org_id": make("00D", random.randrange(1, 10**6)),
            "user_id": make("005", random.randrange(1, 10**6)),
            "user": USER,
            "client_id": "3MVG9" + _text(random, 80),
            "client_secret": _text(random, 64),
            "admin_token": _text(random, 40),
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


def _text(random: Random, length: int) -> str:
    return "".join(random.choices(_ALPHABET, k=length))
