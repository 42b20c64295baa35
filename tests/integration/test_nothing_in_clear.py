"""Nothing of the business, no key of a row and no secret is readable in the home folder."""

from __future__ import annotations

import base64
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import keys
from tests.integration.agent_home import AgentHome
from tests.integration.killpoints import field as world

NAMES = ["Quäkerbrück Zinnober GmbH", "Yttrium-Xaver Holding", "Vexierspiegel & Sohn"]
PEOPLE = ["Zwetschgenmann", "Oxymoronova", "Pfützenreuter"]
MAIL = "qx.zwetschge@vexierspiegel.example"
AMOUNT = "918273645.55"
KEYS = ["KDNR-7731-ZX", "KDNR-7732-ZX", "KDNR-7733-ZX"]
PERSON_KEYS = ["PERS-9910-QV", "PERS-9911-QV", "PERS-9912-QV"]
SECRETS = {"crm": world.SECRET, "spare": "Xk7-geheimes-Wort-0815-qq"}
CANARIES = [*NAMES, *PEOPLE, MAIL, AMOUNT, *KEYS, *PERSON_KEYS, *SECRETS.values()]

MAPPINGS = {
    "accounts": 'version = 1\nentity = "account"\nexternal_id = "CUSTNO"\non_leave = "delete"\n'
    '[fields]\nname = "NAME1"\nnumber = "CUSTNO"\n'
    'credit_limit = { column = "LIMIT", convert = "decimal" }\n',
    "contacts": 'version = 1\nentity = "contact"\nexternal_id = "NO"\non_leave = "delete"\n'
    '[fields]\nlast_name = "NAME"\naccount = "CUSTNO"\nemail = "MAIL"\n',
}


def forms(canary: str) -> Iterator[bytes]:
    """Every way in which a text could stand in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
        raw = canary.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for shift in range(3):  # where in a group of three the text begins
            encoded = base64.b64encode(bytes(shift) + raw)
            yield encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]
    yield canary.encode("ascii", "backslashreplace")
    yield repr(canary).encode()[1:-1]


def scan(folder: Path, canaries: list[str] = CANARIES) -> list[str]:
    """Which canary stands in which file."""
    wanted = {form: canary for canary in canaries for form in forms(canary) if len(form) >= 8}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.name}: {wanted[form]}" for form in wanted if form in data]
            name = path.name.encode()
            found += [f"the name {path.name}: {wanted[form]}" for form in wanted if form in name]
    return found


def export(agent: AgentHome, *, names: list[str], people: list[str], keys: list[str]) -> None:
    accounts = ["CUSTNO;NAME1;LIMIT"]
    accounts += [f"{key};{name};{AMOUNT}" for key, name in zip(keys, names, strict=True)]
    contacts = ["NO;CUSTNO;NAME;MAIL"]
    contacts += [
        f"{key};{owner};{person};{MAIL}"
        for key, owner, person in zip(PERSON_KEYS, KEYS, people, strict=False)
    ]
    write(agent.exports / "accounts.csv", accounts)
    write(agent.exports / "contacts.csv", contacts)


def write(path: Path, lines: list[str]) -> None:
    aside = path.with_name(f".{path.name}")
    aside.write_text("\n".join([*lines, ""]), encoding="utf-8")
    aside.replace(path)


@pytest.fixture
def agent(agent: AgentHome) -> AgentHome:
    """With columns and a secret that leave canaries."""
    for name, text in MAPPINGS.items():
        (agent.home / "mappings" / f"{name}.toml").write_text(text, encoding="utf-8")
    keys.set_secret(agent.home, "spare", SECRETS["spare"])
    return agent


def test_the_home_folder_holds_no_canary_after_all_that_can_happen_to_a_row(agent, receiver):
    crm = receiver.cases["crm"]
    crm.refuses = PEOPLE[1]  # one is parked with a reason
    export(agent, names=NAMES, people=PEOPLE, keys=KEYS)
    with (agent.exports / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write(f"KDNR-7799-ZX;{NAMES[0]}\n")  # unreadable: a column is missing
        file.write(f"KDNR-7798-ZX;{NAMES[1]};{MAIL}\n")  # parked: no amount
        file.write(f"{KEYS[0]};{NAMES[0]};{AMOUNT}\n")  # a duplicate
    agent.start()
    agent.until(lambda status: status["counts"]["parked"] >= 2, "nothing is parked")
    agent.until_idle()
    assert not scan(agent.home), "while it runs"
    for words in (["exceptions", "list"], ["queue", "list"], ["reads", "list"]):
        assert agent.waybill(*words, "--json")[0] == 0
    agent.waybill("exceptions", "show", "nothing-like-it")
    export(agent, names=NAMES[:1], people=PEOPLE, keys=KEYS[:1])  # most are gone: held
    agent.until(lambda status: status["counts"]["held"], "nothing is held")
    agent.stop(signal.SIGKILL)
    assert not scan(agent.home), "after a kill"
    write(agent.exports / "accounts.csv", [f'KDNR-7799-ZX;"{NAMES[2]};never closed'])
    write(agent.exports / "contacts.csv", ["NO;CUSTNO", f"{PERSON_KEYS[0]};{KEYS[0]}"])
    agent.start()
    agent.until(
        lambda status: (
            {"SOURCE_CHANGED", "READ_INCOMPLETE"} & {r["code"] for r in status["reasons"]}
            or any(source["state"] == "error" for source in status["sources"])
        ),
        "nobody is told of the changed columns",
    )
    assert agent.stop() == 0
    assert not scan(agent.home), "after it stopped"
    assert crm.now, "and yet everything else arrived"
    names = {path.name for path in agent.home.rglob("*") if path.is_file()}
    assert {"queue.db", "mark", "audit.log", "waybill.log"} <= names, "this was scanned"
    assert not [c for c in CANARIES if any(form in agent.said().encode() for form in forms(c))]


def test_the_scan_does_find_what_was_planted(tmp_path):
    planted = {
        "plain.log": NAMES[0].encode(),
        "wide.bin": b"\0\x01" + NAMES[1].encode("utf-16-le"),
        "windows.txt": f"x{PEOPLE[2]}x".encode("cp1252"),
        "base64.txt": base64.b64encode(f"ab{MAIL}cdef".encode()),
        "hex.txt": AMOUNT.encode().hex().encode(),
        "json.txt": b'"Pf\\xfctzenreuter"',
        f"{KEYS[1]}.txt": b"",
        "secret.txt": SECRETS["spare"].encode(),
    }
    for name, data in planted.items():
        (tmp_path / name).write_bytes(b"before " + data + b" after")
    found = scan(tmp_path)
    assert all(any(name in line for line in found) for name in planted), found
