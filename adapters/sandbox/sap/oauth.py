"""SAP's token service: OAuth 2.0 with a SAML 2.0 bearer assertion, checked by hand.

The signature is verified over the canonical form of what arrived without its signature, so that a
mistake in how a client signs shows.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from adapters.sandbox.core import Core
from adapters.sandbox.wire import Request, Response, dumps, word

PATH = "/sap/bc/sec/oauth2/token"
_GRANT = "urn:ietf:params:oauth:grant-type:saml2-bearer"
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"


class _Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(error)


class Tokens:
    """Hands out tokens and knows which are good. The caller holds the core's lock."""

    def __init__(self, core: Core) -> None:
        self.given = 0
        self._core = core
        self._keys: list[RSAPublicKey] = []
        self._good: dict[str, float] = {}

    def trust(self, pem: bytes) -> None:
        """Accept assertions of this certificate's or public key's owner."""
        is_certificate = b"CERTIFICATE" in pem
        key: object = (
            x509.load_pem_x509_certificate(pem).public_key()
            if is_certificate
            else load_pem_public_key(pem)
        )
        if not isinstance(key, RSAPublicKey):
            raise TypeError("an identity provider signs with an RSA key")
        self._keys.append(key)

    def serve(self, request: Request) -> Response:
        """Answer `POST /sap/bc/sec/oauth2/token`."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            self._check_client(request.headers.get("authorization", ""), form)
            if form.get("grant_type") != _GRANT:
                raise _Refused("unsupported_grant_type", "grant type not supported")
            if not form.get("scope", "").startswith("UIWC:"):
                raise _Refused("invalid_scope", "scope is not assigned to the client")
            self._check_assertion(form.get("assertion", ""))
        except _Refused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            return Response(400, dumps(body))
        token = word(self._core.random, 64)
        self._good[token] = self._core.clock.monotonic()
        self.given += 1
        seconds = str(int(self._core.options.token_seconds))
        told = {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
        return Response(200, dumps({**told, "scope": form["scope"]}))

    def is_good(self, token: str) -> bool:
        """Whether a token is known and not over."""
        begun = self._good.get(token)
        now = self._core.clock.monotonic()
        return begun is not None and now < begun + self._core.options.token_seconds

    def end(self) -> None:
        """Let every token run out."""
        self._good.clear()

    def _check_client(self, authorization: str, form: Mapping[str, str]) -> None:
        credentials = self._core.credentials
        wanted = f"{credentials['client_id']}:{credentials['client_secret']}".encode()
        try:
            given = base64.b64decode(authorization.partition(" ")[2], validate=True)
        except binascii.Error:
            given = b""
        is_same = form.get("client_id") == credentials["client_id"]
        if not hmac.compare_digest(given, wanted) or not is_same:
            raise _Refused("invalid_client", "Client authentication failed")

    def _check_assertion(self, text: str) -> None:
        try:
            root = ET.fromstring(base64.b64decode(text, validate=True))  # noqa: S314 - our own tests
        except (binascii.Error, ET.ParseError):
            raise _Refused("invalid_grant", "Malformed SAML 2.0 assertion") from None
        self._check_signature(root)
        wanted = {
            "Issuer": self._core.credentials["issuer"],
            "Subject/NameID": self._core.credentials["user"],
            "Conditions/AudienceRestriction/Audience": urlsplit(self._core.url).netloc,
            "AttributeStatement/Attribute/AttributeValue": self._core.credentials["client_id"],
        }
        for path, value in wanted.items():
            if _text(root, path) != value:
                raise _Refused("invalid_grant", f"{path.rpartition('/')[2]} is not accepted")
        self._check_times(root)

    def _check_times(self, root: ET.Element) -> None:
        now = self._core.clock.now()
        conditions = root.find(f"{_SAML}Conditions")
        data = root.find(_path("Subject/SubjectConfirmation/SubjectConfirmationData"))
        if conditions is None or data is None:
            raise _Refused("invalid_grant", "SAML 2.0 assertion is not complete")
        if not _moment(conditions, "NotBefore") <= now < _moment(conditions, "NotOnOrAfter"):
            raise _Refused("invalid_grant", "SAML 2.0 assertion is not valid at this time")
        if data.get("Recipient") != f"{self._core.url}{PATH}":
            raise _Refused("invalid_grant", "Recipient is not accepted")

    def _check_signature(self, root: ET.Element) -> None:
        signature = root.find(f"{_DS}Signature")
        info = signature.find(f"{_DS}SignedInfo") if signature is not None else None
        if signature is None or info is None:
            raise _Refused("invalid_grant", "SAML 2.0 assertion is not signed")
        reference = info.find(f"{_DS}Reference")
        digest = info.findtext(f"{_DS}Reference/{_DS}DigestValue", "")
        value = signature.findtext(f"{_DS}SignatureValue", "")
        root.remove(signature)
        whole = base64.b64encode(sha256(_canonical(root)).digest()).decode()
        is_ours = reference is not None and reference.get("URI") == f"#{root.get('ID')}"
        if whole != digest or not is_ours or not self._is_signed(_canonical(info), value):
            raise _Refused("invalid_grant", "Signature of SAML 2.0 assertion is not valid")

    def _is_signed(self, text: bytes, value: str) -> bool:
        for key in self._keys:
            try:
                key.verify(base64.b64decode(value), text, PKCS1v15(), hashes.SHA256())
            except (InvalidSignature, binascii.Error):
                continue
            return True
        return False


def _canonical(element: ET.Element) -> bytes:
    ET.register_namespace("saml2", _SAML.strip("{}"))
    ET.register_namespace("ds", _DS.strip("{}"))
    return ET.canonicalize(ET.tostring(element, encoding="unicode")).encode()


def _path(path: str) -> str:
    return "/".join(f"{_SAML}{step}" for step in path.split("/"))


def _text(root: ET.Element, path: str) -> str:
    return root.findtext(_path(path), "")


def _moment(element: ET.Element, name: str) -> datetime:
    try:
        return datetime.strptime(element.get(name, ""), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _Refused("invalid_grant", f"{name} is not a time") from None
