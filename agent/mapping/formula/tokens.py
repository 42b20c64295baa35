"""A formula as a list of words: numbers, texts, names, operators, brackets."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from agent.mapping.formula import limits
from agent.mapping.formula.trouble import FormulaError


class Kind(Enum):
    """What a word is."""

    NUMBER = auto()
    TEXT = auto()
    NAME = auto()
    COLUMN = auto()
    """A name in square brackets: a column, whatever its letters."""
    MARK = auto()
    END = auto()


class Token(NamedTuple):
    """One word and where it stands."""

    kind: Kind
    text: str
    at: int


_WORD = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r'|"(?P<text>(?:[^"]|"")*)"'
    r"|'(?P<quoted>(?:[^']|'')*)'"
    r"|\[(?P<column>[^\[\]]+)\]"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<mark><>|<=|>=|==|!=|[-+*/&=<>(),;])"
)


def tokens(text: str) -> list[Token]:
    """The words of a formula. Raises FormulaError."""
    if len(text) > limits.LENGTH:
        raise FormulaError(limits.LENGTH, f"A formula has at most {limits.LENGTH} characters.")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise FormulaError(at, "This character means nothing here.", _HINTS.get(text[at], ""))
        if match.lastgroup != "space":
            found.append(_token(match, text))
        at = match.end()
    found.append(Token(Kind.END, "", len(text)))
    return found


def _token(match: re.Match[str], text: str) -> Token:
    at, word = match.start(), match[match.lastgroup or 0]
    match match.lastgroup:
        case "number":
            if text[match.end() : match.end() + 1].isalpha():
                hint = "Write columns like this in brackets: [1A]."
                raise FormulaError(at, "A name begins with a letter.", hint)
            return Token(Kind.NUMBER, word, at)
        case "text" | "quoted":
            return Token(Kind.TEXT, word.replace(text[at] * 2, text[at]), at)
        case "column":
            return Token(Kind.COLUMN, word.strip(), at)
        case "name":
            return Token(Kind.NAME, word, at)
        case _:
            return Token(Kind.MARK, _SAME.get(word, word), at)


_SAME = {"==": "=", "!=": "<>", ";": ","}
"""Marks that other languages write for ours."""

_HINTS = {
    '"': "A text that begins with a quote ends with one.",
    "'": "A text that begins with a quote ends with one.",
    "[": "A column in brackets ends with ].",
    ".": "There are no dots but in numbers: functions stand before what they are about.",
    "%": "Write 19 % as 0.19.",
    "^": "There are no powers.",
}
