"""A command starts light: nothing of the agent's machinery is loaded to ask a question."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.wine import IS_WINDOWS

ROOT = Path(__file__).resolve().parents[3]
QUESTION = """
import sys
from agent.cli.main import main
main(["status", "--home", "nowhere"])
print(*sorted(sys.modules))
"""
HEAVY = {
    *("agent.app", "agent.config", "agent.control.server", "agent.queue", "agent.runtime"),
    *("agent.crypto", "agent.mapping", "agent.service", "adapters", "httpx", "sqlite3", "numpy"),
    *(
        "PySide6",
        "cryptography",
        "structlog",
        "rich.table",
        "orjson",
        "pyodbc",
        "typer",
        "pydantic",
    ),
}


def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_asking_loads_nothing_heavy():
    assert loaded(QUESTION) & HEAVY == set()


def test_python_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", "status", "--home", "nowhere", "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 3
    assert '"SERVICE_UNREACHABLE"' in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(IS_WINDOWS, reason="needs a shell of Unix")
def test_a_reader_that_has_seen_enough_is_no_fault():
    command = f"{sys.executable} -m agent.cli --help | true"
    done = subprocess.run(
        ["sh", "-c", command], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stderr == ""
