"""The widgets that every page is made of: names, shapes and keys that are alike everywhere.

They know the theme, and the bridge only where they page; what they show is given to them.
"""

from __future__ import annotations

from gui.kit.basics import (
    Badge,
    Card,
    EmptyState,
    Headline,
    Lamp,
    button,
    heading,
    label,
    line,
    muted,
    tell,
)
from gui.kit.busy import busy, idle
from gui.kit.clipboard import copy_secret, copy_text
from gui.kit.confirm import ConfirmBar
from gui.kit.daybar import DayBar
from gui.kit.flow import Flow
from gui.kit.form import Form
from gui.kit.paged import Column, PagedModel
from gui.kit.problem import ProblemPanel
from gui.kit.rows import RowsModel
from gui.kit.table import Table
from gui.kit.veiled import Veiled

__all__ = [
    "Badge",
    "Card",
    "Column",
    "ConfirmBar",
    "DayBar",
    "EmptyState",
    "Flow",
    "Form",
    "Headline",
    "Lamp",
    "PagedModel",
    "ProblemPanel",
    "RowsModel",
    "Table",
    "Veiled",
    "busy",
    "button",
    "copy_secret",
    "copy_text",
    "heading",
    "idle",
    "label",
    "line",
    "muted",
    "tell",
]
