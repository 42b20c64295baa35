"""Signing in to SAP: who the agent is, on every request."""

from __future__ import annotations

import base64

from adapters.settings import secret
from adapters.targets.sap.config import SapConfig
from agent.ports import AdapterContext


class SignIn:
    """Names the technical user; the password is asked for at use."""

    def __init__(self, config: SapConfig, context: AdapterContext) -> None:
        self._config = config
        self._context = context

    def header(self) -> str:
        """The `Authorization` of a request. Raises SecretMissing."""
        sign_in = self._config.sign_in
        password = secret(self._context, sign_in.password)
        pair = f"{sign_in.user}:{password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
