"""Files of an older form are brought up to date, keep their comments, and can be had back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tomlkit import TOMLDocument

from agent.config import migrate, model
from tests.wine import has_mode

AT = datetime(2026, 11, 21, tzinfo=UTC)
TEXT = '# our agent\nversion = 1\n[agent]\nname = "x"  # its name\nold = 1\n'


def _renamed(document: TOMLDocument) -> None:
    document["agent"]["new"] = document["agent"].pop("old")


def _added(document: TOMLDocument) -> None:
    document["agent"]["more"] = True


MADE_UP = (_renamed, _added)


def test_the_form_in_force_is_the_one_that_the_migrations_lead_to() -> None:
    assert len(migrate.MIGRATIONS) + 1 == model.VERSION


def test_each_migration_is_done_in_turn_and_comments_stay() -> None:
    assert migrate.brought(TEXT, MADE_UP) == (
        '# our agent\nversion = 3\n[agent]\nname = "x"  # its name\nnew = 1\nmore = true\n'
    )


@pytest.mark.parametrize("text", ["", "version = 3\n", "version = 4\n", "version = true\n", "[["])
def test_what_is_up_to_date_newer_or_no_configuration_stays(text: str) -> None:
    assert migrate.brought(text, MADE_UP) == text


def test_a_file_is_rewritten_once_with_its_former_text_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "waybill.toml"
    path.write_text(TEXT)
    path.chmod(0o600)
    copy = migrate.rewrite(path, AT, MADE_UP)
    assert copy == tmp_path / "waybill.toml.v1.2026-11-21"
    assert copy.read_text() == TEXT
    assert has_mode(copy, 0o600)
    assert migrate.form_of(path.read_text()) == 3
    assert migrate.rewrite(path, AT, MADE_UP) is None


def test_mappings_are_rewritten_too(tmp_path: Path) -> None:
    path = tmp_path / "waybill.toml"
    path.write_text(TEXT)
    (tmp_path / "mappings").mkdir()
    mapping = tmp_path / "mappings" / "a.toml"
    mapping.write_text("version = 1\n[agent]\n")
    copies = migrate.rewrite_all(path, AT, MADE_UP, (_added,))
    assert [copy.name for copy in copies] == ["waybill.toml.v1.2026-11-21", "a.toml.v1.2026-11-21"]
    assert migrate.mapping_files(path) == [mapping], "copies are no mappings"
    assert migrate.rewrite_all(path, AT, MADE_UP, (_added,)) == []


def test_an_older_version_gets_its_file_back_and_the_newer_one_stays_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "waybill.toml"
    path.write_text(TEXT)
    migrate.rewrite(path, AT, MADE_UP)
    newer = path.read_text()
    assert migrate.put_back(path, 1, AT) == tmp_path / "waybill.toml.v1.2026-11-21"
    assert path.read_text() == TEXT
    assert (tmp_path / "waybill.toml.v3.2026-11-21").read_text() == newer
    assert migrate.put_back(path, 1, AT) is None


def test_without_a_copy_nothing_is_put_back(tmp_path: Path) -> None:
    path = tmp_path / "waybill.toml"
    path.write_text("version = 3\n")
    assert migrate.put_back(path, 1, AT) is None
    assert path.read_text() == "version = 3\n"
