"""A pack with a person's settings put in: a configuration and mappings, as texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from string import Template

from agent.errors import WrongUse
from agent.packs.library import FOLDER, FRAME, Pack

AGENT = "agent_name"
"""The frame's own setting: what the agent is called."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What goes into a home folder."""

    configuration: str
    mappings: Mapping[str, str]
    """By file name."""
    templates: Mapping[str, str]
    """Examples of the files that the pack reads, by file name; of most packs none."""


def fill(pack: Pack, given: Mapping[str, str], agent_name: str) -> Filled:
    """The pack with these settings. Raises WrongUse naming everything that is wrong with them."""
    unfit = _unfit(pack, given)
    wrong = [*_unknown(pack, given), *unfit.values()]
    if wrong:
        raise WrongUse(
            "\n".join([f"The settings of the pack {pack.name} are not right.", *wrong]),
            code="PACK_SETTINGS",
            params={"pack": pack.name, "names": ",".join(unfit)},
            hint=f"`waybill packs show {pack.name}` explains each. Write --set NAME=VALUE.",
        )
    values = {name: setting.default or "" for name, setting in pack.settings.items()}
    values |= given
    values[AGENT] = _plain(agent_name)
    frame = (FOLDER / FRAME).read_text(encoding="utf-8")
    parts = frame + "\n" + (pack.flows / "waybill.toml").read_text(encoding="utf-8")
    mappings = {
        path.name: Template(path.read_text(encoding="utf-8")).substitute(values)
        for path in sorted((pack.flows / "mappings").glob("*.toml"))
    }
    templates = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((pack.folder / "templates").glob("*"))
    }
    return Filled(Template(parts).substitute(values), mappings, templates)


def _unknown(pack: Pack, given: Mapping[str, str]) -> list[str]:
    said = []
    for name in given.keys() - pack.settings.keys():
        near = get_close_matches(name, pack.settings, 1)
        said.append(f"  There is no setting {name!r}." + (f" Is it {near[0]}?" if near else ""))
    return sorted(said)


def _unfit(pack: Pack, given: Mapping[str, str]) -> dict[str, str]:
    """The settings that are missing or do not fit, by name, and what is wrong with each."""
    said = {}
    for name, setting in pack.settings.items():
        value = given.get(name, setting.default)
        if value is None:
            said[name] = f"  {name} is missing: {setting.title}."
        elif not re.fullmatch(setting.pattern, value):
            example = f", such as {setting.example}" if setting.example else ""
            said[name] = f"  {name} does not fit: {setting.title}{example}."
    return said


def _plain(name: str) -> str:
    """A machine's name without what could end a TOML text."""
    return re.sub(r"[^\w .-]", "", name)[:100] or "waybill"
