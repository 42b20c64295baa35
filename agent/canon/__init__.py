"""The canonical business model: kinds of records, their fields, and what a value must look like.

A *contract* (`account/1`) names the fields of one kind and the exact type of each. Every value that
travels is a `Scalar` with one writing only, so that equal values are equal text:

- a decimal is plain text with exactly the contract's places ("12.50"), never a float,
- a date is "YYYY-MM-DD" and exists, an instant is "YYYY-MM-DDTHH:MM:SSZ",
- a reference is the parent's external id,
- text is never blank (that is null), holds no NUL and nothing that was lost in decoding.

Pure: a contract is parsed from a document that somebody else has read (`agent.resources`).
"""

from agent.canon.check import check, check_all
from agent.canon.contract import Contract, Contracts, parse_contract
from agent.canon.field import Field, Kind
from agent.canon.limits import EXTERNAL_ID_LENGTH, LARGEST_INTEGER, MOST_DIGITS

__all__ = [
    "EXTERNAL_ID_LENGTH",
    "LARGEST_INTEGER",
    "MOST_DIGITS",
    "Contract",
    "Contracts",
    "Field",
    "Kind",
    "check",
    "check_all",
    "parse_contract",
]
