"""What a mapping file may say, at its edges: defaults, encodings, marks, places of problems."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

import pytest

from agent.canon import Contract
from agent.errors import ConfigError, ConfigProblem
from agent.mapping import Plan, parse
from agent.mapping.lookups import MOST_BYTES, Lookup
from agent.mapping.options import Options, Problems, did_you_mean
from agent.model import Draft, Json, LeftOut, Problem, Value
from tests.unit.mapping.helpers import contract_of, one

TEXT = {"type": "text", "max_length": 40}
HEAD = 'version = 1\nentity = "thing"\nexternal_id = "ID"\non_leave = "leave"\n'
COLUMNS = ("ID", "A", "B")


def plan(
    text: str, fields: dict | Contract, files: dict[str, bytes] | None = None, head: str = HEAD
) -> Plan:
    def beside(name: str) -> bytes:
        if name not in (files or {}):
            raise FileNotFoundError(2, "No such file or directory", name)
        return (files or {})[name]

    contract = fields if isinstance(fields, Contract) else contract_of(fields)
    return parse(tomllib.loads(head + text), contract, "m.toml", beside)


def problems(text: str, fields: dict, **more: object) -> list[ConfigProblem]:
    with pytest.raises(ConfigError) as caught:
        plan(text, fields, **more)
    return list(caught.value.problems)


def mapped(text: str, fields: dict, *values: Value, **more: object) -> Draft | LeftOut | Problem:
    made = plan(text, fields, **more)
    return made.bind(COLUMNS)(["1", *values, *[None] * (2 - len(values))])


def field(text: str, notes: dict, *values: Value, **more: object) -> object:
    made = mapped(text, {"f": notes}, *values, **more)
    assert isinstance(made, Draft), made
    return made.fields["f"]


# --- lookups


LOOKUP = '[lookups.t]\ncsv = "t.csv"\nkey = "K"\nvalue = "V"\n'
USED = '[fields]\nf = { column = "A", lookup = "t" }\n'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "cp1252", "cp850", "iso-8859-1", "iso-8859-15", "utf-16"]
)
def test_a_table_is_read_in_the_encoding_that_is_named(encoding: str) -> None:
    said = LOOKUP + f'encoding = "{encoding}"\n' + USED
    files = {"t.csv": "K;V\nSt\xfcck;\xe4\n".encode(encoding)}
    assert field(said, TEXT, "St\xfcck", files=files) == "\xe4"


def test_a_byte_order_mark_is_no_part_of_a_heading() -> None:
    files = {"t.csv": b"\xef\xbb\xbfK;V\nx;y\n"}
    assert field(LOOKUP + USED, TEXT, "x", files=files) == "y"


def test_a_table_may_name_its_delimiter() -> None:
    said = LOOKUP + 'delimiter = ","\n' + USED
    assert field(said, TEXT, "x", files={"t.csv": b"K,V\nx,y\n"}) == "y"
    said = LOOKUP + 'delimiter = ",;"\n' + USED
    assert field(said, TEXT, "x", files={"t.csv": b"K,V\nx,y\n"}) == "y"


def test_a_word_is_blank_where_the_file_says_so() -> None:
    said = LOOKUP + '[fields]\nf = { column = "A", lookup = "t", otherwise = "keep" }\n'
    files = {"t.csv": b"K;V;W\nx;;a\ny;;;;\n;z;\n;;\n"}
    assert field(said, TEXT, "x", files=files) is None
    assert field(said, TEXT, "y", files=files) is None
    assert field(said, TEXT, "", files=files) == "z"
    assert field(said, TEXT, "q", files=files) == "q"


@pytest.mark.parametrize(
    ("text", "files", "place", "said"),
    [
        (LOOKUP, {}, "lookups.t.csv", "The file cannot be read: No such file or directory."),
        (LOOKUP, {"t.csv": b"K;W\n1;2\n"}, "lookups.t.csv", "The file has no column 'V'."),
        (LOOKUP, {"t.csv": b"V;W\n1;2\n"}, "lookups.t.csv", "The file has no column 'K'."),
        (LOOKUP, {"t.csv": b""}, "lookups.t.csv", "The file is empty."),
        (LOOKUP, {"t.csv": b"\xef\xbb\xbf\r\n"}, "lookups.t.csv", "The file is empty."),
        (LOOKUP, {"t.csv": b"K;V\nx\n"}, "lookups.t.csv", "Line 2 has 1 cells, the first line 2."),
        (LOOKUP, {"t.csv": b"K;V\nx;y;z\n"}, "lookups.t.csv", "Line 2 has 3 cells, the first line 2."),
        (LOOKUP, {"t.csv": b'K;V\n"1;2\n'}, "lookups.t.csv", "The file is no table: "),
        (LOOKUP, {"t.csv": b"K;V\n1;2\n1;3\n"}, "lookups.t", "It says '1' twice, with different meanings."),
        (LOOKUP, {"t.csv": b"K;V\n\xff;2\n"}, "lookups.t.csv", "The file is no utf-8 text."),
        (LOOKUP, {"t.csv": b"x" * (MOST_BYTES + 1)}, "lookups.t.csv", "The file is larger than 8,388,608 bytes."),
        (LOOKUP.replace("t.csv", "a/t.csv"), {}, "lookups.t.csv", "It is the name of a file in the folder `lookups`."),
        (LOOKUP.replace("t.csv", "a\\\\t.csv"), {}, "lookups.t.csv", "It is the name of a file in the folder `lookups`."),
        (LOOKUP.replace("t.csv", ".t.csv"), {}, "lookups.t.csv", "It is the name of a file in the folder `lookups`."),
        (LOOKUP + 'encoding = "ascii"\n', {"t.csv": b"K;V\n"}, "lookups.t.encoding", "It must be one of utf-8, "),
        (LOOKUP + 'table = { a = "b" }\n', {"t.csv": b"K;V\n"}, "lookups.t", "It needs "),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_used_is_told_with_its_place(
    text: str, files: dict[str, bytes], place: str, said: str
) -> None:
    found = problems(text + USED, {"f": TEXT}, files=files)
    assert (place, True) in [(one.place, one.text.startswith(said)) for one in found]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"K,V\n1,2\n", 'Its columns seem to be parted by another mark: delimiter = ",".'),
        (b"K\tV\n1\t2\n", r'Its columns seem to be parted by another mark: delimiter = "\t".'),
        (b"A;B\n1;2\n", "It has: A, B."),
    ],
)
def test_a_table_without_its_columns_says_what_it_has(content: bytes, hint: str) -> None:
    (found,) = problems(LOOKUP + USED, {"f": TEXT}, files={"t.csv": content})
    assert (found.text, found.hint) == ("The file has no column 'K'.", hint)


def test_a_table_of_the_largest_size_is_read() -> None:
    filled = b"K;V\nx;y\n"
    files = {"t.csv": filled + b"\n" * (MOST_BYTES - len(filled))}
    assert field(LOOKUP + USED, TEXT, "x", files=files) == "y"


def test_a_table_without_columns_named_says_which_is_missing() -> None:
    said = '[lookups.t]\ncsv = "t.csv"\n' + USED
    found = problems(said, {"f": TEXT}, files={"t.csv": b"K;V\n"})
    assert [one.place for one in found][:2] == ["lookups.t.key", "lookups.t.value"]


def test_a_word_that_stands_twice_with_one_meaning_is_fine() -> None:
    assert field(LOOKUP + USED, TEXT, "x", files={"t.csv": b"K;V\nx;y\n x ;y\n"}) == "y"


def test_a_folded_table_answers_in_any_case_and_has_its_words_once() -> None:
    folded = Lookup({"kg": "KGM"}, fold=True)
    plain = Lookup({"kg": "KGM"})
    assert [folded.get("KG"), plain.get("KG"), plain.get("kg")] == ["KGM", None, "KGM"]
    words = folded.words()
    assert (words["KG"], list(words), len(words)) == ("KGM", ["kg"], 1)
    assert "KG" not in plain.words()


def test_a_lookup_of_no_table_says_how_it_is_written() -> None:
    found = problems('[fields]\nf = { column = "A", lookup = "zzz" }\n', {"f": TEXT})
    assert [(one.place, one.text, one.hint) for one in found] == [
        ("fields.f.lookup", "There is no table 'zzz'.", "Write it as [lookups.zzz].")
    ]


# --- phones


PHONE = {"type": "phone"}


def phone(rule: str, *values: Value, notes: dict | None = None) -> object:
    said = f'[fields]\nf = {{ column = "A", convert = "phone"{rule} }}\n'
    made = mapped(said, {"f": notes or PHONE}, *values)
    return made.fields["f"] if isinstance(made, Draft) else made


def test_a_phone_number_is_written_in_the_form_that_is_named() -> None:
    assert phone(', country = "DE"', "030 123456") == "+4930123456"
    wide = ', country = "DE", form = "international"'
    assert phone(wide, "030 123456", notes=TEXT) == "+49 30 123456"
    assert phone(', country = "DE", form = "e164"', "030 123456", notes=TEXT) == "+4930123456"
    found = problems(f'[fields]\nf = {{ column = "A", convert = "phone"{wide} }}\n', {"f": PHONE})
    assert [one.place for one in found] == ["fields.f.form"]


def test_an_extension_goes_where_its_form_has_room_or_is_dropped_by_name() -> None:
    wide = ', country = "DE", form = "international"'
    assert phone(wide, "030 123456 ext. 7", notes=TEXT) == "+49 30 123456 ext. 7"
    dropped = wide + ', extension = "drop"'
    assert phone(dropped, "030 123456 ext. 7", notes=TEXT) == "+49 30 123456"
    refused = phone(', country = "DE"', "030 123456 ext. 7")
    assert isinstance(refused, Problem)
    assert "has an extension" in refused.reason
    assert phone(', country = "DE", extension = "drop"', "030 123456 ext. 7") == "+4930123456"


def test_a_blank_or_what_means_it_is_no_number() -> None:
    assert phone(', country = "DE", blank = ["-"]', " - ") is None
    assert phone(', country = "DE"', "  ") is None


def test_a_number_of_sixty_four_characters_is_looked_at_and_a_longer_one_refused() -> None:
    assert phone("", "+4930123456" + " " * 52 + "7") == "+49301234567"
    long = phone("", "+4930123456" + "-" * 53 + "7")
    assert isinstance(long, Problem)
    assert long.code == "PHONE_INVALID"


def test_a_country_comes_from_its_column_or_else_from_the_mapping() -> None:
    rule = ', country = { column = "B", else = "DE" }'
    assert phone(rule, "01 234567", "AT") == "+431234567"
    assert phone(rule, "030 123456", "??") == "+4930123456"
    assert phone(rule, "030 123456", None) == "+4930123456"
    lost = phone(', country = { column = "B" }', "030 123456", None)
    assert isinstance(lost, Problem)
    assert "names no country" in lost.reason
    none = phone(', country = "DE"', "none")
    assert isinstance(none, Problem)
    assert "is no phone number" in none.reason


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (', country = "XX"', "fields.f.country"),
        (', country = { else = "DE" }', "fields.f.country.column"),
        (', country = { column = "B", els = "DE" }', "fields.f.country.els"),
        (', country = { column = "B", else = "XX" }', "fields.f.country"),
        (', extension = "keep"', "fields.f.extension"), (', form = "national"', "fields.f.form"),
        (", strict = 1", "fields.f.strict"), (", blank = 1", "fields.f.blank"),
    ],
)  # fmt: skip
def test_a_wrong_phone_rule_is_told_at_its_place(rule: str, place: str) -> None:
    said = f'[fields]\nf = {{ column = "A", convert = "phone"{rule} }}\n'
    assert [one.place for one in problems(said, {"f": PHONE})] == [place]


# --- currencies and countries


@pytest.mark.parametrize(
    ("mark", "code"),
    [("€", "EUR"), ("£", "GBP"), ("₹", "INR"), ("₺", "TRY"), ("₽", "RUB"), ("₴", "UAH"),
     ("₩", "KRW"), ("₪", "ILS"), ("₫", "VND"), ("zł", "PLN"), ("Kč", "CZK"), ("Fr.", "CHF"),
     ("SFr.", "CHF"), (" eur ", "EUR"), ("usd", "USD")],
)  # fmt: skip
def test_a_mark_of_one_currency_is_that_currency(mark: str, code: str) -> None:
    convert = one({"type": "code", "list": "iso-4217"}, '{ column = "C", convert = "currency" }')
    assert convert(mark) == code


def test_own_words_come_before_the_standard_s_and_must_be_codes() -> None:
    money = {"type": "code", "list": "iso-4217"}
    rule = '{ column = "C", convert = "currency", codes = { "€" = "CHF" }, blank = ["-"] }'
    assert one(money, rule)("€") == "CHF"
    assert one(money, rule)("-") is None
    land = {"type": "code", "list": "iso-3166-1"}
    rule = '{ column = "C", convert = "country", codes = { DE = "AT" }, blank = ["-"] }'
    assert [one(land, rule)(word) for word in ("DE", "-", "DEU", "276", "Austria")] == [
        "AT", None, "DE", "DE", "AT",
    ]  # fmt: skip
    found = problems(
        '[fields]\nf = { column = "A", convert = "country", codes = { D = "XX" } }\n', {"f": land}
    )
    assert [one.place for one in found] == ["fields.f.codes.D"]


# --- rows that are left out


def test_a_condition_by_formula_needs_a_name_and_is_read_whole() -> None:
    said = 'leave_out = [{ formula = \'A = "x"\' }]\n[fields]\nf = "B"\n'
    assert [one.place for one in problems(said, {"f": TEXT})] == ["leave_out.1.name"]
    said = 'leave_out = [{ name = "n", formula = \'A = \' }]\n[fields]\nf = "B"\n'
    assert [one.place for one in problems(said, {"f": TEXT})] == ["leave_out.1.formula"]
    said = 'leave_out = [{ name = "n", formula = \'A = "x"\', in = ["x"] }]\n[fields]\nf = "B"\n'
    assert [one.place for one in problems(said, {"f": TEXT})] == ["leave_out.1.in"]


@pytest.mark.parametrize("missing", ["name", "column", "in"])
def test_a_condition_by_words_needs_name_column_and_words(missing: str) -> None:
    parts = {"name": '"n"', "column": '"A"', "in": '["x"]'}
    said = ", ".join(f"{key} = {value}" for key, value in parts.items() if key != missing)
    found = problems(f'leave_out = [{{ {said} }}]\n[fields]\nf = "B"\n', {"f": TEXT})
    assert [(one.place, one.text) for one in found] == [(f"leave_out.1.{missing}", "It is needed.")]


def test_the_second_condition_is_number_two() -> None:
    said = 'leave_out = [{ name = "n", column = "A", in = ["x"] }, 5]\n[fields]\nf = "B"\n'
    assert [one.place for one in problems(said, {"f": TEXT})] == ["leave_out.2"]


def test_the_columns_of_conditions_are_read_too() -> None:
    said = (
        'leave_out = [{ name = "n", column = "A", in = ["x"] }, { name = "m", formula = \'B = "y"\' }]\n'
        '[fields]\nf = "ID"\n'
    )
    assert plan(said, {"f": TEXT}).columns_used == ("ID", "A", "B")


# --- tables of a document


def asked(table: dict[str, Json], ask: str, *rest: object) -> tuple[object, list[str]]:
    found = Problems("m.toml")
    options = Options(table, "here", found)
    answer = getattr(options, ask)("k", *rest)
    return answer, [f"{one.place}: {one.text}" for one in found.found]


@pytest.mark.parametrize(
    ("ask", "value", "answer"),
    [
        ("flag", True, True), ("flag", False, False), ("text", "x", "x"), ("texts", [" a ", ""], ("a", "")),
        ("texts", [], ()), ("names", "A", ("A",)), ("names", ["A", "B"], ("A", "B")),
        ("pairs", {" a ": "x"}, {"a": "x"}), ("pairs", {}, {}), ("raw", 5, 5),
    ],
)  # fmt: skip
def test_a_table_is_asked_for_what_it_says(ask: str, value: Json, answer: object) -> None:
    assert asked({"k": value}, ask) == (answer, [])


@pytest.mark.parametrize(
    ("ask", "answer"), [("flag", False), ("text", ""), ("texts", ()), ("raw", None)]
)
def test_what_a_table_does_not_say_has_a_default(ask: str, answer: object) -> None:
    assert asked({}, ask) == (answer, [])
    assert asked({}, "text", "x") == ("x", [])
    assert asked({}, "choice", ("a", "b")) == ("", [])


@pytest.mark.parametrize(
    ("ask", "value", "answer", "said"),
    [
        ("flag", 1, False, "It must be true or false."), ("text", 5, "", "It must be a text."),
        ("text", "", "", "It must be a text."), ("texts", "a", (), "It must be a list of texts."),
        ("texts", [1], (), "It must be a list of texts."),
        ("names", [], (), "It must name a column, or several as a list."),
        ("names", [" "], (), "It must name a column, or several as a list."),
        ("names", None, (), "It must name a column, or several as a list."),
        ("names", ["A", "A"], ("A", "A"), "It names a column twice."),
        ("pairs", {"a": 1}, {}, "It must be a table of texts."),
        ("pairs", [], {}, "It must be a table of texts."),
        ("pairs", {"a": "1", " a": "2"}, {"a": "2"}, "It names a code twice, but for blanks around it."),
    ],
)  # fmt: skip
def test_what_a_table_says_wrongly_is_told_and_has_a_default(
    ask: str, value: Json, answer: object, said: str
) -> None:
    assert asked({"k": value}, ask) == (answer, [f"here.k: {said}"])


def test_a_choice_outside_of_its_words_is_told_with_a_hint() -> None:
    found = Problems("m.toml")
    options = Options({"k": "blanc"}, "here", found)
    assert options.choice("k", ("blank", "keep")) == ""
    assert found.found == [
        ConfigProblem("here.k", "It must be one of blank, keep.", "Did you mean 'blank'?", "m.toml")
    ]


def test_what_nobody_asked_for_is_told_and_what_somebody_did_is_not() -> None:
    found = Problems("m.toml")
    options = Options({"a": 1, "b": 2, "foldd": 3}, "", found)
    assert options.has("a")
    assert not options.has("fold")
    options.raw("b")
    options.done()
    assert found.found == [
        ConfigProblem("foldd", "This key means nothing here.", "Did you mean 'fold'?", "m.toml")
    ]


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("TRIMM", ["TRIM", "LEFT"], "Did you mean 'TRIM'?"), ("trim", ["TRIM"], "Did you mean 'TRIM'?"),
        ("xyz", ["TRIM"], ""), ("a", [], ""), ("abcde", ["abcxx"], "Did you mean 'abcxx'?"),
        ("abcde", ["abxxx"], ""),
    ],
)  # fmt: skip
def test_a_word_that_is_almost_known_gets_a_hint(
    word: str, known: Iterable[str], hint: str
) -> None:
    assert did_you_mean(word, known) == hint


@pytest.mark.parametrize(
    ("name", "code"), [("Osterreich", "AT"), ("COTE D'IVOIRE", "CI"), ("united  states", "US")]
)
def test_the_name_of_a_country_is_known_without_accents_and_marks(name: str, code: str) -> None:
    land = {"type": "code", "list": "iso-3166-1"}
    assert one(land, '{ column = "C", convert = "country" }')(name) == code
