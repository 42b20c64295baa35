"""What the agent is doing when it is hit."""

from __future__ import annotations

from tests.integration.killpoints.field import Rows
from tests.integration.killpoints.points import Scenario


def _rows(accounts: int, contacts: int, **edits: str) -> Rows:
    """So many of each; an edit renames a record, an empty one takes it away."""
    held = {
        "accounts": {f"{i:03}": f"Customer {i}" for i in range(accounts)},
        "contacts": {f"C-{i:03}": f"Person {i}" for i in range(contacts)},
    }
    for name, value in edits.items():
        kind, key = ("accounts", name[1:]) if name[0] == "a" else ("contacts", f"C-{name[1:]}")
        if value:
            held[kind][key] = value
        else:
            held[kind].pop(key, None)
    return held


FIRST = _rows(18, 10)
EDITED = _rows(
    21, 12, a002="Renamed", a005="Moved", a011="Merged", c001="Married", c004="Divorced", c006="",
    a016="", a017="",
)  # fmt: skip
SOME = _rows(18, 10, a001="New name", a007="Other name", c002="Third name")
MORE = _rows(
    18, 10, a001="Newest name", a007="Other name", c002="Third name", c003="", a009="Ninth"
)

SCENARIOS = [
    Scenario("first_load", FIRST),
    Scenario("edits", EDITED, before=[FIRST]),
    Scenario("edited_while_dead", FIRST, between=EDITED),
    Scenario("archive", EDITED, before=[FIRST], archive=True),
    Scenario("merge", MORE, before=[FIRST, SOME], settings={"indexed": 2}),
    Scenario("salesforce", EDITED, before=[FIRST], salesforce=True),
]
