"""What may stand in the messages of one flow: the contract, who owns what, the mapping's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from agent.canon import Contract, Kind, Ownership, Rule, Severity, check_all, financial, violations
from agent.model import Parent, Problem, Scalar

_WORDS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Content:
    """Judges the contents of one flow."""

    contract: Contract
    owner: Ownership
    checks: tuple[Rule, ...] = ()

    def refusal(self, name: str) -> str:
        """Why a person may not edit this field here; empty if he may."""
        if name not in self.financial:
            return ""
        of = next((f.name for f in self.contract.fields.values() if f.currency == name), "")
        said = f"is the currency of {of}" if of else "is about money"
        return (
            f"{name} {said}, and the ERP owns it: correct it in the ERP, or by a mapping that a"
            " second person approves."
        )

    @cached_property
    def financial(self) -> frozenset[str]:
        """The fields about money that the ERP owns."""
        return financial(self.contract, self.owner)

    def value(self, name: str, text: str) -> Scalar:
        """What a person wrote, as a value of this field; it is not judged here. Blank: none."""
        text = text.strip()
        if not text:
            return None
        field = self.contract.fields.get(name)
        if field is not None and field.kind is Kind.INTEGER and _is_integer(text):
            return int(text)
        if field is not None and field.kind is Kind.BOOLEAN:
            return _WORDS.get(text.casefold(), text)
        return text

    def problems(self, fields: Mapping[str, Scalar]) -> list[Problem]:
        """What would park a message with these fields. Others may carry the rest of its record."""
        found = [problem for problem in check_all(self.contract, fields) if problem.field in fields]
        found += [
            Problem(broken.code, broken.reason, broken.field)
            for broken in violations(self.checks, fields)
            if broken.severity is Severity.ERROR
        ]
        return found

    def parents(self, fields: Mapping[str, Scalar]) -> tuple[Parent, ...]:
        """The records that these fields refer to."""
        known = self.contract.fields
        return tuple(
            Parent(name, known[name].entity, value)
            for name, value in fields.items()
            if isinstance(value, str) and name in known and known[name].kind is Kind.REF
        )


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) < 20


def written(value: Scalar) -> str:
    """A value as people read and write it; the reverse of `Content.value`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
