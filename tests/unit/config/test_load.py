"""A configuration is loaded whole, or every problem is named with its place."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from agent.config import Config, Kinds, When, changed, load
from agent.config.secrecy import REFERENCE
from agent.crypto import secret_vault
from agent.errors import ConfigError, ConfigProblem

ROOT = Path(__file__).resolve().parents[3]
Loads = Callable[[str], Config]
Refuses = Callable[[str], list[ConfigProblem]]


def test_a_good_configuration_is_loaded_with_its_defaults(
    loads: Loads, good: str, path: Path
) -> None:
    config = loads(good)
    source, target, flow = (
        config.sources["customers"],
        config.targets["crm"],
        config.flows["customers"],
    )
    assert (config.agent.name, config.agent.timezone) == ("ERP-SRV01", "UTC")
    assert (source.kind, source.every) == ("files", timedelta(seconds=30))
    assert source.settings.model_dump()["folder"] == "D:\\ERP\\export"
    assert (target.concurrency, target.patience) == (4, timedelta(minutes=15))
    assert (target.rate, target.daily, target.reserve) == ((), None, 0.1)
    assert (flow.when, flow.paused, flow.priority) == (When(), False, None)
    assert flow.mapping == path.parent / "mappings" / "customers.toml"
    assert config.limits.queue_bytes == 4 * 1024**3
    assert (config.limits.max_delete_share, config.limits.max_delete_rows) == (0.05, 20)
    assert config.secrets == {"hook-key"}
    assert config.warnings == ()


def test_what_is_written_is_what_is_loaded(loads: Loads, good: str) -> None:
    config = loads(
        good.replace("[sources.customers]", '[limits]\nqueue_bytes = "64MB"\n[sources.customers]')
        .replace('kind = "files"', 'kind = "files"\nevery = "2m"')
        .replace(
            'kind = "hook"',
            'kind = "hook"\nconcurrency = 7\ndaily = 9\nrate = ["9 per 1s", "50 per 1m"]\npatience = "1h30m"',
        )
        + 'when = "every 15m"\npaused = true\npriority = "urgent"\n'
    )
    assert config.limits.queue_bytes == 64_000_000
    assert config.sources["customers"].every == timedelta(minutes=2)
    assert config.targets["crm"].concurrency == 7
    assert config.targets["crm"].daily == 9
    assert config.targets["crm"].rate == ((9, timedelta(seconds=1)), (50, timedelta(minutes=1)))
    assert config.targets["crm"].patience == timedelta(minutes=90)
    assert config.flows["customers"].paused
    assert config.flows["customers"].priority == "urgent"
    assert config.flows["customers"].when.text == "every 15m"


def test_what_is_loaded_cannot_be_changed(loads: Loads, good: str) -> None:
    config = loads(good)
    with pytest.raises(ValueError, match="frozen"):
        config.flows["customers"].paused = True


def test_the_starter_template_is_right_as_it_is(tmp_path: Path, kinds: Kinds) -> None:
    text = (ROOT / "resources" / "templates" / "waybill.toml").read_text(encoding="utf-8")
    (tmp_path / "waybill.toml").write_text(text, encoding="utf-8")
    config = load(tmp_path / "waybill.toml", kinds)
    assert (config.sources, config.targets, config.flows) == ({}, {}, {})


def test_the_starter_templates_examples_are_right_when_uncommented(
    tmp_path: Path, path: Path
) -> None:
    text = (ROOT / "resources" / "templates" / "waybill.toml").read_text(encoding="utf-8")
    lines = [
        line[2:] if line.startswith("# ") and (" = " in line or line[2] == "[") else line
        for line in text.splitlines()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")

    class AnySettings(BaseModel):
        pass

    config = load(path, Kinds({"files": AnySettings}, {"salesforce": AnySettings}))
    assert list(config.flows) == list(config.sources) == ["customers"]
    assert config.agent.timezone == "Europe/Berlin"
    assert config.secrets == {"crm-key"}


def test_all_problems_come_at_once_in_the_order_of_their_lines(refuses: Refuses) -> None:
    problems = refuses("""\
version = 2
colour = "red"
[agent]
timezone = "Mars/Olympus"
nmae = "x"
[limits]
queue_bytes = "lots"
[sources.Customers]
kind = "file"
[sources.items]
kind = "files"
folder = 1
every = "soon"
format = { kind = "delimited", delimeter = ";" }
[targets.crm]
kind = "hook"
concurrency = "3"
[flows.items]
source = "item"
target = "crm"
entity = "acount"
when = "sometimes"
mapping = "mappings/nothing.toml"
pasued = true
""")
    assert [(problem.line, problem.place) for problem in problems] == [
        (1, "version"),
        (2, "colour"),
        (4, "agent.timezone"),
        (5, "agent.nmae"),
        (7, "limits.queue_bytes"),
        (8, "sources.Customers"),
        (9, "sources.Customers.kind"),
        (10, "sources.items.key"),
        (12, "sources.items.folder"),
        (13, "sources.items.every"),
        (14, "sources.items.format.delimeter"),
        (15, "targets.crm.url"),
        (17, "targets.crm.concurrency"),
        (19, "flows.items.source"),
        (21, "flows.items.entity"),
        (22, "flows.items.when"),
        (23, "flows.items.mapping"),
        (24, "flows.items.pasued"),
    ]
    hints = {problem.place: problem.hint for problem in problems}
    assert hints["agent.nmae"] == "Did you mean name?"
    assert hints["sources.Customers.kind"] == "Did you mean files?"
    assert hints["sources.items.format.delimeter"] == "Did you mean delimiter?"
    assert hints["flows.items.source"] == "Did you mean items?"
    assert hints["flows.items.entity"] == "Did you mean account?"
    assert hints["flows.items.pasued"] == "Did you mean paused?"


def test_a_problem_reads_as_a_sentence_with_its_place(refuses: Refuses, path: Path) -> None:
    (problem,) = refuses("version = 1\n[agents]\n")
    assert str(problem) == f"{path}:2: agents: this key is not known. Did you mean agent?"


def test_the_inner_kind_of_a_table_is_named_where_it_is_written(
    refuses: Refuses, good: str
) -> None:
    (problem,) = refuses(good.replace('"delimited"', '"delimitd"'))
    assert problem.place == "sources.customers.format.kind"
    assert problem.text == "this should be one of 'delimited', 'fixed'."


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("version = 1\nname = \n", 2, "Invalid value"),
        ('version = 1\n\nfolder = "D:\\ERP\\export"\n', 3, "single quotes"),
        ("version = 1\n[agent]\n[agent]\n", 3, "twice"),
        ("version = 1\n[agent\n", 2, "Expected"),
        ('version = 1\nx = "abc', 2, "string"),
    ],
)
def test_a_text_that_is_no_toml_is_named_with_its_line(
    refuses: Refuses, text: str, line: int, words: str
) -> None:
    (problem,) = refuses(text)
    assert problem.line == line
    assert words in f"{problem.text} {problem.hint}"


@pytest.mark.parametrize("wrong", ["sources = 1", "[[flows]]\nx = 1", "agent = []", "limits = ''"])
def test_a_section_that_is_no_table_is_named(refuses: Refuses, wrong: str) -> None:
    assert any("must be a table" in problem.text for problem in refuses(f"version = 1\n{wrong}\n"))


@pytest.mark.parametrize("section", ["sources", "targets", "flows"])
def test_an_entry_that_is_no_table_is_named(refuses: Refuses, section: str) -> None:
    problems = refuses(f"version = 1\n[{section}]\ncustomers = 3\n")
    assert (problems[0].place, problems[0].line) == (f"{section}.customers", 3)


@pytest.mark.parametrize("name", ["Big", "a b", "ä", "-a", '""', "a" * 65, "con", "lpt1"])
def test_a_name_that_could_mislead_is_refused(refuses: Refuses, good: str, name: str) -> None:
    key = name if name == '""' else f'"{name}"'
    problems = refuses(good.replace("[targets.crm]", f"[targets.{key}]"))
    assert "this cannot be a name." in [problem.text for problem in problems]


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2"',
        "password = 4711",
        'headers = { x_api_key = "hunter2" }',
        'headers = { Token = "hunter2" }',
        'headers = { note = "-----BEGIN PRIVATE KEY-----hunter2" }',
        'headers = { connect = "DSN=ERP;UID=u;PWD=hunter2" }',
        'headers = { connect = "DSN=ERP;PWD={hunter2}" }',
    ],
)
def test_a_secret_written_out_is_refused_and_not_repeated(
    refuses: Refuses, good: str, line: str
) -> None:
    problems = refuses(good.replace('key = "secret:hook-key"', line))
    assert [problem.text for problem in problems] == ["a secret is written out here."]
    assert problems[0].line == 14
    assert "waybill secrets set" in problems[0].hint
    assert not any("hunter2" in str(problem) or "4711" in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "line",
    [
        'password = "secret:crm.pass_1"',
        'password = ""',
        'headers = { connect = "DSN=ERP;UID=u;PWD={secret:crm.pass_1}" }',
        'headers = { token_url = "https://example.test/token" }',
        'headers = { note = "the password is in the vault" }',
    ],
)
def test_a_reference_to_a_secret_is_welcome(loads: Loads, good: str, line: str) -> None:
    config = loads(good.replace('key = "secret:hook-key"', line))
    assert config.secrets == ({"crm.pass_1"} if "secret:" in line else set())


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a" * 65, "ä"])
def test_a_reference_that_names_no_secret_is_refused(
    refuses: Refuses, good: str, name: str
) -> None:
    problems = refuses(good.replace("secret:hook-key", f"secret:{name}"))
    assert [problem.text for problem in problems] == ["this is not the name of a secret."]


def test_the_vault_and_the_configuration_agree_on_names() -> None:
    assert REFERENCE.pattern == f"secret:({secret_vault._NAME.pattern})"


def test_two_flows_that_do_the_same_are_allowed_with_a_warning(loads: Loads, good: str) -> None:
    flow = good[good.index("[flows.customers]") :]
    config = loads(good + flow.replace("flows.customers", "flows.again"))
    (warning,) = config.warnings
    assert warning.place == "flows.again"
    assert "same entity" in warning.text


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("every 0s", "at least one second"),
        ("every", "cron text"),
        ("every day", "unit"),
        ("* * *", "cron text"),
        ("61 * * * *", "cron text"),
        ("0 0 30 2 *", "cron text"),
        ("", "cron text"),
    ],
)
def test_a_time_that_is_none_is_refused(refuses: Refuses, good: str, when: str, words: str) -> None:
    (problem,) = refuses(good + f'when = "{when}"\n')
    assert problem.place == "flows.customers.when"
    assert words in problem.text


def test_cron_times_are_in_the_agents_zone_also_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    when = When("0 6 * * mon-fri")
    friday = datetime(2026, 10, 23, 12, tzinfo=UTC)
    assert when.next(friday, berlin) == datetime(2026, 10, 26, 5, tzinfo=UTC)
    assert when.next(friday - timedelta(days=1), berlin) == datetime(2026, 10, 23, 4, tzinfo=UTC)
    assert When("every 15m").next(friday, berlin) == friday + timedelta(minutes=15)
    assert When().next(friday, berlin) == friday


def test_a_file_that_is_not_there_is_named(tmp_path: Path, kinds: Kinds) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigError, match="no such file"):
            load(path, kinds)


def test_a_file_of_another_size_or_alphabet_is_named(path: Path, kinds: Kinds, good: str) -> None:
    path.write_bytes(good.encode() + b"# \xfc\n")
    with pytest.raises(ConfigError, match=r":21: .*not UTF-8"):
        load(path, kinds)
    path.write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        load(path, kinds)


def test_a_mark_at_the_start_and_windows_line_ends_are_welcome(
    path: Path, kinds: Kinds, good: str
) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + good.replace("\n", "\r\n").encode())
    assert list(load(path, kinds).flows) == ["customers"]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text", ["[" * 2000, "a." * 20_000, "x = " + "[" * 1500, "\0", "= =\n" * 1000]
)
def test_odd_text_is_refused_in_words(refuses: Refuses, text: str) -> None:
    assert refuses("version = 1\n" + text)


def test_a_change_names_what_it_touches_and_nothing_else(loads: Loads, good: str) -> None:
    old = loads(good)
    assert not changed(old, loads("# a comment\n" + good.replace(' = "ERP-SRV01"', '="ERP-SRV01"')))
    cases = {
        "agent": loads(good.replace("ERP-SRV01", "ERP-SRV02")),
        "source": loads(good.replace('delimiter = ";"', 'delimiter = "|"')),
        "target": loads(good.replace("hook-key", "other-key")),
        "flow": loads(good + "paused = true\n"),
        "added": loads(good + '[sources.new]\nkind="files"\nfolder="x"\nkey=["A"]\n'
                              'format={kind="fixed",widths=[1]}\n'),
    }  # fmt: skip
    touched = {name: changed(old, new) for name, new in cases.items()}
    assert {name: (set(c.sources), set(c.targets), set(c.flows), c.agent)
            for name, c in touched.items()} == {
        "agent": (set(), set(), set(), True),
        "source": ({"customers"}, set(), set(), False),
        "target": (set(), {"crm"}, set(), False),
        "flow": (set(), set(), {"customers"}, False),
        "added": ({"new"}, set(), set(), False),
    }  # fmt: skip
    assert changed(cases["added"], old) == touched["added"]
