"""`setup.flow`: a mapping and the flow that uses it, written in one go, or not at all.

The mapping first lies beside its place under another name and is judged there; so a broken one
never stands where the agent reads. What a flow has sent already is not rewritten here: a mapping in
force is changed by publishing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agent import durable
from agent.config.load import read
from agent.config.parts import is_name, part_of, replaced
from agent.errors import ConfigError, ConfigProblem, WrongUse
from agent.model import Json
from agent.runtime.setup.configs import ConfigDesk, Kept, problems_of
from agent.runtime.setup.given import as_object
from agent.runtime.setup.tools import Tools

_FOLDER: Final = "mappings"
_TRIED: Final = "{}.new.toml"
WORDS: Final = ("name", "source", "target", "entity", "mapping", "when", "first_link")
"""What is wanted of a flow in texts."""
_LONGEST: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """A flow that somebody wants."""

    name: str
    source: str
    target: str
    entity: str
    mapping: str
    """The text of a mapping."""
    when: str = ""
    first_link: str = ""
    """JSON; empty: none."""
    paused: bool = False

    def table(self, file: str, before: Mapping[str, Any]) -> dict[str, Any]:
        """As it stands in the configuration, over what stood there before."""
        table = {
            **before,
            "source": self.source, "target": self.target, "entity": self.entity, "mapping": file,
        }  # fmt: skip
        for key, value in (("when", self.when), ("paused", self.paused)):
            table.pop(key, None)
            if value:
                table[key] = value
        table.pop("first_link", None)
        if self.first_link:
            table["first_link"] = as_object(self.first_link, "first_link")
        return table


@dataclass(frozen=True, slots=True)
class FlowDesk:
    """Answers `setup.flow`."""

    tools: Tools
    configs: ConfigDesk
    kept: Callable[[str, str], Kept]

    def put(self, wanted: Wanted, who: str) -> Json:
        """Write both, or say what is wrong with them. Raises WrongUse."""
        if not is_name(wanted.name) or len(wanted.mapping) > _LONGEST:
            raise WrongUse(
                "A flow needs a name of small letters, digits, - and _, and a mapping of at most"
                " 256 KB."
            )
        folder = self.tools.config.folder
        text = read(self.tools.config.path)
        before = part_of(text, "flow", wanted.name) or {}
        file = _place(folder, str(before.get("mapping") or ""), wanted.name)
        if self.kept("flow", wanted.name).entries and _changes(folder / file, wanted.mapping):
            raise WrongUse(
                f"The flow {wanted.name} has read records by its mapping already.",
                code="MAPPING_IN_USE",
                params={"flow": wanted.name},
                hint="Publish the new mapping: then what it changes is shown and can be undone.",
            )
        tried = f"{_FOLDER}/{_TRIED.format(wanted.name)}"
        try:
            _write(folder / tried, wanted.mapping)
            trial = replaced(text, "flow", wanted.name, wanted.table(tried, before))
            self.tools.judge(trial)
        except RecursionError:
            raise WrongUse("The brackets of the mapping are nested too deep.") from None
        except ConfigError as error:
            return problems_of(_named(error, tried, file), "flow", wanted.name)
        finally:
            with suppress(OSError):
                (folder / tried).unlink(missing_ok=True)
        _write(folder / file, wanted.mapping)
        table = json.dumps(wanted.table(file, before))
        return self.configs.put("flow", wanted.name, table, "", who)


def _place(folder: Path, before: str, name: str) -> str:
    """Where the mapping of a flow is written: where it was, if that is beside the configuration."""
    if before and (folder / before).resolve().is_relative_to(folder.resolve()):
        return before
    return f"{_FOLDER}/{name}.toml"


def _named(error: ConfigError, tried: str, file: str) -> ConfigError:
    """Problems under the name that the mapping will have."""
    problems = [
        ConfigProblem(p.place, p.text.replace(tried, file), p.hint.replace(tried, file), "",
                      0, p.code)
        for p in error.problems
    ]  # fmt: skip
    return ConfigError(problems)


def _changes(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") != text
    except (OSError, UnicodeError):
        return True


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        durable.write(path, text.encode())
    except OSError as error:
        problem = ConfigProblem("mapping", f"it cannot be written: {error.strerror}.")
        raise ConfigError([problem]) from error
