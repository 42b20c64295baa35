"""What a person may say about a file source: the table `[sources.NAME]` with `kind = "files"`.

Everything that cannot work is refused here, with a sentence, before a file is ever opened.
"""

from __future__ import annotations

import codecs
import re
from datetime import timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from agent.model import Content

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_WIDE = {"utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}


def _duration(value: object) -> object:
    """`10s`, `500ms`, `5m`, `1h` to a timedelta; anything else is pydantic's to judge."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)", value) if isinstance(value, str) else None
    return timedelta(seconds=float(found[1]) * _UNITS[found[2]]) if found else value


Duration = Annotated[timedelta, BeforeValidator(_duration), Field(ge=timedelta(0))]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DelimitedFormat(_Table):
    """How delimited text is written."""

    kind: Literal["delimited"] = Field("delimited", description="Text with separated columns.")
    delimiter: str = Field(
        ",", min_length=1, description='What stands between columns: ";", "\\t", "+|".'
    )
    quote: str = Field(
        '"',
        max_length=1,
        description='Encloses values that hold a delimiter or a newline; "" for none. '
        "Inside a value it is doubled.",
    )
    encoding: str = Field(
        "utf-8",
        description="Any encoding that extends ASCII (cp1252, utf-8, latin-1, cp850), or utf-16, "
        "utf-16-le, utf-16-be.",
    )
    header: bool = Field(default=True, description="Whether the first record names the columns.")
    columns: tuple[str, ...] = Field(
        (), description="The column names of a file without header, in order."
    )
    skip: int = Field(
        0,
        ge=0,
        le=100,
        description="How many lines stand before the header, or before the first record, and are "
        "no rows.",
    )
    fillers: tuple[str, ...] = Field(
        (),
        description="Names that may stand several times in the header, for nothing is read from "
        "these columns.",
    )
    record_end: str = Field(
        "",
        description='The end of a record where it is no line end: "&|\\n". '
        "Empty: LF, CRLF or CR, as the file has it.",
    )

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            name = codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"There is no encoding called {value!r}.") from None
        if name in _WIDE:
            return _WIDE[name]
        ascii_bytes = bytes(range(128))
        try:
            extends = ascii_bytes.decode(name) == ascii_bytes.decode("ascii")
        except (UnicodeError, LookupError):
            extends = False
        if not extends:
            raise ValueError(
                f"{value!r} does not extend ASCII: its records cannot be found in the bytes."
            )
        return "utf-8" if name == "utf-8-sig" else name

    @field_validator("delimiter", "quote", "record_end")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not value.isascii() or "\0" in value:
            raise ValueError("Only ASCII characters can separate columns and records.")
        return value

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if set(self.delimiter) & set("\r\n"):
            raise ValueError("A line end cannot be the delimiter: use record_end for records.")
        if self.quote and (self.quote in self.delimiter or self.quote in self.record_end):
            raise ValueError("The quote cannot be part of the delimiter or of record_end.")
        if self.quote and self.quote in "\r\n":
            raise ValueError("A line end cannot be the quote.")
        if self.header and self.columns:
            raise ValueError("columns is for files without header: set header = false.")
        if self.fillers and not self.header:
            raise ValueError("fillers are names in a header: name all columns in columns.")
        if not self.header and not self.columns:
            raise ValueError("A file without header needs columns = [...].")
        if len(set(self.columns)) < len(self.columns) or not all(map(str.strip, self.columns)):
            raise ValueError("Every column needs a name of its own.")
        return self

    @property
    def wide(self) -> bool:
        """Whether the file must be decoded before its records can be found."""
        return self.encoding in _WIDE


class Operation(_Table):
    """What a record of a change file does."""

    column: str = Field(min_length=1, description="The column that says what happened.")
    delete: tuple[str, ...] = Field(description="Its values for a deleted row.")
    upsert: tuple[str, ...] = Field(
        (), description="Its values for a new or changed row; empty: every other value."
    )

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if both := set(self.delete) & set(self.upsert):
            raise ValueError(f"{sorted(both)} cannot mean both delete and upsert.")
        return self


class Ready(_Table):
    """When a file is written to its end."""

    quiet: Duration = Field(
        default=timedelta(seconds=10), description="Unchanged for this long (size and times)."
    )


class Numbered(_Table):
    """Order by a number in the file's name."""

    number: str = Field(description="A regular expression; its first group is the number.")
    gaps: bool = Field(
        default=False,
        description="Whether numbers may be missing (a date in the name, for instance). "
        "Otherwise a change file that is missing is waited for.",
    )

    @field_validator("number")
    @classmethod
    def _has_group(cls, value: str) -> str:
        try:
            groups = re.compile(value).groups
        except re.error as error:
            raise ValueError(f"This is no regular expression: {error}.") from None
        if not groups:
            raise ValueError("The expression needs a group, as in 'CHG([0-9]+)'.")
        return value


class Trailer(_Table):
    """A last record that proves the end."""

    marker: str = Field(min_length=1, description="The first value of the trailer record.")
    count_field: int | None = Field(
        None, ge=1, description="Which value is the number of records (the marker is value 0)."
    )


class Archive(_Table):
    """Keep files that are done in another folder."""

    archive: str = Field(min_length=1, description="The folder; made if it is not there.")


class FilesConfig(_Table):
    """A stream of files in one folder."""

    folder: str = Field(min_length=1, description="Where the files arrive.")
    pattern: str = Field(
        min_length=1, description='Which files: "CUST*.CSV". Upper and lower case are the same.'
    )
    content: Content = Field(
        description="full: every row that exists; changes: rows that changed, file after file; "
        "append: one file that grows."
    )
    format: DelimitedFormat = Field(description="How the files are written.")
    key: tuple[str, ...] = Field(
        (),
        description="The columns that identify a row. A key is missing when all of them are "
        "blank. Without a key (append only) every record is a row of its own.",
    )
    operation: Operation | None = Field(None, description="Deletes in change files.")
    ready: Ready = Field(Ready(), description="When a file may be read.")
    order: Literal["name", "modified"] | Numbered | None = Field(
        None, description="Which file comes first. Default: name for changes, else modified."
    )
    end: Literal["newline", "quiet", "trailer", "count"] = Field(
        "quiet",
        description="What proves that a file is whole: a line end after the last record; the "
        "quiet period alone; a trailer record; a trailer record with the right count.",
    )
    trailer: Trailer | None = Field(None, description="The trailer, for end trailer or count.")
    settle: Literal["leave", "delete"] | Archive = Field(
        "leave", description="What becomes of a file once everything in it is delivered."
    )
    max_record_bytes: int = Field(
        16 * 1024 * 1024, ge=1024, description="A longer record is refused."
    )
    max_field_bytes: int = Field(1024 * 1024, ge=256, description="A longer value is refused.")
    timezone: str = Field("", description="The zone of local times in these files.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return str(ZoneInfo(value)) if value else ""
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"There is no time zone called {value!r}.") from None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.key and self.content is not Content.APPEND:
            raise ValueError("key = [...] is needed: which columns identify a row?")
        if fillers := sorted(set(self.key) & set(self.format.fillers)):
            raise ValueError(f"{fillers} cannot be fillers and in the key.")
        if len(set(self.key)) < len(self.key):
            raise ValueError("key names a column twice.")
        if self.operation and self.content is not Content.CHANGES:
            raise ValueError('operation is for content = "changes".')
        named = (*self.key, *((self.operation.column,) if self.operation else ()))
        missing = [name for name in named if name not in self.format.columns]
        if missing and not self.format.header:
            raise ValueError(f"columns does not name {missing}.")
        return self

    @model_validator(mode="after")
    def _can_end(self) -> Self:
        if (self.end in ("trailer", "count")) != (self.trailer is not None):
            raise ValueError("trailer belongs to end = trailer or count, and they need it.")
        if self.end == "count" and self.trailer and self.trailer.count_field is None:
            raise ValueError("end = count needs trailer.count_field.")
        if self.content is Content.APPEND and (self.trailer or self.settle != "leave"):
            raise ValueError("A file that grows has no trailer and is left where it is.")
        if self.content is Content.APPEND and self.format.wide:
            raise ValueError("A file that grows cannot be read as UTF-16.")
        return self

    @property
    def ordering(self) -> Literal["name", "modified"] | Numbered:
        """The order in force."""
        return self.order or ("name" if self.content is Content.CHANGES else "modified")
