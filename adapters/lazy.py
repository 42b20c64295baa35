"""A list of kinds of which each is imported when somebody first wants it: a start needs few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Lazy(Mapping[str, T]):
    """Name -> what its opener gives, opened once."""

    def __init__(self, openers: Mapping[str, Callable[[], T]]) -> None:
        self._openers = openers
        self._opened: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._opened:
            self._opened[name] = self._openers[name]()
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._openers)

    def __len__(self) -> int:
        return len(self._openers)

    def __contains__(self, name: object) -> bool:
        return name in self._openers
