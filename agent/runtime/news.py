"""Tells when the configuration was changed. A broken one never replaces a good one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b

from agent.config import Config
from agent.errors import ConfigError, WaybillError
from agent.health import Conditions
from agent.runtime import kinds

_NAMED = 5  # problems that a condition names


class ConfigWatch:
    """Watches the files of one configuration, from the moment in which they were read."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._seen = _stamp(config)

    def newer(
        self, load: Callable[[], tuple[Config, kinds.Kinds]], conditions: Conditions
    ) -> ConfigWatch | None:
        """The watch of the new configuration, if there is one without problems."""
        stamp = _stamp(self.config)
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
        if _stamp(self.config) != stamp:  # somebody is still writing
            self._seen = b""
            return None
        conditions.clear("CONFIG_INVALID", "")
        return watch


def _stamp(config: Config) -> bytes:
    """The content of the configuration, its mappings, their tables, and its contracts."""
    whole = blake2b(digest_size=16)
    paths = [config.path]
    paths += [config.folder / flow.mapping for flow in config.flows.values()]
    paths += sorted((config.folder / kinds.FOLDER).glob("*.json"))
    paths += sorted((config.folder / kinds.LOOKUPS).glob("*"))
    for path in dict.fromkeys(paths):  # flows share mappings
        with suppress(OSError):
            whole.update(path.read_bytes())
        whole.update(b"\0")
    return whole.digest()
