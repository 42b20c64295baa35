"""What a driver manager is told to connect with."""

from __future__ import annotations

from collections.abc import Mapping


def connection_string(words: Mapping[str, str]) -> str:
    """An ODBC connection string in which no value can start a word of its own."""
    return "".join(f"{word}={_quoted(word, value)};" for word, value in words.items())


def _quoted(word: str, value: str) -> str:
    if word.upper() == "DRIVER":
        value = value.removeprefix("{").removesuffix("}")
    elif not any(mark in value for mark in "{}[]();,?*=!@ "):
        return value
    return "{" + value.replace("}", "}}") + "}"
