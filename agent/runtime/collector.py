"""Python's cycle collector, made calm.

A load makes millions of small objects and hardly any cycles. Left alone, the collector looks
through everything that is alive again and again: about a quarter of the time of a first load.
"""

from __future__ import annotations

import gc

from agent import heap

YOUNG = 50_000
"""Objects made between two looks at the young ones; Python's own number is 700."""


def calm() -> None:
    """Leave what is alive now for good, and look at the rest less often."""
    gc.collect()
    gc.freeze()
    heap.give_back()
    gc.set_threshold(YOUNG, 20, 50)
