"""The signed assertion with which an app proves that it holds its certificate's key. Pure.

Its form: https://learn.microsoft.com/entra/identity-platform/certificate-credentials (PS256, the
certificate's SHA-256 thumbprint, at most ten minutes).
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.errors import TargetAuthError

_LIFE = timedelta(minutes=5)


class Credential:
    """A private key and its certificate. Raises TargetAuthError for a PEM that is not both."""

    def __init__(self, pem: str) -> None:
        from joserfc.errors import JoseError  # who signs in otherwise runs without
        from joserfc.jwk import RSAKey

        try:
            self._certificate = x509.load_pem_x509_certificate(_block(pem, "CERTIFICATE"))
            self._key = RSAKey.import_key(_block(pem, "PRIVATE KEY"))
            mine = self._key.as_pem(private=False)
        except (JoseError, ValueError, TypeError, AttributeError):
            raise _unusable() from None
        public = self._certificate.public_key()
        if public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) != mine:
            raise _unusable("The private key does not belong to the certificate.")

    @property
    def ends(self) -> datetime:
        """When the certificate ends."""
        return self._certificate.not_valid_after_utc

    def signed(self, client_id: str, audience: str, now: datetime, id_: str) -> str:
        """An assertion for one sign-in; `audience` is the token endpoint's address."""
        from joserfc import jwt

        thumbprint = base64.urlsafe_b64encode(self._certificate.fingerprint(SHA256()))
        header = {"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint.decode().rstrip("=")}
        seconds = int(now.timestamp())
        claims = {
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": id_,
            "nbf": seconds,
            "iat": seconds,
            "exp": seconds + int(_LIFE.total_seconds()),
        }
        return jwt.encode(header, claims, self._key, algorithms=["PS256"])


def _block(pem: str, kind: str) -> bytes:
    """The first block of a kind, as `PRIVATE KEY` or `RSA PRIVATE KEY`."""
    for start in (f"-----BEGIN {kind}-----", f"-----BEGIN RSA {kind}-----"):
        at = pem.find(start)
        if at >= 0:
            end = pem.index("-----END", at)
            return (pem[at:end] + start.replace("BEGIN", "END") + "\n").encode()
    raise ValueError(kind)


def _unusable(why: str = "") -> TargetAuthError:
    return TargetAuthError(
        why or "The certificate for the sign-in cannot be used.",
        code="SIGN_IN_KEY",
        hint="Set the secret to an RSA private key (PEM, without a password) followed by its "
        "certificate (PEM).",
    )
