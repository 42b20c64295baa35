"""The unit of systemd, and the drop-in that says what a machine wants otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent.service.spec import ServiceSpec

ACCOUNT: Final = "waybill"
HOME: Final = Path("/var/lib/waybill")
PROGRAM: Final = Path("/opt/waybill/current/waybill-service")
_KINDS: Final = (".service", ".target", ".mount", ".socket", ".path", ".timer", ".device")


def differences(spec: ServiceSpec) -> str:
    """The drop-in for what the unit that ships does not say; empty where it says it all."""
    unit = list(_order(spec))
    service = [*_work(spec), *_account(spec), *_places(spec)]
    parts = [("[Unit]", unit), ("[Service]", service)]
    return "\n\n".join("\n".join([head, *lines]) for head, lines in parts if lines)


def program(path: Path, arguments: tuple[str, ...] = ()) -> str:
    """The drop-in for another program."""
    return "\n".join(["[Service]", *_program(path, arguments)])


def _order(spec: ServiceSpec) -> Iterator[str]:
    names = [name if name.endswith(_KINDS) else f"{name}.service" for name in spec.depends_on]
    if names:
        yield f"Wants={' '.join(names)}"
        yield f"After={' '.join(names)}"


def _work(spec: ServiceSpec) -> Iterator[str]:
    if spec.home != HOME:
        yield f"Environment={_quoted(f'WAYBILL_HOME={spec.home}')}"
    if (spec.program, spec.arguments) != (PROGRAM, ()):
        yield from _program(spec.program, spec.arguments)


def _program(path: Path, arguments: tuple[str, ...]) -> Iterator[str]:
    yield "ExecStart="
    yield f"ExecStart={' '.join(map(_command_word, (str(path), *arguments)))}"


def _account(spec: ServiceSpec) -> Iterator[str]:
    if spec.account not in {None, ACCOUNT}:
        yield f"User={spec.account}"
        yield "Group="  # its own


def _places(spec: ServiceSpec) -> Iterator[str]:
    places = [spec.home] if spec.home != HOME else []
    for place in (*places, *spec.writes):
        yield f"ReadWritePaths={_quoted(str(place))}"


def _quoted(text: str) -> str:
    """One word of a setting (systemd.syntax(7)); `%` would begin a specifier."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"' if plain != text or " " in text else text


def _command_word(text: str) -> str:
    """One word of a command line, in which `$` would begin a variable (systemd.service(5))."""
    return _quoted(text).replace("$", "$$")
