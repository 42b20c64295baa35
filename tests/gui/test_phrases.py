"""What the service says in sentences without a code is told in German, whatever stands in them."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent import resources
from agent.canon.reasons import reason
from agent.changes.guard import Guard
from agent.crypto.recovery import from_text
from agent.errors import SourceUnavailable
from agent.mapping.automatch import Synonyms, automatch
from agent.mapping.automatch.names import LANGUAGES
from agent.matching.fields import Role, Rule
from agent.matching.pairs import judge
from agent.matching.prepared import prepare
from agent.model import Place
from agent.runtime.desk.contents import Content
from agent.runtime.keeping.key_desk import KeyDesk
from agent.runtime.link.said import reason_of
from agent.runtime.link.stamps import REFUSED
from agent.runtime.setup.folders import listed
from agent.runtime.strays import REASON
from agent.runtime.workshop.tally import where
from gui import phrases
from gui.texts import sections_of
from tests.gui import codes

CONTRACTS = resources.contracts()
SYNONYMS = Synonyms(tomllib.loads(resources.text("synonyms.toml")))
COLUMNS = [
    ("account", "NAME", ["Firma 1 ", "Firma 2"]),
    ("account", "TEL", ["+49 30 123456", "+49 30 223456"]),
    ("account", "WEB", ["www.a.example", "b.example"]),
    ("account", "EMAIL", ["a@b.example", "c@b.example"]),
    ("account", "LIMIT", ["1.000,50", "12,00"]),
    ("account", "credit limit", ["1000.50", "12.00", "none"]),
    ("account", "discount percent", ["1,5", "2,5"]),
    ("account", "payment days", ["14", "30"]),
    ("account", "payment days", ["1.000,00", "2.000,00"]),
    ("account", "credit hold", ["J", "N"]),
    ("account", "currency", ["EUR", "CHF"]),
    ("acceptance", "status", ["rejected", "u", "v", "w", "x", "y"]),
    ("acceptance", "status", ["rejected", "accepted", "v", "w", "x", "y"]),
    ("acceptance", "status", ["w", "x", "y"]),
    ("acceptance", "requested date", ["2026-11-21", "2026-11-22"]),
    ("acceptance", "requested date", ["21.11.2026", "22.11.2026"]),
    ("acceptance", "requested date", ["01/02/2026", "03/04/2026"]),
    ("acceptance", "requested date", ["00000000", "00000000"]),
    ("inventory", "counted at", ["2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"]),
    ("inventory", "counted at", ["21.11.2026 10:00", "22.11.2026 10:00"]),
]
RULES = [
    Rule("name", Role.NAME), Rule("tax_number", Role.TAX), Rule("number", Role.NUMBER),
    Rule("phone", Role.PHONE), Rule("email", Role.EMAIL), Rule("website", Role.WEBSITE),
    *(
        Rule(f"{which}_{part}", role)
        for which in ("billing", "shipping")
        for part, role in (("street", Role.STREET), ("postal_code", Role.POSTAL_CODE))
    ),
]  # fmt: skip
ALIKE = {
    "name": "Müller Bau GmbH", "tax_number": "DE123456789", "number": "4711",
    "phone": "+49 30 1234567", "email": "anna@bau.example", "website": "bau.example",
    "billing_street": "Hauptstr. 1", "billing_postal_code": "10115",
    "shipping_street": "Hafenweg 2", "shipping_postal_code": "20457",
}  # fmt: skip
NAMES = ("Müller Bau GmbH", "MUELLER BAU GMBH", "Müller Bau AG", "Müler Bau GmbH",
         "Müller Bau und Boden Holding GmbH", "Zander")  # fmt: skip


def of_columns():
    for entity, heading, values in COLUMNS:
        rows = [(value,) for value in values]
        found = automatch(CONTRACTS[entity], (heading,), rows, SYNONYMS, key=(heading,))
        for match in (*found.fields, *filter(None, [found.external_id])):
            yield from (*match.evidence, *match.doubts)


def of_headings():
    for language in LANGUAGES:
        one = Synonyms({"any": {"region": {language: ["bezeichnung"]}}})
        for heading in ("Bezeichnung", "Bezeichnungn", "Bezeichnung zwei drei", "Region"):
            yield one.says(heading, "account", "region").why


def of_pairs():
    for name in NAMES:
        there = prepare("2", {**ALIKE, "name": name}, RULES)
        yield from judge(prepare("1", ALIKE, RULES), there).evidence


def of_links():
    for count in (None, 1, 2):
        for rivals in (0, 3):
            about = {"count": count, "rivals": rivals}
            yield reason_of(SimpleNamespace(state="open", kind="ambiguous", about=about))
    yield reason_of(SimpleNamespace(state="open", kind="duplicate", about={}))
    yield from (f"{text} [{code}]" for code, text in REFUSED.items())


def of_recovery_keys():
    """What is said to a mistyped key, to another agent's, and to the right one."""

    def checked(confirm, *tried):
        vault = SimpleNamespace(confirm_recovery_key=confirm)
        desk = KeyDesk(vault, dict, lambda: None, lambda _key: tried)
        return desk.recovery_confirm("ABCD")

    for answer in (
        checked(from_text), checked(lambda _key: False), checked(lambda _key: True, 4, 1)
    ):  # fmt: skip
        yield from (answer["text"], answer["hint"])


def of_refusals():
    """What is said of a code that only its CRM knows."""
    known = reason("SOMETHING_OF_A_CRM")
    yield from (known.title, known.meaning, known.to_do)


def of_holds():
    """Why the guard holds back, and what only the target has."""
    yield REASON.format(count=3)
    yield Guard().holds_deletes(90, 100, 0)
    yield Guard().holds_deletes(4, 1000, 400)
    yield Guard().holds_changes(900, 1000)


def of_edits():
    """Why a person may not edit a value, and why two rows cannot feed one record."""
    invoice = CONTRACTS["invoice"]
    money = {field.currency or "" for field in invoice.fields.values()} - {""}
    content = SimpleNamespace(contract=invoice, financial={"total", *money})
    yield from (Content.refusal(content, name) for name in content.financial)
    shared = max(said for said in codes.sentences() if said.startswith("Another row"))  # the whole
    yield from (shared.replace("X", row) for row in ("", " (4711)"))


def of_folders(folder):
    with pytest.raises(SourceUnavailable) as caught:
        listed(str(folder))
    yield caught.value.hint


SAID = sorted(
    {
        *of_columns(), *of_headings(), *of_pairs(), *of_links(), *of_recovery_keys(),
        *of_folders(Path(__file__)), *of_refusals(), *of_holds(), *of_edits(),
    } - {""}
)  # fmt: skip


@pytest.mark.parametrize("sentence", SAID)
def test_what_the_service_says_without_a_code_is_told_in_german(sentence):
    told = phrases.told("de", sentence)
    assert told != sentence, "add its form to resources/translations/phrases.de.toml"
    assert phrases.told("en", sentence) == sentence


def test_every_form_is_one_of_the_service_and_every_word_stands_in_one():
    texts = sections_of("phrases", "de")
    said = [*SAID, *codes.sentences()]
    unused = [
        form
        for form in texts["phrases"]
        if not any(phrases.pattern_of(form).fullmatch(sentence) for sentence in said)
    ]
    unused += [
        word
        for word in texts["words"]
        if not any(phrases.pattern_of(word).search(sentence) for sentence in SAID)
    ]
    assert unused == [], "nothing says it any more: take it out of phrases.de.toml"


def test_what_stands_in_a_sentence_by_its_own_name_is_kept():
    assert phrases.told("de", "'dates' is almost German 'name: the same'") == (
        "„dates“ ist fast das deutsche „name: the same“"
    )
    assert phrases.told("de", "parent_account: the same") == "parent_account: gleich"
    assert phrases.told("de", "phone: is busy") == "phone: is busy"
    assert phrases.told("de", "2 of 2 samples are pears") == "2 of 2 samples are pears"


def test_where_a_record_was_read_is_told_in_german():
    told = phrases.told("de", "kunden.csv, record 18", "places")
    assert told == "kunden.csv, Satz 18"
    assert phrases.told("de", where(Place("a, b.csv", 2, 3, 9)), "places") == "a, b.csv, Zeile 3"
    assert phrases.told("de", where(Place("KUNDEN", 2, 0, 0)), "places") == "KUNDEN, Zeile 2"
    told = phrases.told("de", "kunden.csv, record 18, line 20, byte 512", "places")
    assert told == "kunden.csv, Satz 18, Zeile 20, Byte 512"
    assert phrases.told("en", "kunden.csv, record 18", "places") == "kunden.csv, record 18"
