"""Messages as the CSV of a bulk job, and the CSV of its results. Pure.

An empty cell leaves its field alone, `#N/A` empties it: null and blank texts are written as that. A
parent is a column `Relationship.ExternalId`; no parent empties the id field itself. A text that is
`#N/A` cannot be told from nothing and stays out (`odd`). Source: Bulk API 2.0 Developer Guide.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.targets.salesforce import encode
from adapters.targets.salesforce.profile import Profile
from agent.model import Message, Receipt, Scalar

CLEARED = "#N/A"


@dataclass(frozen=True, slots=True)
class Table:
    """The file, the positions in it, the receipts of those refused, and what must go another way."""

    body: bytes
    sent: Sequence[int]
    refused: Mapping[int, Receipt]
    odd: Sequence[int]


class _Odd(Exception):
    pass


def table(batch: Sequence[Message], profile: Profile) -> Table:
    """The upload of one job; all messages are of one entity."""
    rows: list[dict[str, str]] = []
    sent: list[int] = []
    odd: list[int] = []
    refused: dict[int, Receipt] = {}
    seen: set[str] = set()
    for position, message in enumerate(batch):
        try:
            if message.external_id in seen:
                raise encode.Refused(encode.SAME_RECORD)
            rows.append(_row(message, profile))
        except _Odd:
            odd.append(position)
        except encode.Refused as refusal:
            refused[position] = refusal.receipt
        else:
            sent.append(position)
            seen.add(message.external_id)
    columns = dict.fromkeys(column for row in rows for column in row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, list(columns), restval="", quoting=csv.QUOTE_ALL, lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    return Table(text.getvalue().encode() if rows else b"", sent, refused, odd)


def _row(message: Message, profile: Profile) -> dict[str, str]:
    entity, key = profile.entities[message.entity], profile.external_id_field
    row = {key: _cell(message.external_id), **entity.constants}
    for name, value in message.fields.items():
        field = entity.fields.get(name)
        if field is None:
            raise encode.no_place(name)
        if not field.name:
            continue
        checked = encode.checked_value(name, field, value)
        if checked is None:
            row[field.name] = CLEARED
        elif field.kind == "ref":
            row[f"{field.relationship}.{key}"] = _cell(value)
        else:
            row[field.name] = _cell(checked if isinstance(checked, (str, bool)) else value)
    return row


def _cell(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise encode.text_invalid() from None
    if text == CLEARED:
        raise _Odd
    return text if text.strip() else CLEARED


def lines(body: bytes) -> Iterator[Mapping[str, str]]:
    """The lines of a file of results, by column. Raises ValueError for what is none."""
    reader = csv.DictReader(io.StringIO(body.decode(), newline=""), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise ValueError(str(error)) from None


def error_of(text: str) -> dict[str, object]:
    """`CODE:message:FIELD,FIELD --` as a collections call tells an error of a record."""
    code, _, rest = text.partition(":")
    message, _, fields = rest.rpartition(":")
    names = [name.strip() for name in fields.removesuffix("--").split(",") if name.strip()]
    plain = code.strip().replace("_", "").isalpha() and code.strip().isupper()
    return {
        "statusCode": code.strip() if plain else "BULK_ERROR",
        "message": message if plain and message else text,
        "fields": names if plain else [],
    }
