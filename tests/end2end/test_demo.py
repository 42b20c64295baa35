"""The demo as a person starts it: the whole route, with processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    *("account", "contact", "product", "price_book", "price_book_entry", "order"),
    *("order_line", "invoice", "invoice_line", "inventory", "shipment"),
}
ACTS = {
    *("first_load", "working_day", "outage", "crash"),
    *("short_export", "cut_export", "refused_record"),
}
CRMS = ["salesforce", "hubspot", "dynamics", "sap", "oracle"]
DEMO = [sys.executable, "-m", "agent.cli", "demo"]


def alive(home: Path) -> list[str]:
    """Command lines of running processes that name this folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(home) in line:
            found.append(line)
    return found


def demo(*words: str) -> tuple[int, dict[str, object], str]:
    done = subprocess.run(
        [*DEMO, *words], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    return done.returncode, json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.mark.parametrize("crm", CRMS)
def test_the_whole_demo_agrees_at_both_ends_and_leaves_nothing_running(
    tmp_path: Path, crm: str
) -> None:
    folder = tmp_path / "kept"
    code, told, story = demo("--small", "--json", "--crm", crm, "--keep", str(folder))
    assert told["ok"] is True, story
    assert (code, told["crm"]) == (0, crm)
    assert (told["waiting"], told["parked"], told["doubled"], told["leaks"]) == (0, 0, 0, 0)
    assert set(told["acts"]) == ACTS
    kinds = told["kinds"]
    assert isinstance(kinds, dict)
    assert set(kinds) == KINDS
    assert [
        name
        for name, found in kinds.items()
        if found["different"] or found["missing"] or found["extra"] or not found["erp"]
    ] == []
    assert (folder / "home" / "waybill.toml").is_file()
    assert f"waybill status --home {folder / 'home'}" in story
    assert alive(tmp_path) == []


def test_the_file_half_says_that_it_is_one_and_agrees(tmp_path: Path) -> None:
    code, told, story = demo("--small", "--json", "--files-only", "--keep", str(tmp_path / "kept"))
    assert (code, told["ok"], told["files_only"]) == (0, True, True), story
    assert "only its exports" in story
    assert "inventory" not in told["kinds"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_in_the_middle_leaves_nothing_running(tmp_path: Path, number: int) -> None:
    folder = tmp_path / "kept"
    with subprocess.Popen(
        [*DEMO, "--small", "--keep", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here; it is ignored in the background
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("2."):
                break
        assert alive(tmp_path)
        process.send_signal(number)
        process.stdout.read()
        assert process.wait(60) == 130
    assert alive(tmp_path) == []


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep me", encoding="utf-8")
    done = subprocess.run(
        [*DEMO, "--keep", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "not an empty folder" in done.stderr
