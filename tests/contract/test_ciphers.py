"""What every cipher promises, whatever holds its keys."""

import random
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clock import SystemClock
from agent.crypto import EphemeralCipher, FileWrapper, KeyVault
from agent.errors import Damaged
from agent.ports import Cipher

CONTEXT = b"entry/42"
PLAIN = "Jürgen Großkunde, credit limit 125000.00".encode()


@dataclass
class Sample:
    """A cipher under test: another installation's, and how to rotate it."""

    cipher: Cipher
    stranger: Cipher
    rotate: Callable[[], int]


def vault_in(folder: Path) -> KeyVault:
    wrapper = FileWrapper(folder / "wrapping.key")
    return KeyVault.create(folder, wrapper, SystemClock(), exists=False).vault


@pytest.fixture(params=["vault", "ephemeral"])
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sample]:
    if request.param == "ephemeral":
        cipher = EphemeralCipher()
        yield Sample(cipher, EphemeralCipher(), cipher.rotate)
    else:
        vault = vault_in(tmp_path / "keys")
        yield Sample(vault.ring, vault_in(tmp_path / "other").ring, vault.rotate)


@pytest.mark.parametrize("size", [0, 1, 60, 50_000])
def test_what_was_sealed_opens_in_its_context(sample: Sample, size: int) -> None:
    plain = random.Random(size).randbytes(size)
    assert sample.cipher.open(CONTEXT, sample.cipher.seal(CONTEXT, plain)) == plain


@given(context=st.binary(max_size=80), plain=st.binary(max_size=300))
def test_any_bytes_survive_in_any_context(context: bytes, plain: bytes) -> None:
    assert SHARED.open(context, SHARED.seal(context, plain)) == plain


SHARED = EphemeralCipher()


def test_every_single_changed_bit_is_refused(sample: Sample) -> None:
    sealed = sample.cipher.seal(CONTEXT, PLAIN)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damaged):
            sample.cipher.open(CONTEXT, bytes(changed))


def test_every_shortened_blob_is_refused(sample: Sample) -> None:
    sealed = sample.cipher.seal(CONTEXT, PLAIN)
    for length in range(len(sealed)):
        with pytest.raises(Damaged):
            sample.cipher.open(CONTEXT, sealed[:length])
    with pytest.raises(Damaged):
        sample.cipher.open(CONTEXT, sealed + b"\0")


@pytest.mark.parametrize("context", [b"", b"entry/4", b"entry/43", b"entry/42\0", b"\0entry/42"])
def test_another_context_is_refused(sample: Sample, context: bytes) -> None:
    sealed = sample.cipher.seal(CONTEXT, PLAIN)
    with pytest.raises(Damaged):
        sample.cipher.open(context, sealed)


def test_another_installation_is_refused(sample: Sample) -> None:
    sample.stranger.seal(CONTEXT, PLAIN)  # it has a key of the same number
    with pytest.raises(Damaged):
        sample.stranger.open(CONTEXT, sample.cipher.seal(CONTEXT, PLAIN))


def test_what_was_sealed_before_a_rotation_still_opens(sample: Sample) -> None:
    before = sample.cipher.seal(CONTEXT, PLAIN)
    sample.rotate()
    after = sample.cipher.seal(CONTEXT, PLAIN)
    assert before[4:8] != after[4:8]
    assert sample.cipher.open(CONTEXT, before) == sample.cipher.open(CONTEXT, after) == PLAIN


def test_a_blob_moved_under_another_key_number_is_refused(sample: Sample) -> None:
    before = sample.cipher.seal(CONTEXT, PLAIN)
    sample.rotate()
    after = sample.cipher.seal(CONTEXT, PLAIN)
    with pytest.raises(Damaged):
        sample.cipher.open(CONTEXT, before[:4] + after[4:8] + before[8:])


def test_the_same_plaintext_never_seals_to_the_same_bytes(sample: Sample) -> None:
    sealed = [sample.cipher.seal(CONTEXT, PLAIN) for _ in range(5000)]
    assert len({blob[8:20] for blob in sealed}) == len(sealed)


def test_a_blob_shows_nothing_of_its_plaintext(sample: Sample) -> None:
    sealed = sample.cipher.seal(CONTEXT, PLAIN * 20)
    windows = {PLAIN[start : start + 6] for start in range(len(PLAIN) - 6)}
    assert not any(window in sealed for window in windows)
    assert len(sealed) == 8 + 12 + len(PLAIN) * 20 + 16


def test_an_error_tells_neither_plaintext_nor_context(sample: Sample) -> None:
    with pytest.raises(Damaged) as caught:
        sample.cipher.open(b"secret-context", sample.cipher.seal(CONTEXT, PLAIN))
    assert "secret-context" not in f"{caught.value} {caught.value.hint} {caught.value!r}"


def test_threads_may_share_a_cipher_while_it_is_rotated(sample: Sample) -> None:
    def work(number: int) -> bool:
        plain = b"%d" % number
        if number % 50 == 0:
            sample.rotate()
        return sample.cipher.open(CONTEXT, sample.cipher.seal(CONTEXT, plain)) == plain

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(1000)))


def test_keyed_hashes_are_stable_and_apart_by_purpose_size_and_installation(sample: Sample) -> None:
    lane = sample.cipher.keyed_hash("lane")
    assert lane(b"C-100") == sample.cipher.keyed_hash("lane")(b"C-100")
    assert len(lane(b"C-100")) == 16
    assert len(sample.cipher.keyed_hash("lane", 32)(b"C-100")) == 32
    others = [
        lane(b"C-101"),
        sample.cipher.keyed_hash("fingerprint")(b"C-100"),
        sample.cipher.keyed_hash("lane", 32)(b"C-100")[:16],
        sample.stranger.keyed_hash("lane")(b"C-100"),
    ]
    assert lane(b"C-100") not in others
    assert len(set(others)) == len(others)


def test_a_rotation_leaves_keyed_hashes_alone(sample: Sample) -> None:
    before = sample.cipher.keyed_hash("lane")(b"C-100")
    sample.rotate()
    assert sample.cipher.keyed_hash("lane")(b"C-100") == before


def test_no_file_of_the_key_folder_holds_a_key_or_a_secret_in_clear(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    wrapper = FileWrapper(folder / "wrapping.key")
    vault, recovery_key = KeyVault.create(folder, wrapper, SystemClock(), exists=False)
    vault.secrets().set("crm-key", "correct horse battery staple")
    vault.rotate()
    hidden = [
        b"correct horse",
        b"crm-key",
        recovery_key.encode(),
        recovery_key.replace("-", "").encode(),
        vault._master,
        vault._index_key(),
        vault.key(1),
        vault.key(2),
    ]
    for path in folder.iterdir():
        content = path.read_bytes()
        assert not [secret for secret in hidden if secret is None or secret in content], path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_the_key_folder_is_closed_to_everybody_else(tmp_path: Path, umask: int) -> None:
    import os

    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    before = os.umask(umask)
    try:
        vault = vault_in(folder)
        vault.secrets().set("crm-key", "value")
        vault.ring.seal(CONTEXT, PLAIN)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == dict.fromkeys(["keys.json", "secrets.sealed", "wrapping.key"], 0o600)
