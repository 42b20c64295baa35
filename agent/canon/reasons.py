"""What every reason code means for people: title, meaning, what to do, how bad, who fixes it. Pure.

`reason(code)` never fails: a code that is not in the catalogue (a target's own) gets a general text.
Texts hold no values; the item itself says which record and field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """What a failure does to its record."""

    ERROR = "error"
    """The record is parked."""
    WARNING = "warning"
    """The record is sent, and the failure is counted and shown."""


class Owner(StrEnum):
    """Who can put it right."""

    ERP_DATA = "erp_data"
    """Who keeps the data in the ERP."""
    MAPPING = "mapping"
    """Who keeps the mapping."""
    CRM_ADMIN = "crm_admin"
    """Who administers the CRM."""
    OPERATOR = "operator"
    """Who watches over Waybill."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of the catalogue."""

    code: str
    title: str
    meaning: str
    """What it means for the data."""
    to_do: str
    severity: str
    """A word of SEVERITIES."""
    owner: str
    """A role: one of Owner, or what an installation calls it."""


SEVERITIES = ("critical", "error", "warning")
"""How bad something is for the business, the worst first. Only an installation knows what is
critical to it."""
_PARKED = "The record is parked; other records go on."
_SENT = "The record is sent as it is; this is counted."
_LATER = "The record waits; what depends on it waits too."
_IN_ERP = "Correct it in the ERP: the corrected record clears this by itself."
_ERP, _MAP, _CRM, _OPS = Owner.ERP_DATA, Owner.MAPPING, Owner.CRM_ADMIN, Owner.OPERATOR

_ERRORS: tuple[tuple[str, str, str, str, Owner], ...] = (
    ("EXTERNAL_ID_MISSING", "The record has no key", _PARKED, f"Fill the key columns. {_IN_ERP}", _ERP),
    ("EXTERNAL_ID_SHARED", "Two rows claim one record", "The second row is parked; the first goes on.", "Make external_id in the mapping name what tells the rows apart, or correct the ERP.", _MAP),
    ("REQUIRED_MISSING", "A required field is blank", _PARKED, _IN_ERP, _ERP),
    ("CONDITION_MISSING", "A field is blank that others make necessary", _PARKED, _IN_ERP, _ERP),
    ("NOT_A_NUMBER", "The value is no number", _PARKED, "Correct it in the ERP, or state the number's form (decimal, thousands) in the mapping.", _ERP),
    ("NOT_A_DATE", "The value is no date", _PARKED, "Correct it in the ERP, or state the date's format in the mapping; `blank` lists what means none.", _ERP),
    ("NOT_A_BOOLEAN", "The value is neither yes nor no", _PARKED, "Add the word to `true` or `false` of the field in the mapping.", _MAP),
    ("TIME_AMBIGUOUS", "The time exists twice or not at all", _PARKED, "State `ambiguous` in the mapping, or correct the time in the ERP.", _MAP),
    ("CODE_UNKNOWN", "The code is not in the list", _PARKED, "Add the code to the list in the mapping, or correct it in the ERP.", _MAP),
    ("CURRENCY_UNKNOWN", "The currency is not known", _PARKED, "Map it to an ISO 4217 code such as EUR.", _MAP),
    ("COUNTRY_UNKNOWN", "The country is not known", _PARKED, "Map it to an ISO 3166 code such as DE.", _MAP),
    ("STATE_UNKNOWN", "The state is not known in its country", _PARKED, 'Correct it in the ERP, or say otherwise = "keep" in the mapping.', _ERP),
    ("POSTAL_CODE_INVALID", "The postal code cannot be right in its country", _PARKED, 'Correct it in the ERP. Where leading zeros were lost, zeros = true in the mapping fills them in; otherwise = "keep" takes it as it is.', _ERP),
    ("UNIT_UNKNOWN", "The unit of measure is not known", _PARKED, "Map it to a code of UN/ECE Recommendation 20 such as H87 (piece) or KGM.", _MAP),
    ("LOOKUP_MISSING", "The lookup table does not list the value", _PARKED, "Add the value to the table under [lookups] in the mapping, or correct it in the ERP.", _MAP),
    ("LOOKUP_AMBIGUOUS", "The lookup table lists the value with two meanings", _PARKED, "Correct the table in the ERP: each code has one meaning.", _ERP),
    ("LOOKUP_UNREADABLE", "The lookup table could not be read", _PARKED, "Look at the source that holds the table.", _OPS),
    ("CHECK_FAILED", "A check of the mapping fails", _PARKED, f"The check's name says what it looks at. {_IN_ERP}", _ERP),
    ("FORMULA_TYPE", "The formula meets a value of another type", _PARKED, "Say NUMBER or DATEVALUE in the formula where it reads text, or correct the value in the ERP.", _MAP),
    ("FORMULA_BLANK", "The formula meets a blank", _PARKED, "Say in the formula what counts instead: COALESCE(column, 0).", _MAP),
    ("FORMULA_NUMBER", "The formula makes a number that cannot be used", _PARKED, "Look at the formula with the values of the row: waybill mapping preview.", _MAP),
    ("FORMULA_SIZE", "The formula makes a text that is too long", _PARKED, "Shorten it in the formula with LEFT.", _MAP),
    ("DIVISION_BY_ZERO", "The formula divides by zero", _PARKED, "Say in the formula what counts instead: IF(x = 0, ..., y / x).", _MAP),
    ("TOO_LONG", "The value is longer than its field", "The record is parked; nothing is cut off.", "Shorten it in the ERP.", _ERP),
    ("TOO_LONG_FOR_TARGET", "The value is longer than the target's field", "The record is parked; nothing is cut off.", "Lengthen the field in the CRM (and in the target's profile), shorten it in the ERP, or say truncate = true in the mapping.", _CRM),
    ("PRECISION", "The number has more places than its field", "The record is parked; nothing is rounded.", "Say round = true in the mapping, or correct it in the ERP.", _MAP),
    ("TEXT_INVALID", "The text holds characters that cannot be right", _PARKED, "Check the encoding of the source; a character was lost in reading.", _MAP),
    ("PHONE_INVALID", "The phone number is not in international form", _PARKED, "Write it as +49 89 123456 in the ERP, or convert it in the mapping.", _ERP),
    ("EMAIL_INVALID", "The e-mail address cannot be right", _PARKED, _IN_ERP, _ERP),
    ("URL_INVALID", "The web address cannot be right", _PARKED, "Write it with https:// in the ERP.", _ERP),
    ("FIELD_UNKNOWN", "The contract has no such field", _PARKED, "Correct the field's name in the mapping.", _MAP),
    ("PARENT_IS_SELF", "The record names itself as its parent", _PARKED, 'Say itself = "blank" in the mapping if that means: no parent.', _MAP),
    ("LINE_AMOUNT_WRONG", "The amount of the line does not follow from quantity and price", _PARKED, "Correct the line in the ERP, or map discount and price unit as well.", _ERP),
    ("TOTAL_WRONG", "The total is not the sum of its parts", _PARKED, _IN_ERP, _ERP),
    ("ABOVE_LIMIT", "An amount is beyond the one that bounds it", _PARKED, _IN_ERP, _ERP),
    ("DATES_REVERSED", "Two dates are in the wrong order", _PARKED, _IN_ERP, _ERP),
    ("SIGN_WRONG", "The number has the wrong sign", _PARKED, "Correct it in the ERP, or check the mapping's sign (trailing_minus, parentheses).", _ERP),
    ("UNREADABLE", "The record could not be read", _PARKED, "Correct the file or the source's format.", _ERP),
    ("PARENT_MISSING", "The record that this one belongs to does not exist in the target", _LATER, "Bring the parent over, or correct the reference in the ERP.", _ERP),
    ("REFERENCE_MISSING", "The record refers to one that neither a source nor the target has", _LATER, "Correct the reference in the ERP, or bring over what it names; when that exists, this goes on by itself.", _ERP),
    ("TRANSITION_WRONG", "The state cannot follow the one before", _SENT, "Look in the ERP how the record came into this state; `rules` in the mapping decides whether it is sent.", _ERP),
    ("HAS_CHILDREN", "Other records in the target still refer to it", "It is not deleted.", "Delete or move them in the CRM, then replay.", _CRM),
    ("IN_DOUBT", "Nobody can tell whether it arrived", "Nothing more is sent for this record.", "Look it up in the CRM, then replay or set it aside.", _OPS),
    ("GAVE_UP", "The target kept putting it off", "It is not tried any more.", "Look in the CRM what holds it up, then replay it.", _OPS),
    ("MADE_BY_FORMER_MAPPING", "A mapping made it that is not in force any more", _PARKED, "Its source cannot be read again: look at its values; replay, edit or set it aside.", _OPS),
    ("CREATED_BY_UNDONE", "A mapping that was undone created the record", "The record stays in the target until somebody decides.", "Replay it to delete the record, set it aside to keep it.", _OPS),
    ("CRASH_LOOP", "Each attempt to send it ended with the process", "Only this record is kept back.", "Report it with the support bundle; then replay.", _OPS),
    ("LINK_AMBIGUOUS", "The CRM has records that this one may be", "It is neither sent nor created; other records go on.", "Say which one it is, or that it is new: waybill link show, waybill link decide.", _OPS),
    ("DUPLICATE_SUSPECTED", "A new record is probably one that exists already", "It is neither sent nor created; other records go on.", "Say who it is: waybill duplicates list, waybill duplicates decide.", _OPS),
    ("DUPLICATES_DETECTED", "A duplicate rule of the CRM found a similar record", _PARKED, "Link that record with this one (waybill link list), or let the target allow duplicates; then replay.", _CRM),
    ("DAMAGED", "The stored content does not open", "The row is read and compared again.", "Check the disk.", _OPS),
    ("OWNED_BY_CRM", "The CRM owns this field or record", "Nothing is overwritten in the CRM.", "Remove the field, say seed = true, or change [ownership] in waybill.toml.", _MAP),
)  # fmt: skip

_RULE = "It is what the mapping says; nothing has to be done."
_NOTES: tuple[tuple[str, str], ...] = (
    ("TRUNCATED", "A text was cut to the length of its field"),
    ("ROUNDED", "A number was rounded"),
    ("TIME_CUT", "A time of day or a fraction of a second was cut off"),
    ("DEFAULTED", "A value that no list covers was replaced"),
    ("EXTENSION_DROPPED", "The extension of a phone number was left out"),
    ("ADDRESS_NORMALISED", "A part of an address was written in its usual form"),
)

CATALOGUE: Mapping[str, Reason] = MappingProxyType(
    {
        code: Reason(
            code,
            f"{title}.",
            meaning,
            to_do,
            Severity.WARNING if meaning == _SENT else Severity.ERROR,
            owner,
        )
        for code, title, meaning, to_do, owner in _ERRORS
    }
    | {
        code: Reason(
            code,
            f"{title}.",
            "The record is sent so; this is counted.",
            _RULE,
            Severity.WARNING,
            Owner.MAPPING,
        )
        for code, title in _NOTES
    }
)
"""Every code of mapping and validation, and those of the route that a person decides about."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """The catalogue as an installation has it."""

    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Code -> severity and owner, each empty where the catalogue's counts."""

    def __call__(self, code: str) -> Reason:
        """What a code means."""
        known = reason(code)
        severity, owner = self.said.get(code, ("", ""))
        return replace(known, severity=severity or known.severity, owner=owner or known.owner)

    def of_record(self, code: str) -> Reason:
        """What the code of a record that could not be read means."""
        return self(code if code in CATALOGUE or code in self.said else "UNREADABLE")

    def rank(self, code: str) -> int:
        """Sorts codes, the worst first."""
        return SEVERITIES.index(self(code).severity)


def reason(code: str) -> Reason:
    """What a code means."""
    known = CATALOGUE.get(code)
    if known is not None:
        return known
    return Reason(
        code,
        "The target refused the record.",
        _PARKED,
        "Its reason says what the target found. Correct the record in the ERP, or the CRM's rule.",
        Severity.ERROR,
        Owner.CRM_ADMIN,
    )
