"""Reading a table of a mapping document: every mistake becomes a problem with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from agent.errors import ConfigProblem
from agent.model import Json


@dataclass
class Problems:
    """Collects what is wrong with one file."""

    file: str
    found: list[ConfigProblem] = field(default_factory=list)

    def add(self, place: str, text: str, hint: str = "") -> None:
        """One more."""
        self.found.append(ConfigProblem(place, text, hint, self.file))


class Options:
    """One table: asked for each key that means something, then for what is left over."""

    def __init__(self, table: Mapping[str, Json], place: str, problems: Problems) -> None:
        self.place = place
        self.problems = problems
        self._table = table
        self._known: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._known.add(key)
        return key in self._table

    def raw(self, key: str) -> Json:
        """The value as it is; None where it is missing."""
        self._known.add(key)
        return self._table.get(key)

    def wrong(self, key: str, text: str, hint: str = "") -> None:
        """Report something about a key, or about the whole table where the key is empty."""
        self.problems.add(f"{self.place}.{key}".strip("."), text, hint)

    def flag(self, key: str) -> bool:
        """A true or false; false where it is missing."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "It must be true or false.")
        return value is True

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value:
            self.wrong(key, "It must be a text.", _AS_TEXT)
            return default
        return value

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """One of a few words; empty where it is missing."""
        value, words = self.text(key), tuple(allowed)
        if value and value not in words:
            self.wrong(key, f"It must be one of {', '.join(words)}.", did_you_mean(value, words))
            return ""
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, also empty ones; they are compared without blanks around them."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, "It must be a list of texts.", _AS_TEXT)
            return ()
        return tuple(item.strip() for item in value if isinstance(item, str))

    def names(self, key: str) -> tuple[str, ...]:
        """One column or a list of columns."""
        value = self.raw(key)
        named = [value] if isinstance(value, str) else value
        if (
            not isinstance(named, list)
            or not named
            or not all(isinstance(name, str) and name.strip() for name in named)
        ):
            self.wrong(key, "It must name a column, or several as a list.")
            return ()
        if len(set(map(str, named))) != len(named):
            self.wrong(key, "It names a column twice.")
        return tuple(str(name) for name in named)

    def pairs(self, key: str) -> dict[str, str]:
        """A table of texts."""
        value = self.raw(key)
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            self.wrong(key, "It must be a table of texts.", _AS_TEXT)
            return {}
        pairs = {name.strip(): str(item) for name, item in value.items()}
        if len(pairs) != len(value):
            self.wrong(key, "It names a code twice, but for blanks around it.")
        return pairs

    def done(self) -> None:
        """Report every key that nobody asked for."""
        for key in self._table:
            if key not in self._known:
                self.wrong(key, "This key means nothing here.", did_you_mean(key, self._known))


_AS_TEXT = 'Write texts in quotes, also codes and numbers ("10").'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is almost one of these."""
    names = sorted(known)
    close = get_close_matches(word.lower(), [name.lower() for name in names], n=1, cutoff=0.6)
    return next((f"Did you mean '{name}'?" for name in names if [name.lower()] == close), "")
