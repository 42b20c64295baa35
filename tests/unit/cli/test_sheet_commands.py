"""`waybill mapping edit` rewrites a draft, and only a draft."""

from __future__ import annotations

from pathlib import Path

from agent.cli.output import FINE, WRONG_USE


def test_an_edit_writes_what_the_service_made_of_the_draft(waybill, service, tmp_path: Path):
    draft = tmp_path / "draft.toml"
    draft.write_text("# old\n", encoding="utf-8")
    assert waybill("mapping", "edit", str(draft), "fields.name", '"NAME2"') == FINE
    assert draft.read_text(encoding="utf-8") == service.answers["mapping.edit"]["draft"]
    asked = {"draft": "# old\n", "place": "fields.name", "value": '"NAME2"'}
    assert service.asked == [("mapping.edit", asked)]
    assert waybill("mapping", "edit", str(tmp_path / "none.toml"), "fields.name") == WRONG_USE
