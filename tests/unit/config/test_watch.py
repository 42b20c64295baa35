"""How bad a trouble is, whose it is, when it is raised: strict, with every mistake at its place."""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent.config.load import parse
from agent.config.model import Config, Kinds
from agent.errors import ConfigError

KINDS = Kinds({}, {}, ("invoice", "order"), {}, ("TOTAL_WRONG", "LOOKUP_MISSING"))
PAGE = Path(__file__).resolve().parents[3] / "resources" / "help" / "exceptions.md"


def loaded(text: str) -> Config:
    return parse(f"version = 1\n{text}", Path("/x/waybill.toml"), KINDS)


def told(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(text)
    return "\n".join(f"{problem} {problem.hint}" for problem in caught.value.problems)


def test_a_rule_says_what_and_when() -> None:
    (rule,) = loaded(
        '[[escalation]]\nname = "dear"\nafter = ["90m", "4h"]\nentity = "invoice"\n'
        'owner = ["finance", "sales"]\namount = { EUR = "10000.50" }\n'
        'quiet = { since = "18:00", until = "07:30", days = ["sat"] }\n'
    ).escalations
    assert rule.after == [timedelta(minutes=90), timedelta(hours=4)]
    assert (rule.entity, rule.owner) == ({"invoice"}, {"finance", "sales"})
    assert rule.amount == {"EUR": Decimal("10000.50")}
    assert rule.quiet is not None
    assert (rule.quiet.since, rule.quiet.until) == (time(18), time(7, 30))
    assert rule.quiet.days == {5}


def test_a_reason_is_as_bad_as_the_installation_says() -> None:
    found = loaded('[reasons.TOTAL_WRONG]\nseverity = "critical"\nowner = "finance"\n').reasons
    assert found["TOTAL_WRONG"].severity == "critical"
    assert found["TOTAL_WRONG"].owner == "finance"


def test_a_code_that_a_target_may_have_is_allowed_and_named() -> None:
    (warning,) = loaded('[reasons.TOTAL_WRONGS]\nowner = "finance"\n').warnings
    assert "TOTAL_WRONG" in str(warning) + warning.hint


HEAD = '[[escalation]]\nname = "a"\nafter = "1h"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[escalation]]\nname = "a"\n', "after: this is missing"),
        ('[[escalation]]\nafter = "1h"\n', "name: this is missing"),
        ('[[escalation]]\nname = "a"\nafter = ["4h", "1h"]\n', "later than the one before"),
        ('[[escalation]]\nname = "a"\nafter = "0s"\n', "at least one second"),
        ('[[escalation]]\nname = "a"\nafter = []\n', "up to nine"),
        ('[[escalation]]\nname = "a"\nafter = 60\n', "a duration"),
        (HEAD + HEAD, "two rules are called that"),
        (HEAD + 'severity = "bad"\n', "there is no severity bad"),
        (HEAD + 'entity = ["invoices"]\n', "Did you mean invoice?"),
        (HEAD + 'flow = "customers"\n', "there is no flow customers"),
        (HEAD + 'code = "total"\n', "this is no code"),
        (HEAD + "owner = []\n", "a word in quotes"),
        (HEAD + "amount = 10\n", "a table of amounts"),
        (HEAD + "amount = { EUR = 10.5 }\n", "in quotes"),
        (HEAD + 'amount = { EUR = "NaN" }\n', "a number from 0 on"),
        (HEAD + 'amount = { Euro = "10" }\n', "no ISO 4217 code"),
        (HEAD + 'quiet = { since = "18:00" }\n', "belong together"),
        (HEAD + 'quiet = { since = "6pm", until = "07:00" }\n', "a time of the day"),
        (HEAD + 'quiet = { days = ["saturday"] }\n', "a list of days"),
        (HEAD + 'quiet = { days = ["sat"], timezone = "Berlin" }\n', "not a time zone"),
        (HEAD + 'mail = "x"\n', "this key is not known"),
        ('escalation = "1h"\n', "a list of tables"),
        ('[reasons.total]\nowner = "x"\n', "this is no code"),
        ('[reasons.TOTAL_WRONG]\nseverity = "terrible"\n', "severity"),
        ("[reasons.TOTAL_WRONG]\nowner = 1\n", "owner"),
        ('[reasons.TOTAL_WRONG]\nrole = "x"\n', "this key is not known"),
    ],
)
def test_a_mistake_is_named_at_its_place(text: str, words: str) -> None:
    assert words in told(text)


def test_what_the_help_page_shows_is_right() -> None:
    snippets = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippets) == 2
    config = loaded("\n".join(snippets))
    assert [rule.name for rule in config.escalations] == ["dear invoices"]
    assert set(config.reasons) == {"TOTAL_WRONG"}
