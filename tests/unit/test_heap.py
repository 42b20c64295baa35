"""The C library's memory: fewer heaps on Linux, nothing asked of other systems."""

import ctypes
import subprocess
import sys

import pytest

from agent import heap


@pytest.mark.parametrize("ask", [heap.share, heap.give_back])
@pytest.mark.parametrize("lacks", [OSError("no library"), AttributeError("mallopt")])
def test_a_library_that_knows_no_such_choice_is_left_alone(monkeypatch, ask, lacks):
    def library(_name):
        raise lacks

    monkeypatch.setattr(ctypes, "CDLL", library)
    ask()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such choice")
def test_threads_share_one_heap(tmp_path):
    """glibc tells its heaps in an XML text: one, however many threads ask for memory at once."""
    said = tmp_path / "said.xml"
    code = f"""
import ctypes, threading
from agent import heap
heap.share()
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
together = threading.Barrier(4)
def ask():
    together.wait()
    for _ in range(1000):
        c.malloc(5000)
threads = [threading.Thread(target=ask) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
c.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(c.fopen({str(said)!r}.encode(), b"w"))
c.malloc_info(0, file)
c.fclose(file)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert said.read_text().count("<heap nr=") == 1
