"""A library may be imported without another one; who wants that one later finds it."""

import subprocess
import sys

import pytest

from agent.unseen import unseen


def test_what_is_not_loaded_yet_cannot_be_found_meanwhile_and_is_found_afterwards(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with unseen("this"), pytest.raises(ImportError):
        import this  # noqa: F401 - only whether it can be
    assert "this" not in sys.modules


def test_what_is_loaded_stays(monkeypatch):
    with unseen("sys", "json.tool"):
        import sys as again
    assert again is sys


def test_it_is_found_again_when_the_import_fails():
    with pytest.raises(RuntimeError), unseen("this"):
        raise RuntimeError
    assert "this" not in sys.modules


@pytest.mark.parametrize("module", ["agent.log", "adapters.http", "agent.queue.store"])
def test_an_agent_loads_no_library_for_coloured_tracebacks_or_arrays(module):
    asked = (
        f"import sys, {module}; print(sorted({{'rich', 'pygments', 'numpy'}} & {{*sys.modules}}))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
