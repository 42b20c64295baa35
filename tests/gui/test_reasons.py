"""Why no record could be made of a row is told in German, whatever the mapping or the canon says."""

import ast
import re
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QScrollArea

from agent.canon.codes import SAID as OF_LISTS
from agent.canon.reasons import CATALOGUE
from agent.canon.rules import _CHECKS, _SIGNS
from agent.model import Place, Problem
from agent.runtime.workshop.tally import where
from gui import reasons
from gui.bridge import Bridge
from gui.mapping.records import RecordView
from gui.mapping.rules import problems_of
from gui.pages.desk.replay import ReplayPanel
from gui.pages.desk.scope import Scope
from gui.pages.desk.wording import Wording
from gui.session import Session
from gui.texts import sections_of
from gui.wizard.course import Course
from gui.wizard.dry_run import DryRunStep
from tests.gui import codes
from tests.unit.mapping.helpers import contract_of, plan_of

ROOMS = ("agent/mapping/", "agent/canon/", "agent/runtime/grouped/")
TITLES = "agent/canon/reasons.py"
MAKERS = {"Refused", "Altered"}
PASSED_ON = {
    "*flaw", "*REQUIRED", "*missing", "self.predicate", "self.said", "predicate", "said", "why",
    "f'{name} ({column}) {refused.predicate}'",
}  # fmt: skip
"""What stands for words that are found where they are written."""
TOO_LONG = "A" * 41
HEAD = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'
KINDS = {
    "text": ({"type": "text", "max_length": 40}, TOO_LONG),
    "must": ({"type": "text", "max_length": 40, "required": True}, " "),
    "integer": ({"type": "integer"}, "x"),
    "decimal": ({"type": "decimal", "places": 2}, "1.234"),
    "exact": ({"type": "decimal", "places": 2}, 1.5),
    "boolean": ({"type": "boolean"}, "perhaps"),
    "date": ({"type": "date"}, "31.02.2026"),
    "instant": ({"type": "instant"}, "2026-11-21T10:00:00"),
    "code": ({"type": "code", "codes": ["open", "paid"]}, "lost"),
    "country": ({"type": "code", "list": "iso-3166-1"}, "Narnia"),
    "email": ({"type": "email"}, "nobody"),
    "url": ({"type": "url"}, "nowhere"),
}
RULES = {
    "code": ('{ column = "C", convert = "codes", codes = { a = "open" } }', "b"),
    "decimal": ("{ formula = 'NUMBER(C) / 0' }", "1"),
    "text": ("{ formula = 'LEFT(C, B)' }", "abc"),
    "date": ("{ formula = 'DATEVALUE(C)' }", "2026"),
    "boolean": ("{ formula = 'C > 5' }", "x"),
}


def made_of(fields, rules, columns, values):
    """Why no record is made of these values by these rules."""
    made = plan_of(f"{HEAD}[fields]\n{rules}", contract_of(fields)).bind(columns)(values)
    assert isinstance(made, Problem), made
    return made


def of_kinds():
    for name, (notes, value) in KINDS.items():
        made = made_of({name: notes}, f'{name} = "C c. (x)"', ["ID", "C c. (x)"], ("1", value))
        yield made.reason
    for name, (rule, value) in RULES.items():
        made = made_of(
            {name: KINDS[name][0]}, f"{name} = {rule}", ["ID", "B", "C"], ("1", "?", value)
        )
        yield made.reason
    fields = {name: notes for name, (notes, _) in KINDS.items()}
    rules = "\n".join(f'{name} = "C {name}. Is"' for name in fields)
    values = ["1", *(value for _, value in KINDS.values())]
    yield made_of(fields, rules, ["ID", *(f"C {name}. Is" for name in fields)], values).reason
    yield made_of({"text": KINDS["text"][0]}, 'text = "C"', ["ID", "C"], ("", "x")).reason


SAID = sorted(of_kinds())
ENGLISH = re.compile(
    r"\b(is|has|had|was|and|the|its|that|of|number|mapping|allowed|needs|meets|makes|more)\b"
)


@pytest.mark.parametrize("reason", SAID)
def test_what_a_mapping_says_of_a_record_is_told_in_german(reason):
    told = reasons.told("de", reason)
    assert told is not None, "add its piece to resources/translations/reasons.de.toml"
    assert ENGLISH.search(told.replace("C c. (x)", "")) is None, told
    assert reasons.told("en", reason) is None


def told_apart(node):
    """The texts that an expression may be, `X` where a value stands."""
    if isinstance(node, ast.IfExp):
        yield from (*told_apart(node.body), *told_apart(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(map(codes._piece, node.values))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def flaws(tree):
    """What is said in a module after a code: `Refused("CODE", "is wrong")`, `"CODE", "is wrong"`."""
    names = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and codes.name_of(node) in MAKERS:
            if getattr(node.args[0], "value", None) != "":  # of a document, not of a record
                yield node.args[min(1, len(node.args) - 1)]
        elif isinstance(node, ast.Tuple) and len(node.elts) > 1:
            first = node.elts[0]
            code = names.get(getattr(first, "id", "")) or getattr(first, "value", None)
            if isinstance(code, str) and (code in CATALOGUE or code.startswith("GROUP_")):
                yield node.elts[1]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"said", "why"}:
            yield from (node.value for _ in told_apart(node.value))


def predicates():
    """What the product's own source says is wrong with something, and where it cannot be seen."""
    found, unseen = {*OF_LISTS.values(), *(said for _, said in _SIGNS.values())}, set()
    found |= {re.sub(r"\{\w+\}", "X", check.said) for check in _CHECKS.values()}
    for path, tree in codes.modules().items():
        if not path.startswith(ROOMS) or path == TITLES:
            continue
        for node in flaws(tree):
            texts = set(told_apart(node))
            if not texts and ast.unparse(node) not in PASSED_ON:
                unseen.add((path, node.lineno, ast.unparse(node)))
            found |= texts
    return {each for each in found if " " in each and each[0].islower()}, unseen


def fits(said, form):
    """Whether a form says this; `X` in either stands for anything."""
    ours = reasons._compiled(reasons._pattern(form))
    theirs = re.compile(".+?".join(map(re.escape, said.split("X"))), re.DOTALL)
    return bool(ours.fullmatch(said) or ("X" in said and theirs.fullmatch(form)))


def test_whatever_the_mapping_or_the_canon_finds_wrong_has_its_german():
    forms = sections_of("reasons", "de")["predicates"]
    found, unseen = predicates()
    assert unseen == set(), "the test does not see what is said there"
    assert {"is a code that its mapping does not list", "is no e-mail address"} <= found
    missing = {said for said in found if not any(fits(said, form) for form in forms)}
    assert missing == set(), "add them to resources/translations/reasons.de.toml"


def test_no_piece_is_left_of_what_nothing_says_any_more():
    found, _ = predicates()
    whole = {"is no field of X", "fails the check 'X'", "names the record itself"}
    forms = sections_of("reasons", "de")["predicates"]
    assert [form for form in forms if not any(fits(said, form) for said in found | whole)] == []


def test_several_problems_of_a_record_are_told_one_after_the_other():
    told = reasons.told(
        "de",
        "total (A. B) is negative. The record has 2 more problems: f (calculated of C, D. Is) divides"
        " by zero. The check 'a. b' of g needs a date and meets a blank. [SIGN_WRONG]",
    )
    assert told == (
        "total (A. B) ist negativ. Der Datensatz hat 2 weitere Probleme: f (berechnet aus C, D. Is)"
        " teilt durch null. Die Prüfung „a. b“ von g braucht ein Datum und trifft auf etwas Leeres."
        " [SIGN_WRONG]"
    )
    assert reasons.told("de", "total is odd. The record has 1 more problem: a is odd.") is None
    told = reasons.told("de", "name (A) has 300 characters, 255 are allowed by the target.")
    assert told == "name (A) hat 300 Zeichen, erlaubt sind 255 (Grenze des Ziels)."


# --- in the window --------------------------------------------------------------------------------

UNLISTED = "billing_country (LAND) is a code that its mapping does not list."
GERMAN = "billing_country (LAND) ist ein Code, den die Zuordnung nicht nennt."


class Answering(Bridge):
    """Knows one answer, and gives it at once."""

    def __init__(self, home, answer):
        super().__init__(home)
        self.answer = answer

    def ask(self, method, params=None, done=None, failed=None, *, owner):
        done(self.answer)


def session_of(bridge, folder):
    made = Session(bridge, folder / "person.ini")
    made.choose("language", "de")
    return made


def preview():
    place = where(Place("KUNDEN.CSV", 2, 3, 40))
    item = {"code": "CODE_UNKNOWN", "reason": UNLISTED, "field": "billing_country"}
    return {
        "records": 1, "would_send": 0, "refused": 1, "problems": [{**item, "count": 1}],
        "items": [{"place": place, "row": {"LAND": "X"}, **item}],
    }  # fmt: skip


def test_a_dry_run_says_in_german_what_is_wrong_and_where(qapp, tmp_path):
    bridge = Answering(tmp_path, preview())
    session = session_of(bridge, tmp_path)
    page = SimpleNamespace(
        bridge=bridge, session=session, area=QScrollArea(), clear_fault=lambda: None
    )
    step = DryRunStep(Course(page))
    step.enter()
    line = [step.rows.data(step.rows.index(0, column)) for column in (0, 2)]
    assert line == ["KUNDEN.CSV, Zeile 3", f"✕ billing_country: {GERMAN}"]


def test_a_mapping_tried_on_real_records_is_told_in_german(qapp, tmp_path):
    session = session_of(Bridge(tmp_path), tmp_path)
    assert GERMAN in str(problems_of(session, {}, preview())["billing_country"])
    view = RecordView(session)
    view.show_preview(preview())
    assert "KUNDEN.CSV, Zeile 3" in view.place.text()
    assert GERMAN in view.sent.toPlainText()
    assert view.after.data(view.after.index(0, 2)) == GERMAN


def test_a_replay_says_in_german_what_would_not_go(qapp, tmp_path):
    why = "No message could be made of it: fix the row in the ERP or the mapping."
    told = [{"why": why, "count": 1, "example": "E7"},
            {"why": f"{UNLISTED} [CODE_UNKNOWN]", "count": 1, "example": "E8"}]  # fmt: skip
    found = {"would_go": 0, "would_wait": 0, "would_stay": 2, "reasons": told}
    bridge = Answering(tmp_path, found)
    session = session_of(bridge, tmp_path)
    panel = ReplayPanel(bridge, session, Wording(bridge, session), Scope(2), "CRM")
    row, code = panel.reasons.text().splitlines()
    assert row == (
        "1 × Aus der Zeile ließ sich kein Datensatz machen: Korrigieren Sie die Zeile im ERP oder"
        " die Zuordnung. (E7)"
    )
    assert code == f"1 × {GERMAN} [CODE_UNKNOWN] (E8)"
