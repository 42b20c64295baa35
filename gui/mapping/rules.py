"""What a mapping says, as rows for a person: each field, where it comes from, what it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from gui.session import Session

Row = Mapping[str, Any]

_KINDS: Final = {
    "text": QT_TRANSLATE_NOOP("MappingRules", "text"),
    "integer": QT_TRANSLATE_NOOP("MappingRules", "whole number"),
    "decimal": QT_TRANSLATE_NOOP("MappingRules", "amount"),
    "percent": QT_TRANSLATE_NOOP("MappingRules", "per cent"),
    "boolean": QT_TRANSLATE_NOOP("MappingRules", "yes or no"),
    "date": QT_TRANSLATE_NOOP("MappingRules", "date"),
    "instant": QT_TRANSLATE_NOOP("MappingRules", "date and time"),
    "ref": QT_TRANSLATE_NOOP("MappingRules", "refers to {entity}"),
    "code": QT_TRANSLATE_NOOP("MappingRules", "one of {count} words"),
    "phone": QT_TRANSLATE_NOOP("MappingRules", "telephone number"),
    "email": QT_TRANSLATE_NOOP("MappingRules", "e-mail address"),
    "url": QT_TRANSLATE_NOOP("MappingRules", "web address"),
}
_TYPES: Final = {
    "blank": QT_TRANSLATE_NOOP("MappingRules", "nothing yet"),
    "date": QT_TRANSLATE_NOOP("MappingRules", "date"),
    "time": QT_TRANSLATE_NOOP("MappingRules", "date and time"),
    "code": QT_TRANSLATE_NOOP("MappingRules", "number with zeros"),
    "number": QT_TRANSLATE_NOOP("MappingRules", "whole number"),
    "amount": QT_TRANSLATE_NOOP("MappingRules", "amount"),
    "e-mail": QT_TRANSLATE_NOOP("MappingRules", "e-mail address"),
    "flag": QT_TRANSLATE_NOOP("MappingRules", "yes or no"),
    "binary": QT_TRANSLATE_NOOP("MappingRules", "bytes"),
    "text": QT_TRANSLATE_NOOP("MappingRules", "text"),
}
NOT_SENT: Final = QT_TRANSLATE_NOOP("MappingRules", "not sent")


def words(text: object, **given: object) -> str:
    """A text of this part in the person's language."""
    return QCoreApplication.translate("MappingRules", str(text)).format(**given)


def kind_said(field: Row) -> str:
    """What a field takes."""
    text = _KINDS.get(str(field["kind"]), str(field["kind"]))
    said = words(text, entity=field.get("refers_to") or "", count=len(field.get("codes") or ()))
    longest = field.get("max_length")
    return (
        words(QT_TRANSLATE_NOOP("MappingRules", "{kind}, up to {count}"), kind=said, count=longest)
        if longest
        else said
    )


def type_said(column: Row) -> str:
    """What the samples of a column look like."""
    return words(_TYPES.get(str(column["type"]), str(column["type"])))


def rule_said(field: Row) -> str:
    """Where a field comes from."""
    rule, way = field.get("rule"), field["way"]
    if way == "none":
        return words(NOT_SENT)
    if isinstance(rule, str):
        return rule
    if not isinstance(rule, dict):
        return str(rule)
    if way == "constant":
        return words(QT_TRANSLATE_NOOP("MappingRules", "always “{value}”"), value=rule["constant"])
    if way == "formula":
        return f"= {rule['formula']}"
    if way == "columns":
        return " + ".join(map(str, rule["columns"]))
    if way == "lookup":
        return words(
            QT_TRANSLATE_NOOP("MappingRules", "{column}, by the table {table}"),
            column=rule.get("column"),
            table=rule["lookup"],
        )
    more = ", ".join(sorted(name for name in rule if name not in {"column", "seed"}))
    column = str(rule.get("column", ""))
    return f"{column} ({more})" if more else column


def problems_of(
    session: Session, sheet: Mapping[str, Any], tried: Mapping[str, Any]
) -> dict[str, list[str]]:
    """By field, what is wrong with its rule, then what it could not do with real records."""
    found: dict[str, list[str]] = {}
    for problem in sheet.get("problems") or ():
        parts = str(problem["place"]).split(".")
        name = parts[1] if parts[0] == "fields" and len(parts) > 1 else ""
        found.setdefault(name, []).append(
            " ".join(filter(None, (problem["text"], problem["hint"])))
        )
    for problem in tried.get("problems") or ():
        told = words(
            QT_TRANSLATE_NOOP("MappingRules", "{count} records: {reason}"),
            count=problem["count"],
            reason=session.why(problem),
        )
        found.setdefault(str(problem["field"]), []).append(told)
    return found


def rows_of(
    session: Session,
    sheet: Mapping[str, Any],
    tried: Mapping[str, Any],
    record: int,
    only: str = "",
) -> list[dict[str, Any]]:
    """The rows of the table, what is needed and missing first. `only`: `problems`, `mapped`."""
    problems = problems_of(session, sheet, tried)
    items: Sequence[Mapping[str, Any]] = tried.get("items") or ()
    made = items[record].get("fields") if record < len(items) else None
    rows = []
    for field in sheet.get("fields") or ():
        name = field["field"]
        wrong = problems.get(name, [])
        missing = field["required"] and field["way"] == "none"
        state = "error" if wrong or missing else "quiet" if field["way"] == "none" else "ok"
        value = (made or {}).get(name) if isinstance(made, dict) else None
        rows.append(
            {
                "field": name,
                "needed": field["required"],
                "kind": kind_said(field),
                "from": rule_said(field),
                "becomes": "" if value is None else str(value),
                "state": state,
                "wrong": wrong,
                "missing": missing,
                "about": field,
            }
        )
    if only == "problems":
        rows = [row for row in rows if row["state"] == "error"]
    elif only == "mapped":
        rows = [row for row in rows if row["state"] != "quiet"]
    # The order of the contract within each group, because people know it.
    return sorted(rows, key=lambda row: (not row["missing"], row["state"] == "quiet"))


def state_said(row: Row) -> str:
    """The state of a row as a sign and a word."""
    if row["missing"]:
        return words(QT_TRANSLATE_NOOP("MappingRules", "! needed"))
    if row["wrong"]:
        return words(QT_TRANSLATE_NOOP("MappingRules", "! look"))
    return words(QT_TRANSLATE_NOOP("MappingRules", "✓ fine")) if row["state"] == "ok" else "–"
