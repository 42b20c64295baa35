"""Whether a contract may follow another under the same major version. Pure.

Who reads messages of `account/1` relies on what it once said: which fields there are, their one
writing, what may be missing. Who writes them relies on what it took. A change that disappoints
either is *breaking* and needs a new major version; anything else only needs a new minor one.

Not breaking: a new field that is not required, more codes, longer texts (a reader must live with
what it does not know yet), a life for a code that had none, one more step in a life, other rules,
another default master: these bind Waybill, not the form of a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agent.canon.contract import Contract
from agent.canon.field import Field


class Breaking(NamedTuple):
    """One difference that must not be."""

    place: str
    """`account.phone`, or the contract's name."""
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def breaking(old: Contract, new: Contract) -> list[Breaking]:
    """What of `new` breaks who knows `old`; nothing under a new major version."""
    if new.name != old.name:
        return [Breaking(old.name, f"It is called {new.name} now.")]
    if new.major > old.major:
        return []
    if new.major < old.major:
        return [Breaking(old.name, f"Its major version went back from {old.major} to {new.major}.")]
    found = []
    for name, field in old.fields.items():
        after = new.fields.get(name)
        said = _field(field, after) if after is not None else ["The field was removed."]
        found += [Breaking(f"{old.name}.{name}", text) for text in said]
    for name, field in new.fields.items():
        if name not in old.fields and field.required:
            found.append(Breaking(f"{old.name}.{name}", "The field is new and required."))
    return found


def refused(old: Contract, new: Contract) -> list[Breaking]:
    """What keeps `new` from following `old`: what breaks, and a version that was not raised."""
    if found := breaking(old, new):
        return found
    if new == old or (new.major, new.minor) > (old.major, old.minor):
        return []
    text = (
        f"It differs from what was published as {old.version}, under the same or an older number."
    )
    return [Breaking(old.name, f"{text} Raise x-waybill.minor.")]


def _field(old: Field, new: Field) -> list[str]:
    if new.kind is not old.kind:
        return [f"Its type was {old.kind} and is {new.kind}."]
    currency = new.currency or "no field"
    differs = (
        (new.required and not old.required, "It became required."),
        (old.required and not new.required, "It was required and may be null now."),
        (
            new.places != old.places,
            f"It had {old.places} decimal places and has {new.places}: its writing changed.",
        ),
        (
            new.max_length < old.max_length,
            f"It took {old.max_length} characters and takes {new.max_length}.",
        ),
        (new.entity != old.entity, f"It referred to {old.entity} and refers to {new.entity}."),
        (
            old.currency not in ("", new.currency),
            f"Its currency was in {old.currency} and is in {currency}.",
        ),
    )
    return [*(text for is_so, text in differs if is_so), *_codes(old, new), *_steps(old, new)]


def _codes(old: Field, new: Field) -> Iterator[str]:
    if new.list != old.list:
        yield f"Its codes came from {old.list or 'itself'} and come from {new.list or 'itself'}."
    elif gone := sorted(old.codes - new.codes):
        yield f"It lost the code{'s' * (len(gone) > 1)} {', '.join(gone)}."


def _steps(old: Field, new: Field) -> Iterator[str]:
    """Steps of a life that were allowed and are not any more."""
    if not new.states:
        return
    allowed = {state.name: set(state.next) for state in new.states}
    before = {state.name: state.next for state in old.states}
    for name, after in sorted(before.items()):
        lost = [code for code in after if code in allowed and code not in allowed.get(name, ())]
        if name in allowed and lost:
            yield f"From {name} it could become {', '.join(lost)}, and cannot any more."
