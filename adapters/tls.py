"""Whom a target's connections trust, and what they show of themselves (mutual TLS)."""

from __future__ import annotations

import ssl

from adapters.network import trust
from adapters.settings import HttpSettings, secret
from agent.errors import TargetAuthError, TargetUnavailable
from agent.ports import AdapterContext


def tls_context(settings: HttpSettings, context: AdapterContext) -> ssl.SSLContext:
    """For every connection of one target. Raises TargetUnavailable, TargetAuthError."""
    ca_file = settings.ca_file and context.folder / settings.ca_file
    try:
        tls = trust(ca_file)
    except OSError as error:
        raise TargetUnavailable(
            "The file of trusted certificates cannot be read.",
            code="CA_FILE_UNREADABLE",
            params={"file": str(ca_file)},
            hint=f"Check ca_file: {ca_file}",
        ) from error
    if settings.client_certificate is not None:
        _show(tls, settings, context)
    return tls


def _show(tls: ssl.SSLContext, settings: HttpSettings, context: AdapterContext) -> None:
    reference = settings.client_key_password
    password = "" if reference is None else secret(context, reference)
    path = context.folder / (settings.client_certificate or "")
    try:
        # A function, also for no password: OpenSSL would ask for one on the terminal.
        tls.load_cert_chain(path, password=lambda: password)
    except OSError as error:  # ssl.SSLError is one
        raise TargetAuthError(
            "The client's certificate or its key cannot be used.",
            code="CLIENT_CERTIFICATE",
            params={"file": str(path)},
            hint=f"Check client_certificate ({path}: certificate and key in PEM form) and "
            "client_key_password.",
        ) from error
