"""A text that is handed over is the text, whichever program wrote it down."""

import io
import types

import pytest

from agent.cli import handed
from agent.errors import WrongUse

TEXT = "Pässwörd\nsecond"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_and_widths_are_no_part_of_it(encoding, tmp_path, monkeypatch):
    content = TEXT.replace("\n", "\r\n").encode(encoding)
    file = tmp_path / "secret.txt"
    file.write_bytes(content)
    assert handed.written(file) == TEXT
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(content)))
    assert handed.piped(1000) == TEXT
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(content)))
    assert handed.piped(4) == "Päss"


def test_the_code_page_of_the_machine_is_believed_last(monkeypatch):
    monkeypatch.setattr(handed.locale, "getencoding", lambda: "cp1252")
    assert handed.decoded(TEXT.encode("cp1252")) == TEXT
    monkeypatch.setattr(handed.locale, "getencoding", lambda: "utf-8")
    with pytest.raises(WrongUse, match="no text"):
        handed.decoded(b"\xff\xff")
