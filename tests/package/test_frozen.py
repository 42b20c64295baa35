"""What the frozen programs must do, and what must not be in their folder."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import agent
from agent.control.client import Client
from agent.demo import process as demo_process
from agent.errors import ControlError
from installer.freeze import hashes, licences, parts, sbom
from installer.freeze.build import Frozen
from installer.freeze.programs import child
from tests.package.conftest import ran

pytestmark = pytest.mark.timeout(1200)  # the first one freezes
MOST_BYTES = 225_000_000
"""On Linux, where Qt brings 39 MB of ICU that Windows has; the promise is the package's 90 MB."""
CLI_SECONDS = 0.5
RUNNING_SECONDS = 5.0
TRIES = 3


def best_of(tries: int, work: Callable[[], object]) -> float:
    """The least processor time of some: what else runs must not turn a promise red."""
    times = []
    for _ in range(tries):
        before = children()
        work()
        times.append(children() - before)
    return min(times)


def children() -> float:
    """Processor time of our children that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def spent(pid: int) -> float:
    """Processor time of a process that runs."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, words[11:13])) / os.sysconf("SC_CLK_TCK")


def loaded(pid: int) -> set[str]:
    """The libraries that a process has mapped."""
    text = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    return {Path(line.split()[-1]).name for line in text.splitlines() if ".so" in line}


def is_qt(name: str) -> bool:
    return name.startswith(("libQt6", "libpyside6", "libshiboken6", "Qt"))


def inside(frozen: Frozen) -> list[str]:
    return [path.relative_to(frozen.folder).as_posix() for path in frozen.folder.rglob("*")]


def test_the_command_line_says_its_version_at_once(frozen: Frozen) -> None:
    said = ran(frozen.folder / "waybill", "--version")
    assert (said.returncode, said.stdout) == (0, f"waybill {agent.__version__}\n"), said.stderr
    assert best_of(TRIES, lambda: ran(frozen.folder / "waybill", "--version")) < CLI_SECONDS


def test_the_command_line_answers_at_once_where_no_service_runs(
    frozen: Frozen, tmp_path: Path
) -> None:
    def ask() -> subprocess.CompletedProcess[str]:
        return ran(frozen.folder / "waybill", "status", "--home", tmp_path)

    assert ask().returncode == 3
    assert best_of(TRIES, ask) < CLI_SECONDS


@pytest.mark.parametrize("words", [["--help"], ["queue", "--help"], ["mapping", "--help"]])
def test_every_command_explains_itself(frozen: Frozen, words: list[str]) -> None:
    said = ran(frozen.folder / "waybill", *words)
    assert said.returncode == 0, said.stderr
    assert "Usage: waybill" in said.stdout


def test_the_demo_runs_frozen_with_tables_and_practice_crm(frozen: Frozen, tmp_path: Path) -> None:
    done = ran(
        frozen.folder / "waybill",
        *("demo", "--small", "--json", "--keep", tmp_path / "demo"),
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["ok"] is True, done.stderr
    assert told["kinds"]["inventory"]["erp"] > 0  # a table: the reader ran
    assert (told["doubled"], told["leaks"], told["parked"]) == (0, 0, 0)


def test_the_service_runs_within_seconds_and_never_loads_qt(frozen: Frozen, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert ran(frozen.folder / "waybill", "init", "--home", home).returncode == 0
    client = Client(home, timeout=5)
    began = time.monotonic()
    service = subprocess.Popen([frozen.folder / "waybill-service", "--home", home])
    try:
        while time.monotonic() - began < 60:
            try:
                status = client.status()
                break
            except ControlError:
                time.sleep(0.05)
        seconds = spent(service.pid)
        libraries = loaded(service.pid)
    finally:
        service.send_signal(signal.SIGTERM)
        code = service.wait(25)
    assert status["version"] == agent.__version__
    assert code == 0
    assert seconds < RUNNING_SECONDS
    assert any(name.startswith("libpython3") for name in libraries)
    assert [name for name in libraries if is_qt(name)] == []


def test_the_window_starts_and_loads_qt(frozen: Frozen, tmp_path: Path) -> None:
    tray = frozen.folder / "waybill-tray"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    said = ran(tray, "--help", env=environment)
    assert (said.returncode, "usage: waybill-tray" in said.stdout) == (0, True), said.stderr
    with (tmp_path / "said").open("wb") as file:
        window = subprocess.Popen(
            [tray, "--home", tmp_path / "home"], env=environment, stdout=file, stderr=file
        )
    try:
        for _ in range(600):
            names = loaded(window.pid) if window.poll() is None else set()
            if any(name.startswith("libqoffscreen") for name in names):
                break
            time.sleep(0.1)
        time.sleep(1)  # it is built now
        told = (tmp_path / "said").read_text(encoding="utf-8")
        assert window.poll() is None, told
        assert any(name.startswith("libQt6Widgets") for name in names), told
        assert "Traceback" not in told
    finally:
        window.kill()
        window.wait()


def test_a_child_that_is_not_ours_gets_the_library_path_that_we_got(frozen: Frozen) -> None:
    """`begin` runs first: what a program of ours starts must find its own libraries."""
    text = (Path(child.__file__).with_name("begin.py")).read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    former = {"LD_LIBRARY_PATH": str(frozen.folder), "LD_LIBRARY_PATH_ORIG": "/opt/driver"}
    kept = dict(os.environ)
    try:
        os.environ.update(former)
        exec(compile(text, "begin.py", "exec"), scope)
        assert os.environ["LD_LIBRARY_PATH"] == "/opt/driver"
        exec(compile(text, "begin.py", "exec"), scope)
        assert "LD_LIBRARY_PATH" not in os.environ
    finally:
        os.environ.clear()
        os.environ.update(kept)


def test_the_words_that_start_children_are_the_same_on_both_sides() -> None:
    from adapters.sources.odbc.process import FROZEN_ARGUMENT

    assert (child.READER, child.SANDBOX) == (FROZEN_ARGUMENT, demo_process.FROZEN_SANDBOX)


def test_the_folder_is_no_bigger_than_promised(frozen: Frozen) -> None:
    assert frozen.bytes < MOST_BYTES


def test_nothing_is_in_the_folder_that_only_builds_or_tests(frozen: Frozen) -> None:
    names = [name for name in inside(frozen) if not name.startswith("licences/")]
    wrong = re.compile(
        r"(?:^|/)(?:tests?|pytest|_pytest|hypothesis|mypy|pip|setuptools|PyInstaller)(?:/|$)"
        r"|(?:bcryptprimitives|icuuc|mscms|uisettings)\.dll|readline|\.py$|/pictures/|\.ts$"
        r"|libodbc\.so|libX11|libxcb|libEGL|libGL\.|libstdc"
        r"|Qt6(?:Qml|Quick|Sql|Test|PrintSupport|Designer|WebEngine)|sqldrivers|qmltooling",
        re.IGNORECASE,
    )
    assert [name for name in names if wrong.search(name)] == []
    assert {"waybill", "waybill-service", "waybill-tray", "LICENSE", "NOTICE"} <= set(names)
    assert "_internal/resources/contracts/account.json" in names


def test_everything_in_the_folder_has_its_licence_and_its_line_in_the_bill(
    frozen: Frozen,
) -> None:
    described = [
        path.name.removesuffix(".dist-info").rpartition("-")[0]
        for path in (frozen.folder / "_internal").glob("*.dist-info")
    ]
    assert len(described) > 25
    document = json.loads((frozen.folder / sbom.FILE).read_text(encoding="utf-8"))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    stated = {component["bom-ref"]: component for component in document["components"]}
    for name in (re.sub(r"[-_.]+", "-", each).lower() for each in described):
        assert any((frozen.folder / licences.FOLDER / name).rglob("*")), name
        assert stated[f"pypi:{name}"]["licenses"], name
    assert {"python", "openssl", "sqlite", "qt"} <= stated.keys()
    for package in (ref.removeprefix("deb:") for ref in stated if ref.startswith("deb:")):
        assert (frozen.folder / licences.FOLDER / package / "copyright").is_file()
    lgpl = frozen.folder / licences.FOLDER / "pyside6-essentials" / "LGPL-3.0.txt"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in lgpl.read_text(encoding="utf-8")
    edges = {edge["ref"]: edge["dependsOn"] for edge in document["dependencies"]}
    assert edges.keys() - {"waybill"} == stated.keys()
    assert "pypi:httpcore" in edges["pypi:httpx"]


def test_the_list_of_hashes_holds_and_notices_every_change(frozen: Frozen, tmp_path: Path) -> None:
    assert ran("sha256sum", "-c", "--quiet", hashes.FILE, cwd=frozen.folder).returncode == 0
    few = tmp_path / "few"
    few.mkdir()
    for name in ("LICENSE", "NOTICE", "waybill"):
        shutil.copyfile(frozen.folder / name, few / name)
    hashes.write(few)
    assert hashes.verify(few) == []
    (few / "LICENSE").write_text("other", encoding="utf-8")
    (few / "NOTICE").unlink()
    (few / "new").touch()
    assert hashes.verify(few) == [
        "LICENSE has changed", "NOTICE is missing", "new is not in the list"
    ]  # fmt: skip
    assert hashes.main([str(few)]) == 1


def test_every_module_of_ours_is_in_the_program_that_needs_it() -> None:
    root = Path(agent.__file__).parents[1]
    assert "adapters.sources.odbc.reader" in parts.hidden(root, ["waybill", "waybill-service"])
    assert "gui.pages.about" in parts.hidden(root, ["waybill-tray"])
    assert not any(name.startswith("gui") for name in parts.hidden(root, ["waybill"]))
