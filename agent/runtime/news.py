"""Tells when the configuration was changed. A broken one never replaces a good one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from agent.config import Config
from agent.errors import ConfigError, WaybillError
from agent.health import Conditions
from agent.runtime import kinds

_NAMED = 5  # problems that a condition names
_SURE_AFTER = 2
"""Looks, each some seconds after the other."""


class ConfigWatch:
    """Watches the files of one configuration, from the moment in which they were read."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._named = _named(config)
        self._folders = (
            (config.folder / kinds.FOLDER, ".json"),
            (config.folder / kinds.LOOKUPS, ""),
        )
        self._seen = self._stamp()
        self._marks: list[tuple[int, ...]] = []
        self._alike = 0

    def _is_untouched(self) -> bool:
        """Whether the file system has said for some looks that nothing was written.

        Some file systems tell the time in steps of two seconds: what is written within one is seen
        by its content.
        """
        marks = [_mark(path) for path in self._files()]
        self._alike = self._alike + 1 if marks == self._marks else 0
        self._marks = marks
        return self._alike >= _SURE_AFTER

    def newer(
        self, load: Callable[[], tuple[Config, kinds.Kinds]], conditions: Conditions
    ) -> ConfigWatch | None:
        """The watch of the new configuration, if there is one without problems."""
        if self._is_untouched():
            return None
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            config, known = load()
            known.plans(config)
        except ConfigError as error:
            told = "; ".join(str(problem) for problem in error.problems[:_NAMED])
            if (more := len(error.problems) - _NAMED) > 0:
                told += f"; and {more} more: waybill check"
            conditions.raise_(
                error.code, "", error.title, told, meaning="The last good one stays in force.",
                params={"problems": str(len(error.problems)), "first": str(error.problems[0])},
            )  # fmt: skip
            return None
        except WaybillError as error:
            conditions.raise_(error.code, "", error.title, error.hint, params=error.params)
            return None
        # Taken before the agent stops for it: what is changed until it runs again is news.
        watch = ConfigWatch(config)
        if self._stamp() != stamp:  # somebody is still writing
            self._seen = b""
            return None
        conditions.clear("CONFIG_INVALID", "")
        return watch

    def _files(self) -> Iterator[Path]:
        """The configuration, its mappings, their tables, and its contracts."""
        yield from self._named
        for folder, ending in self._folders:
            try:
                paths = sorted(folder.iterdir())
            except OSError:
                continue
            yield from (path for path in paths if path.name.lower().endswith(ending))

    def _stamp(self) -> bytes:
        """What they say."""
        whole = blake2b(digest_size=16)
        for path in self._files():
            with suppress(OSError):
                whole.update(path.read_bytes())
            whole.update(b"\0")
        return whole.digest()


def _named(config: Config) -> tuple[Path, ...]:
    """Those that the configuration names; flows share mappings."""
    mappings = (config.folder / flow.mapping for flow in config.flows.values())
    return tuple(dict.fromkeys((config.path, *mappings)))


def _mark(path: Path) -> tuple[int, ...]:
    """What the file system changes with a file."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
