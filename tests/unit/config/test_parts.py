"""A part is put in, altered or taken out, and everything around it stays as people wrote it."""

import tomllib

import pytest

from agent.config.parts import part_of, removed, replaced
from agent.errors import ConfigError

TEXT = """\
# our agent
version = 1
[agent]
name = "x"  # who
# timezone = "UTC"

# What is read.
[sources.customers]   # from the ERP
kind = "files"
# where
folder = 'D:\\ERP'
format = { kind = "delimited", delimiter = ";" } # as they come

[sources.lines]
kind = "odbc"

[sources.orders]
kind = "group"
of = "lines"

# Where it goes.
[targets.crm]
kind = "hook"

[[alerts]]
name = "mail"
# those on duty
to = ["x"]
[[alerts]]
name = "log"

[flows.customers]
source = "customers"
target = "crm"
"""


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_a_new_part_stands_behind_its_like() -> None:
    table = {"kind": "files", "folder": r"\\ERP\x", "format": {"delimiter": "|"}, "none": None}
    after = replaced(TEXT, "source", "new", table)
    assert comments(after) == comments(TEXT)
    assert after.index("[sources.orders]") < after.index("[sources.new]") < after.index("# Where")
    assert r"folder = '\\ERP\x'" in after
    assert "none" not in part_of(after, "source", "new")
    assert "\n\n\n" not in after


def test_a_changed_part_keeps_its_place_and_its_comments() -> None:
    table = {"kind": "files", "folder": "E:", "format": {"kind": "delimited", "delimiter": "|"},
             "key": ["A"]}  # fmt: skip
    after = replaced(TEXT, "source", "customers", table)
    assert comments(after) == comments(TEXT)
    assert part_of(after, "source", "customers") == table
    assert after.index("key = [") < after.index("[sources.lines]")
    assert 'format = { kind = "delimited", delimiter = "|" } # as they come' in after


def test_only_what_is_altered_is_touched() -> None:
    same = part_of(TEXT, "source", "customers")
    assert replaced(TEXT, "source", "customers", same) == TEXT


def test_a_new_name_is_followed_by_what_speaks_of_it() -> None:
    renamed = replaced(TEXT, "source", "lines", {"kind": "odbc"}, "rows")
    assert part_of(renamed, "source", "orders")["of"] == "rows"
    renamed = replaced(TEXT, "target", "crm", {"kind": "hook"}, "salesforce")
    assert part_of(renamed, "flow", "customers")["target"] == "salesforce"
    assert comments(renamed) == comments(TEXT)
    with pytest.raises(ConfigError):
        replaced(TEXT, "source", "lines", {"kind": "odbc"}, "customers")


def test_a_removed_part_takes_nothing_of_its_neighbours_along() -> None:
    after = removed(TEXT, "source", "orders")
    assert comments(after) == comments(TEXT)
    assert "orders" not in after
    assert removed(removed(TEXT, "alert", "mail"), "alert", "log") == TEXT.replace(
        TEXT[TEXT.index("[[alerts]]") : TEXT.index("[flows")], ""
    )
    with pytest.raises(ConfigError):
        removed(TEXT, "source", "nobody")


def test_tables_within_tables_go_with_their_part() -> None:
    text = TEXT.replace(
        "[sources.lines]", '[sources.customers.ready]\nquiet = "1s"\n\n[sources.lines]'
    )
    assert tomllib.loads(removed(text, "source", "customers"))["sources"].keys() == {
        "lines",
        "orders",
    }


def test_whole_sections_are_put_where_there_was_none() -> None:
    after = replaced(TEXT, "limits", "", {"undo_keep": "3d"})
    assert part_of(after, "limits", "") == {"undo_keep": "3d"}
    after = replaced(after, "agent", "", {"name": "x", "timezone": "UTC"})
    assert after.index('timezone = "UTC"') < after.index("# What is read.")
    alert = replaced(TEXT, "alert", "more", {"kind": "smtp", "to": ["a"]})
    assert part_of(alert, "alert", "more") == {"name": "more", "kind": "smtp", "to": ["a"]}


def test_line_ends_of_windows_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    for after in (
        replaced(text, "source", "new", {"kind": "files"}),
        removed(text, "source", "lines"),
        replaced(text, "target", "crm", {"kind": "hook", "url": "x"}),
    ):
        assert after.count("\n") == after.count("\r\n")


def test_what_is_written_in_another_form_is_changed_all_the_same() -> None:
    text = 'version = 1\nsources = { a = { kind = "files" }, b = { kind = "odbc" } }\n'
    assert part_of(replaced(text, "source", "a", {"kind": "x"}), "source", "a") == {"kind": "x"}
    assert part_of(removed(text, "source", "a"), "source", "b") == {"kind": "odbc"}
    dotted = 'version = 1\n[sources]\na.kind = "files"\n'
    assert part_of(replaced(dotted, "source", "a", {"kind": "x"}), "source", "a") == {"kind": "x"}
    texts = 'version = 1\n[sources.a]\nquery = """\n[sources.b]\n"""\n[sources.c]\nkind = "x"\n'
    assert list(tomllib.loads(removed(texts, "source", "a"))["sources"]) == ["c"]


def test_a_role_goes_by_who_has_it() -> None:
    one = replaced(TEXT, "role", r"group:ERP\Operators", {"role": "operator"})
    two = replaced(one, "role", "user:anna", {"role": "viewer", "kinds": ["account"], "who": "x"})
    assert comments(two) == comments(TEXT)
    assert r"who = 'group:ERP\Operators'" in two
    assert part_of(two, "role", "user:anna") == {
        "who": "user:anna", "role": "viewer", "kinds": ["account"],
    }  # fmt: skip
    more = replaced(two, "role", "user:anna", {"role": "auditor"})
    assert part_of(more, "role", "user:anna") == {"who": "user:anna", "role": "auditor"}
    renamed = replaced(more, "role", "user:anna", {"role": "auditor"}, "user:bert")
    assert [each["who"] for each in tomllib.loads(renamed)["roles"]] == [
        r"group:ERP\Operators",
        "user:bert",
    ]
    assert tomllib.loads(
        removed(removed(two, "role", "user:anna"), "role", r"group:ERP\Operators")
    ) == (tomllib.loads(TEXT))
