"""What a person writes in a source of the kind `group`, and whether it can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.config import Config
from agent.errors import ConfigProblem
from agent.model import Content

KIND = "group"
WAYS = ("same", "first", "last", "sum", "min", "max", "join", "count")

Name = Annotated[str, Field(min_length=1, max_length=255)]
Mark = Annotated[str, Field(max_length=1, pattern=r"^[^0-9A-Za-z+()-]?$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GroupColumn(_Table):
    """How one column of the records is made of the rows: exactly one way."""

    same: Name | None = Field(None, description="A column that says the same in every row.")
    first: Name | None = Field(None, description="A column, of the row with the lowest key.")
    last: Name | None = Field(None, description="A column, of the row with the highest key.")
    sum: Name | None = Field(None, description="A column of numbers, added up exactly.")
    min: Name | None = Field(None, description="A column, the lowest value of it.")
    max: Name | None = Field(None, description="A column, the highest value of it.")
    join: Name | None = Field(None, description="A column, all values of it one after the other.")
    count: Literal[True] | None = Field(None, description="How many rows there are.")
    compare: Literal["text", "number"] = Field(
        "text", description="How min and max compare what is text."
    )
    separator: str = Field(", ", max_length=10, description="What stands between joined values.")
    decimal: Mark = Field(".", description="The decimal mark of numbers in text.")
    thousands: Mark = Field("", description="Their thousands mark.")
    trailing_minus: bool = Field(default=False, description="Whether a minus may stand behind.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in WAYS if getattr(self, way) is not None]
        if len(ways) != 1:
            raise ValueError(f"a column is made in one way: {', '.join(WAYS)}.")
        if not self.decimal or self.decimal == self.thousands:
            raise ValueError("decimal and thousands are two different marks.")
        return self

    @property
    def way(self) -> str:
        """Which of the ways it is."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def column(self) -> str:
        """The column that it is made of; empty for a count."""
        value = getattr(self, self.way)
        return value if isinstance(value, str) else ""


class GroupConfig(_Table):
    """Records that are made of several rows of another source."""

    of: str = Field(min_length=1, description="The source whose rows are grouped.")
    key: tuple[Name, ...] = Field(
        min_length=1, description="The columns in which the rows of one record agree."
    )
    columns: dict[Name, GroupColumn] = Field(
        default_factory=dict, description="The other columns of the records."
    )

    @model_validator(mode="after")
    def _apart(self) -> Self:
        names = [*self.key, *self.columns]
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError("key and columns name a column twice.")
        return self

    @property
    def used(self) -> tuple[str, ...]:
        """The columns of the other source that are looked at, each once."""
        named = [*self.key, *(column.column for column in self.columns.values())]
        return tuple(dict.fromkeys(name for name in named if name))


def group_problems(config: Config) -> Iterator[ConfigProblem]:
    """Groups that could not be right whatever their source holds."""
    for name, source in config.sources.items():
        if not isinstance(source.settings, GroupConfig):
            continue
        place, of = f"sources.{name}.of", source.settings.of
        base = config.sources.get(of)
        if base is None:
            yield ConfigProblem(place, f"There is no source {of}.")
        elif why := not_whole(base.settings):
            yield ConfigProblem(place, f"The source {of} {why[0]}", why[1])


def not_whole(settings: object) -> tuple[str, str] | None:
    """Why not every row of a source can be had again at any time; None: it can."""
    given: Any = settings
    if isinstance(settings, GroupConfig):
        return "is a group itself.", "Group the source that it stands on."
    if getattr(given, "content", Content.FULL) is not Content.FULL:
        return (
            "holds changes: a part of the rows says nothing of all of them.",
            'It can be used with content = "full" only.',
        )
    if getattr(getattr(given, "changes", None), "by", "compare") != "compare":
        return (
            "is read by watermark: a part of the rows says nothing of all of them.",
            'It can be used with changes = { by = "compare" } only.',
        )
    if getattr(given, "settle", "leave") != "leave":
        return (
            "takes its files away when it is done: another reader could come too late.",
            'Write settle = "leave" there.',
        )
    return None
