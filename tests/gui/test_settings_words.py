"""Every setting of a form is told in German, and every command of a hint as a place of the window."""

from __future__ import annotations

import pytest

from adapters.catalogue import ALERTS, SOURCES, TARGETS, settings_of
from agent.config import (
    AgentConfig,
    AlertConfig,
    FlowConfig,
    Limits,
    RoleConfig,
    SourceConfig,
    TargetConfig,
)
from agent.runtime.grouped.config import GroupConfig
from agent.runtime.setup.configs import title_of_kind
from agent.runtime.setup.forms import fields_of
from gui import commands, settings_words
from gui.commands import Place
from gui.kit import Form
from gui.texts import sections_of

FRAME = ("name", "kind", "settings", "who")


def described():
    """Every field of every form, as the service describes it, with its kind."""
    classes = {
        **{kind: each.settings for kind, each in SOURCES.items()},
        **settings_of(TARGETS), **{f"alert {k}": c for k, c in settings_of(ALERTS).items()},
        "agent": AgentConfig, "limits": Limits, "flow": FlowConfig, "role": RoleConfig, "group": GroupConfig,
        "source": SourceConfig, "target": TargetConfig, "alert": AlertConfig,
    }  # fmt: skip
    for kind, settings in classes.items():
        for field in fields_of(settings, FRAME):
            yield kind.removeprefix("alert "), field


def test_every_setting_has_a_german_title_and_explanation():
    texts = sections_of("settings", "de")
    lacking = []
    for kind, field in described():
        if field.title not in texts["titles"]:
            lacking.append(f"{kind}: title {field.title}")
        if field.help and field.help not in texts["helps"]:
            lacking.append(f"{kind}.{field.name}: {field.help}")
        if title_of_kind(kind) not in texts["titles"] and title_of_kind(kind) != kind:
            lacking.append(f"{kind}: {title_of_kind(kind)}")
    assert lacking == [], "add them to resources/translations/settings.de.toml"


def test_no_text_of_the_window_stays_of_a_setting_that_is_told_otherwise_now():
    helps = {field.help for _, field in described()}
    for language in ("de", "en"):
        assert sections_of("settings", language)["helps"].keys() <= helps


def test_what_people_named_is_not_translated():
    kinds = {
        "kinds": [
            {
                "kind": "flow", "title": "Flow",
                "fields": [
                    {"name": "source", "title": "Source", "help": "", "choices": ["order"]},
                    {"name": "entity", "title": "Entity", "help": "", "choices": ["order"]},
                ],
            }
        ]
    }  # fmt: skip
    source, entity = settings_words.told("de", kinds)["kinds"][0]["fields"]
    assert (source["title"], source["choice_titles"]) == ("Quelle", {})
    assert entity["choice_titles"] == {"order": "Auftrag"}


def test_a_choice_is_shown_by_its_title_and_kept_by_its_word(qtbot):
    about = {
        "name": "flow", "title": "Way", "type": "choice", "choices": ["jwt", "browser"],
        "required": True, "choice_titles": {"jwt": "With a key", "browser": "In the browser"},
    }  # fmt: skip
    form = Form([about])
    qtbot.addWidget(form)
    form.field("flow").set_value("browser")
    assert form.field("flow").box.currentText() == "In the browser"
    assert form.values() == {"flow": "browser"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"driver": "SQLite3", "port": 1433}, "driver = SQLite3\nport = 1433"),
        ({"database": "1433", "server": '"x"'}, 'database = "1433"\nserver = "\\"x\\""'),
        ({"a": " b "}, 'a = " b "'),
        ({"nested": {"a": 1}}, '{\n  "nested": {\n    "a": 1\n  }\n}'),
        ([{"a": "b"}], '[\n  {\n    "a": "b"\n  }\n]'),
    ],
)
def test_a_table_is_written_as_lines_and_read_back_as_it_was(qtbot, value, text):
    form = Form([{"name": "connection", "title": "Connection", "type": "json"}])
    qtbot.addWidget(form)
    field = form.field("connection")
    field.set_value(value)
    assert field.edit.toPlainText() == text
    assert field.value() == value


def test_what_is_neither_json_nor_lines_is_no_value(qtbot):
    form = Form([{"name": "connection", "title": "Connection", "type": "json"}])
    qtbot.addWidget(form)
    form.field("connection").edit.setPlainText("driver SQLite3")
    with pytest.raises(ValueError, match=r"^$"):
        form.values()


@pytest.mark.parametrize(
    ("hint", "told"),
    [
        ("Set it: waybill secrets set crm-key", "Set it: “Destinations”, secret crm-key"),
        (
            ("Once it is put right there: `waybill secrets set crm` or `waybill resume target crm`;"
            " then it is tried at once."),
            ("Once it is put right there: “Destinations”, secret crm or “Try again now” of crm;"
            " then it is tried at once."),
        ),
        (
            "Sign in again: waybill sign-in crm. Nothing is lost meanwhile.",
            "Sign in again: “Sign in” of crm in “Destinations”. Nothing is lost meanwhile.",
        ),
        (
            "Look at it with `waybill holds show 12`, then approve or reject it.",
            "Look at it with “Holds”, then approve or reject it.",
        ),
        (
            "Look: waybill mapping canary accounts. Yes: waybill mapping approve accounts.",
            "Look: “Mappings”. Yes: “Mappings”.",
        ),
        (
            "Run `waybill test` and `waybill setup` for this target.",
            "Run “Test” and “Files for the CRM's administrator” for this target.",
        ),
        ("Start it: waybill run --home /var/lib/waybill", ("Start it: the service “Waybill” of this"
         " computer")),
        ("`waybill check` names every problem.", "“Settings, Service” names every problem."),
        ("Run `waybill keys recover` here.", "Run `waybill keys recover` here."),
        ("Change it in waybill.toml.", "Change it in waybill.toml."),
    ],
)  # fmt: skip
def test_a_command_that_the_window_has_a_place_for_is_told_as_that_place(qapp, hint, told):
    assert commands.windowed(hint) == told


def test_a_hint_leads_to_the_first_place_that_it_names():
    assert commands.place_in("Yes: `waybill holds show 3`, or waybill scan") == Place("holds")
    assert commands.place_in("Run `waybill doctor`") == Place("settings", "service")
    assert commands.place_in("Wait for it.") is None
