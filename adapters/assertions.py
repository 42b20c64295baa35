"""Signed assertions with which an agent signs in without a person (RFC 7523), by an RSA key."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.settings import secret
from agent.errors import TargetAuthError
from agent.ports import AdapterContext


def signed(
    context: AdapterContext, reference: str, claims: Mapping[str, object], key_id: str = ""
) -> str:
    """A JWT (RS256) of these claims; `reference` names the private key, `secret:NAME` of a PEM.

    Raises SecretMissing, and TargetAuthError for a key that cannot be used.
    """
    from joserfc import jwt  # who signs in otherwise runs without
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    header = {"alg": "RS256", **({"kid": key_id} if key_id else {})}
    pem = secret(context, reference)
    try:
        return jwt.encode(header, dict(claims), RSAKey.import_key(pem))
    except (JoseError, ValueError, TypeError):
        raise TargetAuthError(
            "The private key for the sign-in cannot be used.",
            code="SIGN_IN_KEY",
            hint=f"Set {reference} to an RSA private key in PEM form, without a password.",
        ) from None
