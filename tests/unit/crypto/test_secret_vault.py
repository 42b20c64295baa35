"""Secrets go in, are used, and are never shown."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.crypto import FileWrapper, KeyVault, SecretVault
from agent.errors import KeyUnavailable, SecretMissing, WrongUse

EXPIRES = datetime(2027, 1, 31, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def vault(folder: Path) -> KeyVault:
    wrapper = FileWrapper(folder / "wrapping.key")
    return KeyVault.create(folder, wrapper, SystemClock(), exists=False).vault


@pytest.fixture
def secrets(vault: KeyVault) -> SecretVault:
    return vault.secrets()


def test_a_secret_survives_a_restart_and_a_rotation(folder: Path, vault: KeyVault) -> None:
    vault.secrets().set("crm-key", "päss\nword", EXPIRES)
    vault.rotate()
    vault.destroy(1)
    again = KeyVault.open(folder, FileWrapper(folder / "wrapping.key"), SystemClock())
    assert again.secrets().get("crm-key") == "päss\nword"
    assert again.secrets().list()[0].expires == EXPIRES


def test_a_secret_that_nobody_set_is_named_with_the_command_that_sets_it(
    secrets: SecretVault,
) -> None:
    with pytest.raises(SecretMissing, match="crm-key") as caught:
        secrets.get("crm-key")
    assert caught.value.hint == "Set it: waybill secrets set crm-key"


def test_a_value_pasted_in_place_of_a_name_is_not_repeated(secrets: SecretVault) -> None:
    with pytest.raises(SecretMissing) as caught:
        secrets.get("hunter2 and spaces!")
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"


def test_a_list_shows_names_and_dates_and_no_values(secrets: SecretVault) -> None:
    secrets.set("b", "hidden-b")
    secrets.set("a", "hidden-a", EXPIRES)
    assert [(info.name, info.expires) for info in secrets.list()] == [("a", EXPIRES), ("b", None)]
    assert "hidden" not in repr(secrets.list())


def test_a_deleted_secret_is_gone(secrets: SecretVault) -> None:
    secrets.set("a", "value")
    assert secrets.delete("a")
    assert not secrets.delete("a")
    with pytest.raises(SecretMissing):
        secrets.get("a")


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "../a", "a\n", "ä", "a" * 65])
def test_a_name_that_could_mislead_is_refused(secrets: SecretVault, name: str) -> None:
    with pytest.raises(WrongUse):
        secrets.set(name, "value")


@pytest.mark.parametrize("value", ["", "x" * 70_000])
def test_an_empty_or_enormous_value_is_refused(secrets: SecretVault, value: str) -> None:
    with pytest.raises(WrongUse):
        secrets.set("a", value)


def test_each_value_is_announced_for_redaction_before_it_is_used(vault: KeyVault) -> None:
    heard: list[str] = []
    secrets = vault.secrets(heard.append)
    secrets.set("a", "first")
    secrets.get("a")
    assert heard == ["first", "first"]


def test_a_damaged_file_of_secrets_is_named_and_left_as_it_is(
    folder: Path, secrets: SecretVault
) -> None:
    secrets.set("a", "value")
    path = folder / "secrets.sealed"
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    for action in (lambda: secrets.get("a"), lambda: secrets.set("b", "value"), secrets.list):
        with pytest.raises(KeyUnavailable, match="does not open"):
            action()
    assert path.read_bytes() == content


def test_a_write_that_fails_leaves_the_secrets_as_they_were(
    folder: Path, secrets: SecretVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.set("a", "old")

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", broken)
        with pytest.raises(KeyUnavailable, match="as they were"):
            secrets.set("a", "new")
    assert secrets.get("a") == "old"
    assert sorted(path.name for path in folder.iterdir()) == [
        "keys.json",
        "secrets.sealed",
        "wrapping.key",
    ]
