"""Overview, mappings, settings and the bundle at a real agent: what is clicked there happens there."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path


def test_a_flow_is_paused_changed_and_goes_on_from_the_overview(person, stage):
    page = person.open("overview")
    person.until(lambda: "contacts" in page._cards)
    person.click(page._cards["contacts"].pause)
    person.until(lambda: page._cards["contacts"].pause.text() == "Resume")
    assert {flow["name"]: flow["paused"] for flow in stage.status()["flows"]}["contacts"]
    person.click(page._cards["contacts"].pause)
    person.until(lambda: page._cards["contacts"].pause.text() == "Pause")
    person.click(page._cards["contacts"].findChild(type(page.scan), "edit"))
    person.until(lambda: page.editor.isVisible() and page.editor.name.text() == "contacts")
    person.fill(page.editor.form, when="every 15m")
    person.click(page.editor.save)
    person.until(lambda: not page.editor.isVisible())
    assert tomllib.loads(person.file())["flows"]["contacts"]["when"] == "every 15m"


def test_a_mapping_is_tried_on_real_records_and_published(person, stage):
    stage.until_idle()
    page = person.open("mappings")
    person.until(lambda: bool(page.draft.sheet) and page.sheet.records.before.rowCount() > 0)
    page.jump({"flow": "products", "field": "name"})
    person.until(lambda: page.draft.sheet.get("source") == "products")
    person.click(page.check)
    person.until(lambda: "records would go" in page.sheet.result.text())
    page.sheet.choose("description")
    person.choose(page.sheet.editor.way, "constant")
    person.write(page.sheet.editor.choice.value.lineEdit(), "Machines")
    person.until(lambda: page.badge.text() == "Draft, not in force")
    person.until(page.publish.isEnabled)
    person.click(page.publish)
    person.until(page.confirm.isVisible)
    person.write(page.confirm.text, "One text for all.")
    person.click(page.confirm.yes)
    person.until(lambda: page.badge.text() == "In force")
    assert "Machines" in (stage.home / "mappings" / "products.toml").read_text(encoding="utf-8")


def test_limits_alerts_roles_and_keys_are_those_of_the_agent(person, stage):
    page = person.open("settings", {"tab": "limits"})
    person.until(lambda: page.limits.form is not None and bool(page.limits.form.values()))
    person.fill(page.limits.form, max_delete_rows="31")
    person.click(page.save)
    person.until(lambda: tomllib.loads(person.file())["limits"].get("max_delete_rows") == 31)

    page.show_view("network")
    person.until(lambda: page.network.choice.findData("crm") >= 0)
    person.click(page.network.test)
    person.until(lambda: any("Sign-in: Signed in." in line for line in page.network.found.lines()))

    page.show_view("security")
    person.until(lambda: "Data keys" in page.keys.state.text())
    before = page.keys.state.text()
    person.click(page.keys.rotate)
    person.click(page.confirm.yes)
    person.until(lambda: page.keys.state.text() != before)
    person.write(page.keys.typed, "AAAA-BBBB")
    person.click(page.keys.check)
    person.until(lambda: page.keys.told.isVisible() and bool(page.keys.told.text()))


def test_a_bundle_is_looked_at_and_written(person, stage):
    page = person.open("bundle")
    person.until(lambda: page.rows.rowCount() > 3)
    assert stage.crm.secret not in page.text.toPlainText()
    person.click(page.write)
    person.until(page.result.isVisible)
    path = Path(page.place.text().partition(": ")[2])
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        assert not any(stage.crm.secret.encode() in bundle.read(name) for name in names)
    assert any(name.endswith("status.json") for name in names)


def test_a_backup_is_made_in_a_folder_and_told_where_it_lies(person, stage, tmp_path):
    page = person.open("settings", {"tab": "security"})
    view = page.backups
    person.until(lambda: bool(view.last.text()))
    person.click(view.make)
    person.until(view.browser.isVisible)
    person.write(view.browser.path, str(tmp_path))
    view.browser.path.returnPressed.emit()
    person.until(lambda: view.browser._path == str(tmp_path))
    person.click(view.browser.use)
    person.until(lambda: str(tmp_path) in view.last.text() and not view.running.isVisible())
    (file,) = tmp_path.glob("*.waybill-backup")
    assert str(file) in view.last.text()
    assert view.make.isEnabled()
    assert person.ask("backup.state")["last"]["file"] == str(file)
