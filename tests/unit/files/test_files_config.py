"""A source of files that cannot work is refused when it is configured."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.sources.files.config import FilesConfig


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": []}, "key = [...] is needed"),
        ({"format": {"encoding": "cp500"}}, "does not extend ASCII"),
        ({"format": {"encoding": "klingon"}}, "no encoding called"),
        ({"format": {"header": False}}, "needs columns"),
        ({"format": {"header": False, "columns": ["A"]}}, "does not name"),
        ({"format": {"delimiter": '";'}}, "quote cannot be part"),
        ({"format": {"header": False, "columns": ["ID"], "fillers": ["X"]}}, "names in a header"),
        ({"format": {"fillers": ["ID"]}}, "cannot be fillers and in the key"),
        ({"format": {"skip": -1}}, "greater than or equal to 0"),
        ({"end": "trailer"}, "trailer belongs"),
        ({"end": "count", "trailer": {"marker": "T"}}, "count_field"),
        ({"order": {"number": "[0-9]+"}}, "needs a group"),
        ({"operation": {"column": "OP", "delete": ["D"]}}, "is for content"),
        ({"ready": {"quiet": "ten seconds"}}, "quiet"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(change, said):
    table = {
        "folder": "x",
        "pattern": "*",
        "content": "full",
        "format": {"kind": "delimited"},
        "key": ["ID"],
    }
    FilesConfig.model_validate(table)
    with pytest.raises(ValidationError, match=said.replace("[...]", r"\[\.\.\.\]")):
        FilesConfig.model_validate({**table, **change})


def test_every_setting_is_described():
    def undescribed(schema: dict) -> list[str]:
        tables = [schema, *schema.get("$defs", {}).values()]
        fields = [item for table in tables for item in table.get("properties", {}).items()]
        return [name for name, field in fields if "description" not in field]

    assert undescribed(FilesConfig.model_json_schema()) == []


def test_a_relative_folder_is_relative_to_the_home(exports):
    assert exports.source()._folder == Path(exports.root) / "export"
