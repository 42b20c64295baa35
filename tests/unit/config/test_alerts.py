"""`[[alerts]]`: our part, the adapter's part, and every problem with its place."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from agent.config import Config, Kinds, parse
from agent.errors import ConfigError


class PigeonSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    coop: str
    key: str = ""


KINDS = Kinds({}, {}, alerts={"pigeon": PigeonSettings})


def read(text: str) -> Config:
    return parse(f"version = 1\n{text}", Path("waybill.toml"), KINDS)


def problems(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return {problem.place: f"{problem.text} {problem.hint}" for problem in caught.value.problems}


def test_a_channel_is_read_with_its_defaults_and_its_secret_is_known() -> None:
    config = read('[[alerts]]\nname = "it"\nkind = "pigeon"\ncoop = "roof"\nkey = "secret:seed"\n')
    (alert,) = config.alerts
    assert (alert.name, alert.kind, alert.severity, alert.quiet) == (
        "it",
        "pigeon",
        "warning",
        None,
    )
    assert alert.settings == PigeonSettings(coop="roof", key="secret:seed")
    assert config.secrets == {"seed"}


def test_quiet_hours_and_severity_are_the_agents() -> None:
    (alert,) = read(
        '[[alerts]]\nname = "it"\nkind = "pigeon"\ncoop = "roof"\nseverity = "error"\n'
        'quiet = { since = "22:00", until = "06:00", days = ["sun"] }\n'
    ).alerts
    assert alert.severity == "error"
    assert alert.quiet is not None
    assert alert.quiet.days == {6}


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("alerts = 5", "alerts", "list of tables"),
        ('[[alerts]]\nname = "it"\nkind = "pidgeon"', "alerts.0.kind", "Did you mean pigeon?"),
        ('[[alerts]]\nname = "it"\nkind = "pigeon"', "alerts.0.coop", "missing"),
        ('[[alerts]]\nkind = "pigeon"\ncoop = "r"', "alerts.0.name", "missing"),
        ('[[alerts]]\nname = "IT dept"\nkind = "pigeon"\ncoop = "r"', "alerts.0.name", "pattern"),
        ('[[alerts]]\nname = "it"\nkind = "pigeon"\ncop = "r"', "alerts.0.cop", "mean coop?"),
        (
            '[[alerts]]\nname = "it"\nkind = "pigeon"\ncoop = "r"\nseverity = "loud"',
            "alerts.0.severity", "warning",
        ),
        (
            2 * '[[alerts]]\nname = "it"\nkind = "pigeon"\ncoop = "r"\n', "alerts.1.name", "taken",
        ),
    ],
)  # fmt: skip
def test_every_problem_has_its_place(text: str, place: str, word: str) -> None:
    assert word in problems(text)[place]
