"""The file source: exports in a folder, read file by file, record by record.

    folder -> scan -> ready? -> news? -> split into records -> pages      (and later) settle
                                           |
                                           parse, asked for the unseen ones only

`config` says what may be configured. `scan`, `ready`, `news` and `grow` decide which file is due;
`stream`, `split` and `read` turn it into pages; `formats` say what a record means; `settle`
archives or deletes; `watch` only hints. Nothing here keeps a state that matters: the place in the
stream is the checkpoint, and what is remembered beside it saves work.
"""

from __future__ import annotations

from adapters.sources.files.config import FilesConfig
from adapters.sources.files.source import FileSource
from agent.ports import AdapterContext, Source

__all__ = ["FilesConfig", "make"]


def make(settings: FilesConfig, context: AdapterContext) -> Source:
    """A file source of these settings."""
    return FileSource(settings, context)
