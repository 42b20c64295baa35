"""The widgets that pages are made of keep their promises."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme
from gui.kit import Column, ConfirmBar, Form, PagedModel, ProblemPanel, RowsModel, Table
from gui.kit import copy_secret as put_secret
from gui.kit.paged import WINDOW
from gui.theme import CONTRAST, DARK, LIGHT
from tests.gui.scene import Refusal

FIELDS = [
    {"name": "folder", "title": "Folder", "help": "Where the exports are.", "type": "folder",
     "required": True},
    {"name": "ready.by", "title": "Ready", "type": "choice", "choices": ["quiet", "sentinel"],
     "default": "quiet", "required": True},
    {"name": "ready.quiet", "title": "Quiet time", "type": "duration", "default": "10s",
     "when": {"name": "ready.by", "value": "quiet"}},
    {"name": "ready.sentinel", "title": "Sentinel", "type": "text",
     "when": {"name": "ready.by", "value": "sentinel"}},
    {"name": "key", "title": "Key", "type": "texts", "required": True},
    {"name": "retries", "title": "Retries", "type": "integer", "default": 3, "advanced": True},
    {"name": "strict", "title": "Strict", "type": "flag", "default": False},
    {"name": "password", "title": "Password", "type": "secret"},
]  # fmt: skip


@pytest.fixture
def form(qtbot):
    made = Form(FIELDS)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_form_gives_back_what_it_was_given(form):
    settings = {
        "folder": "/erp", "ready": {"by": "sentinel", "sentinel": "done.txt"}, "key": ["A", "B"],
        "retries": 5, "strict": True, "password": "secret:erp", "format": {"kind": "delimited"},
    }  # fmt: skip
    form.set_values(settings)
    assert form.values() == settings
    assert form.field("password").widget.isVisible()


def test_a_form_leaves_out_what_is_empty_or_not_asked(form):
    form.set_values({"folder": "/erp", "ready": {"by": "quiet", "quiet": "20s"}, "key": ["A"]})
    assert not form.field("ready.sentinel").widget.isVisible()
    assert form.values() == {
        "folder": "/erp", "ready": {"by": "quiet", "quiet": "20s"}, "key": ["A"],
    }  # fmt: skip
    form.field("ready.by").set_value("sentinel")
    assert form.field("ready.sentinel").widget.isVisible()
    assert "quiet" not in form.values()["ready"]


def test_what_several_choices_ask_for_is_asked_once_under_each_of_them(qtbot):
    def one(name, value, **more):
        when = {"name": "way", "value": value} if value else None
        return {"name": name, "title": name, "type": "text", "when": when, **more}

    way = {**one("way", ""), "type": "choice", "choices": ["a", "b", "c"], "required": True}
    made = Form([way, one("id", "a", required=True), one("id", "b"), one("more", "c")])
    qtbot.addWidget(made)
    made.show()
    shown = []
    for value in "abc":
        made.field("way").set_value(value)
        shown.append(made.field("id").widget.isVisible())
    assert shown == [True, True, False]
    made.field("way").set_value("b")
    made.field("id").set_value("x")
    assert made.values() == {"way": "b", "id": "x"}


def test_no_part_of_a_form_is_ever_a_window(qtbot, qapp):
    class Tops(QObject):
        found = 0

        def eventFilter(self, watched, event):  # noqa: N802 Qt's name
            if isinstance(watched, QWidget) and watched.isWindow():
                self.found += event.type() == QEvent.Type.Show
            return False

    tops = Tops()
    qapp.installEventFilter(tops)
    made = Form(FIELDS)
    made.set_values({})
    qapp.removeEventFilter(tops)
    qtbot.addWidget(made)
    assert tops.found == 0


def test_what_belongs_to_a_choice_that_is_not_asked_is_not_asked_either(qtbot):
    def one(name, kind, when=None, **more):
        return {"name": name, "title": name, "type": kind, "when": when, **more}

    made = Form(
        [
            one("outer", "flag"),
            one("inner", "choice", {"name": "outer", "value": True}, choices=["x", "y"]),
            one("last", "text", {"name": "inner", "value": "x"}),
        ]
    )
    made.set_values({"outer": True, "inner": "x", "last": "1"})
    assert made.values() == {"outer": True, "inner": "x", "last": "1"}
    made.field("outer").set_value(value=False)
    assert "last" not in made.values()


def test_a_wrong_value_is_told_beside_its_field(form):
    form.set_values({"folder": "/erp", "key": ["A"]})
    form.field("retries").edit.setText("many")
    with pytest.raises(ValueError):
        form.values()


def test_problems_stand_beside_the_settings_they_are_about(form):
    form.set_values({"folder": "/nowhere", "key": ["A"]})
    left = form.show_problems(
        [
            {"place": "sources.customers.folder", "text": "There is no such folder.", "hint": ""},
            {"place": "flows.customers.mapping", "text": "Missing.", "hint": ""},
        ]
    )
    assert [problem["place"] for problem in left] == ["flows.customers.mapping"]
    assert form.field("folder").focus.property("wrong") == "true"


def test_a_secret_is_never_typed_into_a_form(qtbot, form):
    with qtbot.waitSignal(form.wanted) as wanted:
        form.field("password").focus.click()
    assert wanted.args == ["password", "secret"]
    assert form.field("password").edit.isReadOnly()


def test_a_long_list_comes_in_windows_as_it_is_looked_at(qtbot, face, service):
    service.world.waiting = 200_000
    model = PagedModel(face.bridge, "queue.window", [Column("Number", "seq", right=True)])
    table = Table(model, "Waiting")
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    with qtbot.waitSignal(model.loaded):
        model.look()
    assert model.rowCount() == 200_000
    assert model.data(model.index(0, 0)) != "…"
    table.scrollTo(model.index(150_000, 0))
    assert model.data(model.index(150_000, 0)) == "…"
    qtbot.waitUntil(lambda: model.data(model.index(150_000, 0)) != "…")
    offsets = {asked["offset"] for asked in service.calls("queue.window")}
    assert len(offsets) < 5
    assert all(offset % WINDOW == 0 for offset in offsets)
    service.world.waiting = 3
    model.look()
    qtbot.waitUntil(lambda: model.rowCount() == 3)


def test_a_list_that_cannot_be_had_keeps_what_it_shows(qtbot, face, service):
    model = PagedModel(face.bridge, "queue.window", [Column("Number", "seq")])
    with qtbot.waitSignal(model.loaded):
        model.look()
    before = model.rowCount()
    service.fails["queue.window"] = Refusal("NOT_NOW", "Not now.")
    with qtbot.waitSignal(model.failed):
        model.look()
    assert model.rowCount() == before


def test_a_table_opens_and_copies_by_keys(qtbot):
    columns = [Column("Name", "name"), Column("Count", lambda row: f"{row['count']:,}", right=True)]
    rows = [{"name": "A", "count": 1200}, {"name": "B", "count": 2}]
    table = Table(RowsModel(columns, rows), "Things", many=True)
    qtbot.addWidget(table)
    table.show()
    table.selectRow(0)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [0]
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Name\tCount\nA\t1,200"


def test_a_question_in_the_page_is_answered_by_keys_and_needs_its_reason(qtbot):
    bar = ConfirmBar()
    qtbot.addWidget(bar)
    done = []
    bar.ask("Set 3 records aside?", "Set 3 records aside", done.append, reason="Reason")
    assert not bar.yes.isEnabled()
    bar.text.setText("Closed customer")
    bar.yes.click()
    assert done == ["Closed customer"]
    assert bar.isHidden()
    bar.ask("Send again?", "Send 3 records again", done.append)
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert len(done) == 1


def test_a_problem_is_copied_whole(qtbot):
    panel = ProblemPanel("Sign-in expired.", "212 records wait.", "Sign in.", (), "WB-2104")
    qtbot.addWidget(panel)
    panel.copy.click()
    assert QApplication.clipboard().text() == (
        "Sign-in expired.\n212 records wait.\nSign in.\nWB-2104"
    )


def test_a_secret_leaves_the_clipboard_by_itself_but_nothing_else_does(qtbot):
    put_secret("AAAA-BBBB", within_ms=30)
    assert QApplication.clipboard().text() == "AAAA-BBBB"
    qtbot.waitUntil(lambda: not QApplication.clipboard().text())
    put_secret("AAAA-BBBB", within_ms=30)
    QApplication.clipboard().setText("something else")
    qtbot.wait(80)
    assert QApplication.clipboard().text() == "something else"


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shown", [LIGHT, DARK, CONTRAST])
def test_every_text_can_be_read_on_every_ground(shown):
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    grounds = [shown.window, shown.base, shown.raised]
    pairs = [(text, ground) for text in (shown.text, shown.muted) for ground in grounds]
    for tone in ("ok", "warning", "error", "quiet", "accent"):
        fill = getattr(shown, f"{tone}_fill")
        pairs += [
            (getattr(shown, tone), fill),
            (shown.text, fill),
            (getattr(shown, tone), shown.base),
        ]
    pairs += [(shown.accent_text, shown.accent), (shown.test_text, shown.test)]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_every_theme_can_be_shown(qapp):
    for name, shown in (("dark", DARK), ("contrast", CONTRAST), ("light", LIGHT)):
        theme.apply(name)
        assert theme.colours() is shown
        assert qapp.palette().window().color().name() == shown.window
