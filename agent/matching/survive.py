"""Which side's value stays when a person joins two records: field by field, by a stated rule. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

from agent.model import Scalar


class Wins(StrEnum):
    """The rule for one field."""

    OWNER = "owner"
    """The side that owns the field."""
    ERP = "erp"
    CRM = "crm"
    FILLED = "filled"
    """Whichever is not empty; where both are, the owner's."""
    LONGEST = "longest"
    """The longer text; where they are equally long, the owner's."""
    NEWEST = "newest"
    """The value that was changed last; where nobody knows, the owner's."""


class Kept(NamedTuple):
    """What becomes of one field."""

    field: str
    erp: Scalar
    crm: Scalar
    result: Scalar
    side: str
    """`erp`, `crm`, or `both` where they agree."""
    rule: Wins


DEFAULT = Wins.FILLED


def survivors(
    erp: Mapping[str, Scalar],
    crm: Mapping[str, Scalar],
    owned_by_erp: Collection[str],
    rules: Mapping[str, Wins] | None = None,
    *,
    erp_is_newer: bool | None = None,
) -> tuple[Kept, ...]:
    """Every field that the ERP's record carries, and what it is afterwards.

    What the ERP owns is the ERP's without a rule, empty or not; everything else follows `rules`,
    and `DEFAULT` where they name no field. `erp_is_newer`: None where nobody can tell.
    """
    stated = rules or {}
    found = []
    for name, ours in erp.items():
        theirs = crm.get(name)
        is_ours = name in owned_by_erp
        rule = stated.get(name) or (Wins.OWNER if is_ours else DEFAULT)
        if ours == theirs or (_is_empty(ours) and _is_empty(theirs)):
            found.append(Kept(name, ours, theirs, ours, "both", rule))
            continue
        takes_ours = _CHOICES[rule](ours, theirs, is_ours, erp_is_newer)
        side, result = ("erp", ours) if takes_ours else ("crm", theirs)
        found.append(Kept(name, ours, theirs, result, side, rule))
    return tuple(found)


def _is_empty(value: Scalar) -> bool:
    return value is None or value == ""


def _filled(ours: Scalar, theirs: Scalar, is_ours: bool, _: bool | None) -> bool:  # noqa: FBT001 - as in the table of choices
    return _is_empty(theirs) or (is_ours and not _is_empty(ours))


def _longest(ours: Scalar, theirs: Scalar, is_ours: bool, _: bool | None) -> bool:  # noqa: FBT001 - as in the table of choices
    one, two = len(str(ours or "")), len(str(theirs or ""))
    return is_ours if one == two else one > two


_CHOICES: Mapping[Wins, Callable[[Scalar, Scalar, bool, bool | None], bool]] = {
    Wins.OWNER: lambda _ours, _theirs, is_ours, _newer: is_ours,
    Wins.ERP: lambda _ours, _theirs, _is_ours, _newer: True,
    Wins.CRM: lambda _ours, _theirs, _is_ours, _newer: False,
    Wins.FILLED: _filled,
    Wins.LONGEST: _longest,
    Wins.NEWEST: lambda _ours, _theirs, is_ours, newer: is_ours if newer is None else newer,
}
"""Whether the ERP's value stays: (ours, theirs, whether the ERP owns the field, whether it is newer)."""
