r"""What a path of Windows means is judged from its text, on any system."""

import os
from pathlib import Path

import pytest

from agent.machine import paths
from agent.machine.paths import Kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (r"\\erp\export", Kind.SHARE),
        ("//erp/export/out", Kind.SHARE),
        (r"\\?\UNC\erp\export", Kind.SHARE),
        (r"D:\ERP\export", Kind.DRIVE),
        ("d:/erp", Kind.DRIVE),
        (r"\\?\D:\ERP", Kind.DRIVE),
        ("D:export", Kind.DRIVE_RELATIVE),
        ("D:", Kind.DRIVE_RELATIVE),
        (r"\\.\PhysicalDrive0", Kind.DEVICE),
        (r"\\?\Volume{b75e2c83}\x", Kind.DEVICE),
        ("export", Kind.RELATIVE),
        (r"..\export", Kind.RELATIVE),
    ],
)
def test_what_a_path_begins_at_is_told(path: str, kind: Kind) -> None:
    assert paths.kind(path) is kind


@pytest.mark.parametrize(
    ("path", "long"),
    [
        (r"D:\ERP\export", r"\\?\D:\ERP\export"),
        ("D:/ERP/export", r"\\?\D:\ERP\export"),
        (r"\\erp\export\out", r"\\?\UNC\erp\export\out"),
        (r"\\?\D:\ERP", r"\\?\D:\ERP"),
        (r"D:\ERP\..\x", r"D:\ERP\..\x"),
        ("export", "export"),
        ("D:export", "D:export"),
    ],
)
def test_a_path_gets_the_form_that_may_be_of_any_length(path: str, long: str) -> None:
    assert paths.extended(path) == long
    if long.startswith("\\\\?\\") and "/" not in path:
        assert paths.plain(long) == paths.plain(path)


def test_server_and_share_and_letter_are_found() -> None:
    assert paths.server_of(r"\\ERP\Export\out") == "erp"
    assert paths.server_of(r"\\?\UNC\ERP\Export") == "erp"
    assert paths.share_of(r"\\ERP\Export\out") == "Export"
    assert paths.share_of(r"\\ERP") == ""
    assert paths.server_of(r"D:\x") == paths.share_of(r"D:\x") == paths.letter_of(r"\\a\b") == ""
    assert paths.letter_of(r"s:\x") == paths.letter_of(r"\\?\S:\x") == "S:"


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "con.txt", "Aux.csv", "NUL", "com1", "COM9.csv", "lpt¹.txt", "CONIN$", "nul .txt"),
        *("a.csv.", "a.csv ", "a:b.csv", "what?.csv", "a|b", 'quote".csv', "a*b", "<a>"),
    ],
)
def test_a_name_that_means_something_else_on_windows_is_told(name: str) -> None:
    assert paths.misleading(name)


@pytest.mark.parametrize(
    "name", ["CUST.CSV", "console.csv", "com10.csv", "lpt.csv", ".hidden", "Größe 1.txt", "nul_a"]
)
def test_an_ordinary_name_is_nothing_to_tell_of(name: str) -> None:
    assert paths.misleading(name) == ""


def test_a_mapped_drive_is_said_to_belong_to_a_session() -> None:
    said = paths.about(r"S:\out", is_there=True, is_remote=True, share=r"\\erp\export")
    assert said == (
        "S: belongs to your session: the service cannot rely on it. "
        r"Write the share instead: \\erp\export\out"
    )
    said = paths.about(r"S:\out", is_there=False, is_remote=False)
    assert said.startswith(
        "The service has no drive S:. If you see one, S: belongs to your session"
    )
    assert said.endswith(r"\\server\share")
    assert paths.about(r"D:\out", is_there=True, is_remote=False) == ""
    assert paths.about(r"\\erp\export", is_there=False, is_remote=False) == ""
    assert "D:\\" in paths.about("D:out", is_there=True, is_remote=False)


@pytest.mark.skipif(os.name == "nt", reason="of systems where nothing is special about a path")
def test_elsewhere_nothing_is_said_of_letters_and_nothing_made_longer() -> None:
    deep = Path("/" + "d" * 300)
    assert paths.reachable(deep) == deep
    assert paths.advice(r"S:\out") == ""
    assert not paths.is_remote(r"\\erp\home")


@pytest.mark.skipif(os.name != "nt", reason="drives and long paths are those of Windows")
def test_on_windows_a_deep_folder_is_named_long_and_a_missing_drive_is_told(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    long = paths.reachable(deep)
    assert str(long).startswith("\\\\?\\")
    os.makedirs(long)  # noqa: PTH103 - as given
    (long / ("f" * 100 + ".csv")).write_text("x", encoding="utf-8")
    assert [entry.name for entry in os.scandir(long)] == ["f" * 100 + ".csv"]
    assert paths.reachable(tmp_path) == tmp_path or len(str(tmp_path)) > 130
    assert "no drive Q:" in paths.advice(r"Q:\out")
    assert paths.advice(r"C:\windows") == ""
    assert paths.is_remote(r"\\erp\home")
    assert not paths.is_remote(r"C:\windows")
