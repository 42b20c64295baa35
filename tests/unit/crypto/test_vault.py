"""The vault keeps its keys, and says plainly when it cannot."""

import json
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.crypto import CredentialWrapper, FileWrapper, KeyVault, default_wrapper, ring, vault
from agent.crypto.dpapi import DpapiWrapper, HandoverWrapper
from agent.errors import Damaged, KeyMismatch, KeyUnavailable


class SettableClock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


CLOCK = SettableClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def wrapper(folder: Path) -> FileWrapper:
    return FileWrapper(folder / "wrapping.key")


def created(folder: Path) -> tuple[KeyVault, str]:
    return KeyVault.create(folder, wrapper(folder), CLOCK, exists=False)


def reopened(folder: Path, **options: str) -> KeyVault:
    return KeyVault.open(folder, wrapper(folder), CLOCK, **options)


def test_a_vault_opened_again_opens_what_it_sealed(folder: Path) -> None:
    first, _ = created(folder)
    sealed, lane = first.ring.seal(b"c", b"plain"), first.ring.keyed_hash("lane")(b"C-1")
    second = reopened(folder, installation=first.installation)
    assert second.ring.open(b"c", sealed) == b"plain"
    assert second.ring.keyed_hash("lane")(b"C-1") == lane


def test_keys_are_never_made_over_data_that_exists(folder: Path) -> None:
    with pytest.raises(KeyUnavailable, match="Nothing was changed"):
        KeyVault.create(folder, wrapper(folder), CLOCK, exists=True)
    assert not folder.exists()


def test_keys_are_never_made_over_keys(folder: Path) -> None:
    created(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(KeyUnavailable):
        created(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("name", ["keys.json", "wrapping.key"])
def test_a_missing_file_of_the_vault_is_named_and_not_replaced(folder: Path, name: str) -> None:
    created(folder)
    (folder / name).unlink()
    with pytest.raises(KeyUnavailable, match=name) as caught:
        reopened(folder)
    assert "backup" in caught.value.hint
    assert not (folder / name).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}'])
def test_a_damaged_key_file_is_named(folder: Path, content: bytes) -> None:
    created(folder)
    (folder / "keys.json").write_bytes(content)
    with pytest.raises(KeyUnavailable, match="damaged"):
        reopened(folder)


def test_a_key_file_of_a_newer_version_is_left_alone(folder: Path) -> None:
    created(folder)
    alter(folder, format=2)
    with pytest.raises(KeyUnavailable, match="newer Waybill"):
        reopened(folder)


def test_keys_of_another_installation_than_the_database_are_refused(folder: Path) -> None:
    created(folder)
    with pytest.raises(KeyMismatch):
        reopened(folder, installation="f" * 32)


def test_a_changed_installation_id_is_noticed(folder: Path) -> None:
    created(folder)
    alter(folder, installation="f" * 32)
    with pytest.raises(KeyMismatch, match="another installation"):
        reopened(folder)


def test_a_wrapping_key_of_another_installation_opens_nothing(folder: Path, tmp_path: Path) -> None:
    created(folder)
    created(tmp_path / "other")
    shutil.copy(tmp_path / "other" / "wrapping.key", folder / "wrapping.key")
    with pytest.raises(KeyUnavailable, match="another one"):
        reopened(folder)


def test_data_keys_cannot_be_exchanged_for_each_other(folder: Path) -> None:
    first, _ = created(folder)
    sealed = first.ring.seal(b"c", b"plain")
    first.rotate()
    data = json.loads((folder / "keys.json").read_text())["data"]
    data[0]["wrapped"], data[1]["wrapped"] = data[1]["wrapped"], data[0]["wrapped"]
    alter(folder, data=data)
    again = reopened(folder)
    with pytest.raises(Damaged) as caught:
        again.ring.open(b"c", sealed)
    assert caught.value.code == "KEY_UNKNOWN"
    with pytest.raises(KeyUnavailable, match="altered"):
        again.ring.seal(b"c", b"plain")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_a_key_file_that_others_can_read_is_refused(folder: Path) -> None:
    created(folder)
    (folder / "wrapping.key").chmod(0o640)
    with pytest.raises(KeyUnavailable) as caught:
        reopened(folder)
    assert caught.value.code == "KEY_FILE_EXPOSED"


def test_the_recovery_key_opens_the_vault_and_wraps_it_anew(folder: Path) -> None:
    first, recovery_key = created(folder)
    sealed = first.ring.seal(b"c", b"plain")
    (folder / "wrapping.key").unlink()
    typed = recovery_key.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    recovered = KeyVault.recover(folder, wrapper(folder), CLOCK, typed)
    assert recovered.ring.open(b"c", sealed) == b"plain"
    assert reopened(folder).ring.open(b"c", sealed) == b"plain"


def test_a_recovery_key_of_another_installation_changes_nothing(
    folder: Path, tmp_path: Path
) -> None:
    created(folder)
    before = (folder / "keys.json").read_bytes()
    _, other = created(tmp_path / "other")
    with pytest.raises(KeyMismatch, match="another installation"):
        KeyVault.recover(folder, wrapper(folder), CLOCK, other)
    assert (folder / "keys.json").read_bytes() == before


def test_a_slip_of_the_pen_in_the_recovery_key_is_told_from_a_wrong_key(folder: Path) -> None:
    _, recovery_key = created(folder)
    slips = [recovery_key[:-1], recovery_key + "A", "", "\x00", "ÄÖÜ", recovery_key[::-1]]
    slips += [("7" if recovery_key[0] != "7" else "8") + recovery_key[1:]]
    for slip in slips:
        with pytest.raises(KeyUnavailable) as caught:
            KeyVault.recover(folder, wrapper(folder), CLOCK, slip)
        assert caught.value.code == "RECOVERY_KEY_MISTYPED"


def test_a_replaced_recovery_key_opens_no_more(folder: Path) -> None:
    first, old = created(folder)
    new = first.new_recovery_key()
    assert [first.proves_recovery_key(key) for key in (old, new)] == [False, True]


def test_a_recovery_key_is_readable_aloud(folder: Path) -> None:
    _, recovery_key = created(folder)
    groups = recovery_key.split("-")
    assert [len(group) for group in groups] == [4] * 14
    assert not set(recovery_key) & set("ILOU")


def test_a_data_key_takes_leave_at_its_cap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "_BLOCK", 4)
    monkeypatch.setattr(vault, "MAX_MESSAGES", 8)
    first, _ = created(folder)
    numbers = [int.from_bytes(first.ring.seal(b"c", b"")[4:8]) for _ in range(20)]
    assert numbers == [1] * 8 + [2] * 8 + [3] * 4


def test_a_restart_counts_too_much_rather_than_too_little(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "_BLOCK", 4)
    monkeypatch.setattr(vault, "MAX_MESSAGES", 8)
    created(folder)[0].ring.seal(b"c", b"")
    sealed = [reopened(folder).ring.seal(b"c", b"") for _ in range(3)]
    assert [int.from_bytes(blob[4:8]) for blob in sealed] == [1, 2, 2]


def test_the_cap_is_far_below_what_random_nonces_allow() -> None:
    assert ring.MAX_MESSAGES <= 2**28
    assert ring.MAX_MESSAGES % vault._BLOCK == 0


def test_a_data_key_asks_to_be_rotated_after_its_period(folder: Path) -> None:
    clock = SettableClock()
    first, _ = KeyVault.create(folder, wrapper(folder), clock, exists=False)
    clock.time += timedelta(days=89)
    assert not first.needs_rotation()
    clock.time += timedelta(days=1)
    assert first.needs_rotation()
    first.rotate()
    assert not first.needs_rotation()


def test_a_destroyed_key_takes_what_it_sealed_with_it_and_nothing_else(folder: Path) -> None:
    first, _ = created(folder)
    old = first.ring.seal(b"c", b"old")
    number = first.rotate()
    new = first.ring.seal(b"c", b"new")
    first.destroy(1)
    for some in (first, reopened(folder)):
        with pytest.raises(Damaged) as caught:
            some.ring.open(b"c", old)
        assert caught.value.code == "KEY_UNKNOWN"
        assert some.ring.open(b"c", new) == b"new"
    with pytest.raises(KeyUnavailable, match="in use"):
        first.destroy(number)
    assert first.rotate() == number + 1


def test_key_numbers_are_never_used_twice(folder: Path) -> None:
    first, _ = created(folder)
    second = first.rotate()
    third = first.rotate()
    first.destroy(second)
    again = reopened(folder)
    assert [again.rotate(), again.rotate()] == [third + 1, third + 2]


def test_a_full_disk_stops_sealing_before_the_key_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = created(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("agent.durable.write", full)
        with pytest.raises(KeyUnavailable, match="No space left"):
            first.ring.seal(b"c", b"plain")
    assert first.ring.open(b"c", first.ring.seal(b"c", b"plain")) == b"plain"


def test_a_systemd_credential_wraps_without_a_key_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "waybill-master").write_text("a base64 credential of more than 32 bytes")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    chosen = default_wrapper(folder, environ)
    assert isinstance(chosen, CredentialWrapper)
    sealed = KeyVault.create(folder, chosen, CLOCK, exists=False).vault.ring.seal(b"c", b"plain")
    again = KeyVault.open(folder, default_wrapper(folder, environ), CLOCK)
    assert again.ring.open(b"c", sealed) == b"plain"
    assert [path.name for path in folder.iterdir()] == ["keys.json"]
    with pytest.raises(KeyUnavailable, match="wrapped by credential"):
        KeyVault.open(folder, default_wrapper(folder, {}), CLOCK)


def test_a_vault_made_with_a_key_file_keeps_it_until_it_is_wrapped_anew(
    folder: Path, tmp_path: Path
) -> None:
    first, _ = created(folder)
    (tmp_path / "waybill-master").write_bytes(bytes(range(32)))
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert isinstance(default_wrapper(folder, environ), FileWrapper)
    first.rewrap(CredentialWrapper(tmp_path / "waybill-master"))
    assert isinstance(default_wrapper(folder, environ), CredentialWrapper)


class ReversingDpapi:
    """Stands in for Windows: protects by reversing, and minds its entropy."""

    def protect(self, plain: bytes, entropy: bytes, *, machine: bool) -> bytes:
        self.scopes = [*getattr(self, "scopes", []), machine]
        return entropy + plain[::-1]

    def unprotect(self, protected: bytes, entropy: bytes) -> bytes:
        if not protected.startswith(entropy):
            raise OSError(13, "The data is invalid.")
        return protected[len(entropy) :][::-1]


def test_the_windows_wrapper_needs_its_entropy_file(folder: Path) -> None:
    windows = DpapiWrapper(folder / "entropy.bin", ReversingDpapi())
    sealed = KeyVault.create(folder, windows, CLOCK, exists=False).vault.ring.seal(b"c", b"plain")
    assert KeyVault.open(folder, windows, CLOCK).ring.open(b"c", sealed) == b"plain"
    (folder / "entropy.bin").write_bytes(bytes(32))
    with pytest.raises(KeyUnavailable, match="error 13"):
        KeyVault.open(folder, windows, CLOCK)
    (folder / "entropy.bin").unlink()
    with pytest.raises(KeyUnavailable, match="Windows could not open"):
        KeyVault.open(folder, windows, CLOCK)


def test_keys_that_an_installer_makes_are_for_the_machine_until_the_service_has_them(
    folder: Path,
) -> None:
    system = ReversingDpapi()
    handed = HandoverWrapper(folder / "entropy.bin", system)
    own = DpapiWrapper(folder / "entropy.bin", system)
    sealed = KeyVault.create(folder, handed, CLOCK, exists=False).vault.ring.seal(b"c", b"plain")
    with pytest.raises(KeyUnavailable, match="dpapi-machine"):
        KeyVault.open(folder, own, CLOCK)
    KeyVault.open(folder, handed, CLOCK).rewrap(own)
    assert KeyVault.open(folder, own, CLOCK).ring.open(b"c", sealed) == b"plain"
    with pytest.raises(KeyUnavailable, match="wrapped by dpapi,"):
        KeyVault.open(folder, handed, CLOCK)
    assert system.scopes == [True, False]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has its data protection")
def test_windows_data_protection_is_refused_elsewhere(folder: Path) -> None:
    with pytest.raises(KeyUnavailable, match="does not exist"):
        DpapiWrapper(folder / "entropy.bin")


def test_nothing_of_a_vault_shows_in_its_repr(folder: Path) -> None:
    first, recovery_key = created(folder)
    text = f"{first!r} {first.ring!r} {first.secrets()!r} {first.data_keys()!r}"
    assert recovery_key not in text
    assert first._master.hex() not in text
    assert str(first._master) not in text


def alter(folder: Path, **changes: object) -> None:
    path = folder / "keys.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_keyed_hash_is_the_same_however_often_it_is_made_and_another_for_each_purpose(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.crypto.ring._HASHERS", 2)
    vault, _ = created(folder)
    first = [vault.ring.keyed_hash(purpose, size)(b"x") for purpose in "abc" for size in (8, 16)]
    again = [vault.ring.keyed_hash(purpose, size)(b"x") for purpose in "abc" for size in (8, 16)]
    assert first == again
    assert len({*first}) == len(first)
    assert vault.ring.keyed_hashes("a")([b"x", b"y"])[:16] == first[1]
