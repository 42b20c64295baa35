"""By what a cause is put right, so that a face can offer it first. Pure."""

from __future__ import annotations

from typing import Final

from agent.canon import Reason
from agent.canon.reasons import CATALOGUE, Owner
from agent.queue.states import FOR_PARENTS
from agent.runtime.workshop.entries import WORDS

_DECIDED: Final = frozenset(
    {
        "HAS_CHILDREN", "IN_DOUBT", "GAVE_UP", "CRASH_LOOP", "LINK_AMBIGUOUS",
        "DUPLICATE_SUSPECTED", "DUPLICATES_DETECTED", "MADE_BY_FORMER_MAPPING",
        "CREATED_BY_UNDONE",
    }
)  # fmt: skip
_BY_ITSELF: Final = FOR_PARENTS | {"DAMAGED", "LOOKUP_UNREADABLE"}
_RIGHTS: Final = ("ACCESS", "PERMISSION", "PRIVILEGE", "FORBIDDEN", "UNAUTHORIZED", "OWNER")
"""In the codes of targets: the account that Waybill signs in with may not do it."""


def fixable(code: str, known: Reason, *, lost: bool = False) -> str:
    """`value`, `rule`, `mapping`, `credential`, `decision` or `wait`.

    `lost`: a record that could not be read. Nobody can edit it here: the next reading clears it.
    """
    if lost or code in _BY_ITSELF:
        return "wait"
    if code in WORDS:
        return "rule"
    if code in _DECIDED:
        return "decision"
    if code not in CATALOGUE:
        return "credential" if any(part in code.upper() for part in _RIGHTS) else "value"
    return "mapping" if known.owner == Owner.MAPPING else "value"
