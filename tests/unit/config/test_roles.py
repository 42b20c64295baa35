"""`[[roles]]`: who may do what, read with every slip named."""

import re
from pathlib import Path

import pytest

from agent.config import changed

PAGE = Path(__file__).resolve().parents[3] / "resources" / "help" / "roles.md"
ROLES = """
[[roles]]
who = "user:anna"
role = "operator"
kinds = ["account"]

[[roles]]
who = 'group:ERP\\Waybill Engineers'
role = "engineer"
"""


def test_roles_are_read_in_their_order(loads, good):
    found = loads(good + ROLES).roles
    assert [(one.who, one.role, one.kinds) for one in found] == [
        ("user:anna", "operator", ["account"]),
        ("group:ERP\\Waybill Engineers", "engineer", None),
    ]


def test_another_role_is_a_change_of_the_whole(loads, good):
    assert changed(loads(good), loads(good + ROLES)).agent
    assert loads(good).roles == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[roles]]\nwho = "anna"\nrole = "viewer"', "roles.0.who"),
        ('[[roles]]\nwho = "user:"\nrole = "viewer"', "roles.0.who"),
        ('[[roles]]\nwho = "user:a"\nrole = "root"', "roles.0.role"),
        ('[[roles]]\nrole = "viewer"', "roles.0.who"),
        ('[[roles]]\nwho = "user:a"\nrole = "viewer"\nkinds = []', "roles.0.kinds"),
        ('[[roles]]\nwho = "user:a"\nrole = "viewer"\nkinds = ["acount"]', "roles.0.kinds"),
        ('[[roles]]\nwho = "user:a"\nrole = "engineer"\nkinds = ["account"]', "roles.0.kinds"),
        ('[[roles]]\nwho = "user:a"\nrole = "viewer"\npassword = "x"', "roles.0.password"),
        (
            '[[roles]]\nwho = "user:a"\nrole = "viewer"\n[[roles]]\nwho = "user:a"\nrole = "viewer"',
            "roles.1.who",
        ),
        ('[roles]\nwho = "user:a"', "roles"),
    ],
)
def test_a_slip_is_named_at_its_place(refuses, good, text, place):
    assert [problem.place for problem in refuses(good + text)] == [place]


def test_what_the_help_page_shows_is_right(loads, good):
    (shown,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert [one.role for one in loads(good + shown).roles] == ["operator", "operator", "auditor"]
