"""A signed SAML 2.0 assertion: who signs in, for whom, until when. Pure.

The form is that of SAP's OAuthSAMLClient sample (C4CODATAAPIDEVGUIDE); the signature is enveloped, over
the exclusive canonical form, RSA with SHA-256 (https://www.w3.org/TR/xmldsig-core1/). The canonical form
of a text that declares each prefix where it is first used is what the standard library makes
(Canonical XML 2.0 without parameters renders namespaces as the exclusive form does).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from xml.etree.ElementTree import canonicalize
from xml.sax.saxutils import escape, quoteattr

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_DS = "http://www.w3.org/2000/09/xmldsig#"
_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_EARLY = timedelta(minutes=2)
"""How far SAP's clock may be behind ours."""
LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an assertion says beside its times."""

    issuer: str
    user: str
    client_id: str
    audience: str
    recipient: str


def private_key(pem: str) -> RSAPrivateKey:
    """The key that signs. Raises ValueError or TypeError: it is no plain RSA key."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except UnsupportedAlgorithm:
        raise ValueError("not a key of a known kind") from None
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def signed(subject: Subject, key: RSAPrivateKey, now: datetime, reference: str) -> str:
    """The assertion as XML; `reference` is its id, never used twice."""
    whole = canonicalize(_assertion(subject, now, reference))
    digest = base64.b64encode(sha256(whole.encode()).digest()).decode()
    info = canonicalize(_signed_info(reference, digest))
    value = base64.b64encode(key.sign(info.encode(), PKCS1v15(), hashes.SHA256())).decode()
    signature = (
        f'<ds:Signature xmlns:ds="{_DS}">{info}<ds:SignatureValue>{value}</ds:SignatureValue>'
        "</ds:Signature>"
    )
    head, end, rest = whole.partition("</saml2:Issuer>")
    return f"{head}{end}{signature}{rest}"


def _assertion(subject: Subject, now: datetime, reference: str) -> str:
    instant, until = _text(now), quoteattr(_text(now + LIFE))
    return (
        f'<saml2:Assertion xmlns:saml2="{_SAML}" ID={quoteattr(reference)} '
        f'IssueInstant="{instant}" Version="2.0">'
        f"<saml2:Issuer>{escape(subject.issuer)}</saml2:Issuer>"
        '<saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">'
        f"{escape(subject.user)}</saml2:NameID>"
        '<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f"<saml2:SubjectConfirmationData NotOnOrAfter={until} "
        f"Recipient={quoteattr(subject.recipient)}/></saml2:SubjectConfirmation></saml2:Subject>"
        f'<saml2:Conditions NotBefore="{_text(now - _EARLY)}" NotOnOrAfter={until}>'
        f"<saml2:AudienceRestriction><saml2:Audience>{escape(subject.audience)}</saml2:Audience>"
        "</saml2:AudienceRestriction></saml2:Conditions>"
        '<saml2:AttributeStatement><saml2:Attribute Name="client_id"><saml2:AttributeValue>'
        f"{escape(subject.client_id)}</saml2:AttributeValue></saml2:Attribute>"
        f'</saml2:AttributeStatement><saml2:AuthnStatement AuthnInstant="{instant}" '
        f"SessionNotOnOrAfter={until}><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:none"
        "</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>"
        "</saml2:Assertion>"
    )


def _signed_info(reference: str, digest: str) -> str:
    return (
        f'<ds:SignedInfo xmlns:ds="{_DS}">'
        f'<ds:CanonicalizationMethod Algorithm="{_C14N}"/>'
        '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f"<ds:Reference URI={quoteattr('#' + reference)}><ds:Transforms>"
        f'<ds:Transform Algorithm="{_DS}enveloped-signature"/>'
        f'<ds:Transform Algorithm="{_C14N}"/></ds:Transforms>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
