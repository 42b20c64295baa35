"""The check of a file source: what a person wants to know before the first run.

Reads the newest file's first page and parses a sample of it; changes nothing, raises nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from adapters.sources.files.config import Archive, FilesConfig
from adapters.sources.files.formats.delimited import Delimited
from adapters.sources.files.read import FileRead
from adapters.sources.files.scan import Entry, Rank, Stamp, scan
from adapters.sources.files.stream import FileStream
from adapters.sources.files.trouble import account, unavailable
from agent.errors import SourceError
from agent.machine import access, grants, paths
from agent.machine.account import here
from agent.model import Finding, Findings, Level, Raw, Unreadable

_SAMPLE = 1000


def check(
    folder: Path,
    archive: Path | None,
    dialect: Delimited,
    rank: Callable[[str, Stamp], Rank | None],
) -> Findings:
    """Everything that can be said now."""
    return tuple(_findings(folder, archive, dialect, rank))


def _findings(
    folder: Path,
    archive: Path | None,
    dialect: Delimited,
    rank: Callable[[str, Stamp], Rank | None],
) -> Iterator[Finding]:
    settings = dialect.settings
    try:
        found = scan(folder, settings.pattern, rank)
    except SourceError as error:
        yield _from(error)
        return
    count = len(found.entries)
    yield Finding(
        Level.OK if count else Level.WARNING,
        "FOLDER_READABLE" if count else "NO_FILES",
        f"{account(folder)} can list {folder}; {count} files fit {settings.pattern}.",
        "" if count else "Check the pattern, or wait for the first export.",
        params={
            "account": account(), "folder": str(folder), "count": f"{count}",
            "pattern": settings.pattern,
        },
    )  # fmt: skip
    if advice := paths.advice(str(folder)):
        yield Finding(Level.WARNING, "FOLDER_BY_LETTER",
                      f"{folder} is named by a drive's letter.", advice,
                      params={"folder": str(folder)})  # fmt: skip
    yield from found.findings
    yield from _may_settle(folder, archive, settings)
    if found.entries:
        yield from _newest(folder, found.entries[-1], dialect)


def _may_settle(folder: Path, archive: Path | None, settings: FilesConfig) -> Iterator[Finding]:
    if settings.settle == "leave":
        return
    places = [folder]
    if archive and isinstance(settings.settle, Archive):
        places.append(archive if archive.exists() else archive.parent)
    for place in places:
        if not access.may_change(place):
            grant = grants.folder(here(), paths.plain(str(place)), change=True)
            yield Finding(
                Level.ERROR,
                "PERMISSION_DENIED",
                f"The account {account(place)} may not change {place}: files cannot be settled.",
                f"Let who owns the folder run: {grant}",
                params={"account": account(place), "path": str(place), "grant": grant},
            )


def _newest(folder: Path, entry: Entry, dialect: Delimited) -> Iterator[Finding]:
    path = folder / entry.name
    try:
        stream = FileStream(path, hashed=False)
    except OSError as error:
        yield _from(unavailable(error, path))
        return
    try:
        read = FileRead(path, stream, dialect, lambda _: {})
        yield from _sample(path, read)
    except SourceError as error:
        yield _from(error)
    except OSError as error:
        yield _from(unavailable(error, path))
    finally:
        stream.close()


def _sample(path: Path, read: FileRead) -> Iterator[Finding]:
    page = next(read.pages(), None)
    records = list(islice(page.records, _SAMPLE)) if page else []
    answers = read.parse(
        [Raw(data, page.place(index)) for index, data in enumerate(records)] if page else []
    )
    bad = [answer for answer in answers if isinstance(answer, Unreadable)]
    good = len(answers) - len(bad)
    yield Finding(
        Level.OK,
        "FILE_READABLE",
        f"{path}: {len(read.columns)} columns; of its first {len(answers)} records {good} are good.",
        params={
            "path": str(path), "columns": f"{len(read.columns)}", "records": f"{len(answers)}",
            "good": f"{good}",
        },
    )  # fmt: skip
    first = {answer.code: answer for answer in reversed(bad)}
    for code, number in Counter(answer.code for answer in bad).items():
        place = first[code].place
        yield Finding(
            Level.WARNING,
            code,
            f"{path}: {number} of the first {len(answers)} records; the first at line "
            f"{place.line}. {first[code].reason}",
            "Check delimiter, quote, encoding and key of the format.",
        )


def _from(error: SourceError) -> Finding:
    return Finding(Level.ERROR, error.code, error.title, error.hint, params=error.params)
