"""What the service says by code is told in the person's language, or in English; never with a hole."""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache
from pathlib import Path

import pytest

from gui.words import FOLDER, said, texts_of

ROOT = Path(__file__).resolve().parents[2]
CONDITIONS = tomllib.loads((FOLDER / "words.de.conditions.toml").read_text(encoding="utf-8"))
SETUP = tomllib.loads((FOLDER / "words.de.setup.toml").read_text(encoding="utf-8"))
PARAMS = frozenset({
    "account", "count", "date", "file", "first", "flow", "from", "host", "issuer", "level", "minutes",
    "name", "problems", "quota", "read", "reason", "rule", "rules", "saved", "secret", "seconds",
    "share", "size", "source", "target", "to", "total", "version",
})  # fmt: skip
"""What conditions and faults carry (`params` at `raise_` and at errors)."""


@cache
def code_of_ours() -> str:
    files = [*(ROOT / "agent").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("code", CONDITIONS)
def test_a_german_text_belongs_to_a_code_that_there_is_and_names_what_is_sent(code):
    assert re.search(rf'"{code}"', code_of_ours()), "nobody raises it any more"
    for text in CONDITIONS[code].values():
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert named <= PARAMS
    assert CONDITIONS[code]["title"]
    assert CONDITIONS[code]["hint"]


@pytest.mark.parametrize("code", SETUP)
def test_a_german_text_of_the_set_up_belongs_to_a_code_that_there_is(code):
    assert re.search(rf'"{code}"', code_of_ours()), "nobody raises it any more"
    named = {
        name for text in SETUP[code].values() for _, name, _, _ in string.Formatter().parse(text)
    }
    assert named - {None} <= {"path", "reason"}


def test_a_text_is_used_only_when_everything_that_it_names_was_sent():
    reason = {"code": "DNS_FAILED", "title": "The name x could not be resolved.", "params": {}}
    assert said("de", reason, "title") == "The name x could not be resolved."
    told = said("de", {**reason, "params": {"host": "crm.example"}}, "title")
    assert told == "Der Name crm.example wird nicht gefunden."
    assert said("en", {**reason, "params": {"host": "x"}}, "title") == reason["title"]
    assert said("de", {"code": "NEVER_HEARD_OF", "title": "Something."}, "title") == "Something."


def test_a_code_that_is_a_condition_and_a_finding_keeps_the_texts_of_both():
    assert {"title", "text"} <= set(texts_of("de")["FOLDER_MISSING"])
