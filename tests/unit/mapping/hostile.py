"""Makes formulas that mean harm: attacks with letters changed, and long ones that are nearly right."""

from __future__ import annotations

from random import Random

from agent.mapping.formula.functions import FUNCTIONS
from agent.mapping.formula.worth import Type

COLUMNS = ("LAND", "PRICE", "Name 1", "D")
TABLES = {"units": {"ST": "H87"}}
ATTACKS = (
    "().__class__.__bases__[0].__subclasses__()",
    "[x for x in (1,)]",
    '__import__("os").system("id")',
    "LEFT.__globals__",
    "9**9**9",
    '"a"*10**9',
    "LAND*1000",
    'LEFT("abc",2)*5',
    "lambda:1",
    'f"{LAND}"',
    "LAND.upper()",
    "(" * 300,
    "(" * 300 + "1" + ")" * 300,
    "{0.__class__}",
    "%(x)s",
    "exec('1')",
    "open('x')",
    "NOT " * 40 + "TRUE",
    "-" * 45 + "PRICE",
    "1" + "+1" * 90,
    "LAND" + "&LAND" * 99,
    "PAD(LAND, 32767)",
    "SUBSTITUTE(PAD(LAND, 32767), '0', PAD('1', 32767))",
    "SUBSTITUTE(LAND, LEFT(LAND, 1), LAND)",
    "SPLIT(PAD('', 32767, ','), ',', -32767)",
    "SPLIT([Name 1], ',', 16000)",
    "+".join(["LEN(UPPER(LOWER(PROPER(LAND))))"] * 40),
    " AND ".join(["NOT CONTAINS(LAND, [Name 1])"] * 40),
    " OR ".join(["CONTAINS(LAND, LEFT(LAND, 250) & 'z')"] * 40),
    "JOIN(" + ", ".join(["LAND"] * 50) + ")",
    "TRIM(" * 45 + "LAND" + ")" * 45,
    "IF(LAND = 'DE', " * 40 + "1" + ", 2)" * 40,
    "ROUND(10/3, 99999)",
    "NUMBER('9e999999')",
    "NUMBER(LAND) * NUMBER(LAND) * NUMBER(LAND)",
    "TEXT(1, 32767)",
    "DATEVALUE(LAND, LAND)",
    "DATEVALUE(LAND, '" + "%d" * 500 + "')",
    "ADDMONTHS(DATE(9999,12,31), 32767)",
    "MOD(1, 0.0000000000000000000000000000000000000001)",
    "LOOKUP('units', LAND)",
)
_LEAVES = {
    Type.TEXT: ["'x'", "'" + "z" * 900 + "'", "LAND", "[Name 1]", "''", '"%d.%m.%Y"', "','"],
    Type.NUMBER: ["PRICE", "D", "0", "1", "2", "0.000000001", "99999999999999999999"],
    Type.BOOLEAN: ["TRUE", "FALSE", "[Name 1]", "LAND = ''", "1 < PRICE"],
    Type.DATE: ["D", "DATE(2026, 2, 28)", "DATEVALUE(D, '%Y%m%d')"],
    Type.ANY: ["BLANK", "LAND", "missing", "1a"],
}
_MARKS = {
    Type.TEXT: ("&",),
    Type.NUMBER: ("+", "-", "*", "/"),
    Type.BOOLEAN: ("AND", "OR"),
}
_SETTLED = {
    "NUMBER": (", ','", ", ',', '.'", "", ", '.', '.'"),
    "TEXT": (", 2", ", 2, ',', '.'", "", ", '%d.%m.%Y'", ", '%H'"),
    "DATEVALUE": (", '%Y%m%d'", "", ", 'x'", ", '%d%d'"),
}
_CHOOSING = ("IF", "IFS", "SWITCH", "COALESCE", "LOOKUP")


def hostile(random: Random) -> str:
    """A formula that is nearly right, or an attack with some letters changed."""
    if random.random() < 0.3:
        text = list(random.choice(ATTACKS))
        for _ in range(random.choice([0, 0, 1, 2, 4])):
            at = random.randrange(len(text) + 1)
            text[at:at] = random.choice(
                ["(", ")", ",", "'", '"', ".", "_", "9", "*", "&", "[", "\0", "\ud800", "\u0131"]
            )
        return "".join(text)
    return _expression(random, random.choice([2, 4, 6, 9]), random.choice(list(Type)))


def _expression(random: Random, depth: int, wanted: Type) -> str:
    if random.random() < 0.02:
        wanted = random.choice(list(Type))  # of the wrong type
    if depth <= 0 or random.random() < 0.15:
        return random.choice(_LEAVES[wanted])
    kind = random.random()
    if kind < 0.3 and wanted in _MARKS:
        mark = random.choice(_MARKS[wanted])
        return (
            f"({_expression(random, depth - 1, wanted)} {mark} "
            f"{_expression(random, depth - 2, wanted)})"
        )
    if kind < 0.4 and wanted is Type.BOOLEAN:
        mark, of = random.choice(["=", "<", ">=", "<>"]), random.choice(list(Type))
        return (
            f"({_expression(random, depth - 1, of)} {mark} {_expression(random, depth // 2, of)})"
        )
    if kind < 0.5:
        return _chosen(random, depth, wanted)
    return _called(random, depth, wanted)


def _chosen(random: Random, depth: int, wanted: Type) -> str:
    test, one, two = (_expression(random, depth // 2, of) for of in (Type.BOOLEAN, wanted, wanted))
    match random.choice(_CHOOSING):
        case "IF":
            return f"IF({test}, {one}, {two})"
        case "IFS":
            return f"IFS({test}, {one}, NOT {test}, {two})"
        case "SWITCH":
            return f"SWITCH(LAND, 'DE', {one}, {two})"
        case "LOOKUP" if wanted is Type.TEXT:
            return f"LOOKUP('units', {one})"
        case _:
            return f"COALESCE({one}, {two})"


def _called(random: Random, depth: int, wanted: Type) -> str:
    names = [name for name, function in FUNCTIONS.items() if wanted in (Type.ANY, function.gives)]
    name = random.choice(names)
    function = FUNCTIONS[name]
    count = random.randint(function.least, min(function.most, 4) + (random.random() < 0.02))
    if name in _SETTLED:
        return (
            f"{name}({_expression(random, depth // 2, Type.TEXT)}{random.choice(_SETTLED[name])})"
        )
    parts = []
    for place in range(count):
        of = function.type_at(place)
        parts.append(_expression(random, depth // 2, Type.TEXT if of is Type.ANY else of))
    return f"{name}({', '.join(parts)})"
