"""The canonical business model: kinds of records, their fields, and what a value must look like.

A *contract* (`account/1`) names the fields of one kind and the exact type of each. Every value that
travels is a `Scalar` with one writing only, so that equal values are equal text:

- a decimal is plain text with exactly the contract's places ("12.50"), never a float,
- a date is "YYYY-MM-DD" and exists, an instant is "YYYY-MM-DDTHH:MM:SSZ",
- a reference is the parent's external id,
- text is never blank (that is null), holds no NUL and nothing that was lost in decoding,
- a phone number is "+4989123456", money names the field that holds its currency, units are codes.

Beside its fields a contract says who is master of them (`ownership`), what a whole record must keep
(`rules`), and in which states a code may follow another (`may_become`). `compatibility` refuses a
change that would break whoever reads messages of the same major version; `reasons` is the catalogue
of what can be wrong, for people.

Pure: a contract is parsed from a document that somebody else has read (`agent.resources`).
"""

from agent.canon.check import check, check_all
from agent.canon.compatibility import Breaking, breaking, refused
from agent.canon.contract import Contract, Contracts, Impact, parse_contract
from agent.canon.field import Field, Kind, State, may_become
from agent.canon.judges import Rule, Violation
from agent.canon.limits import EXTERNAL_ID_LENGTH, LARGEST_INTEGER, MOST_DIGITS
from agent.canon.money import financial
from agent.canon.ownership import Carry, Direction, Ownership, Side, Timing
from agent.canon.reasons import SEVERITIES, Owner, Reason, Reasons, Severity, reason
from agent.canon.rules import violations

__all__ = [
    "EXTERNAL_ID_LENGTH",
    "LARGEST_INTEGER",
    "MOST_DIGITS",
    "SEVERITIES",
    "Breaking",
    "Carry",
    "Contract",
    "Contracts",
    "Direction",
    "Field",
    "Impact",
    "Kind",
    "Owner",
    "Ownership",
    "Reason",
    "Reasons",
    "Rule",
    "Severity",
    "Side",
    "State",
    "Timing",
    "Violation",
    "breaking",
    "check",
    "check_all",
    "financial",
    "may_become",
    "parse_contract",
    "reason",
    "refused",
    "violations",
]
