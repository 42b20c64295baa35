"""A manifest is believed for its signature alone, and only tells."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import WaybillError
from agent.upgrade import manifest
from agent.upgrade.manifest import News

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = b64encode(SIGNER.public_key().public_bytes_raw()).decode()
TOLD: dict[str, Any] = {
    "product": "waybill", "version": "0.10.0", "notes": "https://example.org/notes",
    "minimum": "0.2.0", "files": {"waybill.msi": {"sha256": "a" * 64}},
}  # fmt: skip


def signed(told: object, signer: Ed25519PrivateKey = SIGNER) -> bytes:
    text = json.dumps(told)
    signature = b64encode(signer.sign(text.encode())).decode()
    return json.dumps({"signed": text, "signature": signature}).encode()


def test_a_signed_manifest_tells_what_is_newer() -> None:
    news = News("0.9.0", manifest.checked(signed(TOLD), KEY))
    assert news.is_newer
    assert news.is_direct
    assert news.as_json()["files"] == {"waybill.msi": "a" * 64}


@pytest.mark.parametrize(
    ("installed", "is_newer", "is_direct"),
    [("0.10.0", False, True), ("0.11.0", False, True), ("0.1.9", True, False)],
)
def test_versions_are_compared_as_numbers(
    installed: str, *, is_newer: bool, is_direct: bool
) -> None:
    news = News(installed, manifest.checked(signed(TOLD), KEY))
    assert (news.is_newer, news.is_direct) == (is_newer, is_direct)


def test_what_comes_before_a_release_is_older_than_it() -> None:
    ordered = manifest.ordered
    assert (
        ordered("1.0rc1") < ordered("1.0") == ordered("1.0.0") < ordered("1.0.1") < ordered("1.10")
    )


def test_another_signer_is_not_believed() -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(WaybillError) as refused:
        manifest.checked(signed(TOLD, other), KEY)
    assert refused.value.code == "MANIFEST_SIGNATURE_WRONG"


def test_a_single_changed_letter_is_noticed() -> None:
    content = signed(TOLD).replace(b"0.10.0", b"0.90.0")
    with pytest.raises(WaybillError) as refused:
        manifest.checked(content, KEY)
    assert refused.value.code == "MANIFEST_SIGNATURE_WRONG"


@pytest.mark.parametrize(
    "changed",
    [
        {"product": "other"}, {"version": "new"}, {"version": None}, {"notes": "http://example.org"},
        {"notes": "javascript:x"}, {"files": {"a": {"sha256": "short"}}}, {"files": []},
        {"files": {"a": "b"}}, {"minimum": "x"},
    ],
)  # fmt: skip
def test_a_signed_manifest_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(WaybillError) as refused:
        manifest.checked(signed(TOLD | changed), KEY)
    assert refused.value.code == "MANIFEST_WRONG"


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(content: bytes) -> None:
    with pytest.raises(WaybillError):
        manifest.checked(content, KEY)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_no_signed_nonsense_crashes_it(told: object) -> None:
    with pytest.raises(WaybillError):
        manifest.checked(signed(told), KEY)


@pytest.mark.parametrize("key", ["", "x", b64encode(bytes(31)).decode(), "é" * 44])
def test_a_key_that_is_none_is_said(key: str) -> None:
    with pytest.raises(WaybillError) as refused:
        manifest.checked(signed(TOLD), key)
    assert refused.value.code == "MANIFEST_KEY_WRONG"


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(WaybillError):
        manifest.checked(b" " * (manifest.MAX_BYTES + 1), KEY)
