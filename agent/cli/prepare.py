"""`waybill setup`: what an administrator of the CRM makes before records can arrive there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from agent.cli import output
from agent.cli.options import AsJson, Home
from agent.config import Config, TargetConfig
from agent.errors import WaybillError, WrongUse
from agent.ports import HasSetup


def setup(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Its name in waybill.toml.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new folder. Left out: TARGET-setup, here.")
    ] = None,
    home: Home,
    as_json: AsJson = False,
) -> None:
    """Write what the CRM's administrator needs: fields, objects, permissions, instructions."""
    files = _files(home, target)
    folder = out or Path(f"{target}-setup")
    _write(folder, files)
    if as_json:
        output.show_json({"folder": str(folder), "files": sorted(files)})
        return
    output.say(f"{len(files)} files are in {folder}:")
    for name in sorted(files):
        output.say(f"  {name}")
    output.say(f"Nothing was changed in the CRM. Afterwards: waybill test {target}")


def _files(home: Path, name: str) -> Mapping[str, bytes]:
    """Raises ConfigError, WrongUse."""
    target = the_target(home, name)[1]
    if not isinstance(target.settings, HasSetup):
        raise WrongUse(f"A target of the kind {target.kind} needs nothing to be set up.")
    return target.settings.setup()


def the_target(home: Path, name: str) -> tuple[Config, TargetConfig]:
    """The configuration and one of its targets. Raises ConfigError, WrongUse."""
    from agent.app import config_path, configured

    config = configured(home, config_path(home))[0]
    if name not in config.targets:
        known = ", ".join(config.targets) or "none"
        raise WrongUse(f"There is no target {name!r}.", hint=f"There are: {known}.")
    return config, config.targets[name]


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Never over anything that is there."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WrongUse(
                f"{folder} exists and is not empty.",
                code="FOLDER_EXISTS",
                hint="Name another folder with --out. Nothing was written.",
            )
        for name, content in files.items():
            path = folder / PurePosixPath(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise WaybillError(
            f"{folder} cannot be written: {error.strerror or 'unknown reason'}.",
            code="FOLDER_NOT_WRITTEN",
            hint="Name another folder with --out.",
        ) from error
