"""Imports a library without others that it would load for something that is not used here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unseen(*names: str) -> Iterator[None]:
    """Meanwhile modules that are not loaded yet cannot be found; libraries then do without."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's word for: it is not there
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
