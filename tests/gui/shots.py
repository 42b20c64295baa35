"""A picture of every screen: `python3 dev.py gui --out DIR`; `--translate` renews the languages.

It starts a screen of its own (Xvfb, a window manager, a tray), the real agent on the sample ERP
with a sandbox CRM, brings about what a person is to see there, and lets `tests.gui.camera` take
every page and view in light and dark, at 100 and 150 %, in English and German. Last it puts all
of them on one contact sheet.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.gui.languages import translate
from tests.gui.stage import RealScene

ROOT = Path(__file__).resolve().parents[2]
SCALES = {"100": "1", "150": "1.5"}
SCREEN = "1920x1240x24"


@contextmanager
def running(*command: str, environment: dict[str, str] | None = None) -> Iterator[None]:
    """A program in the background, ended by its own id."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def bare_screen() -> Iterator[str]:
    """A screen with a window manager and no tray; its name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            name = f":{told.readline().strip()}"
        with running("openbox", environment={**os.environ, "DISPLAY": name}):
            yield name
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def screen() -> Iterator[str]:
    """A screen with a window manager and a tray; its name."""
    tray = ("trayer", "--edge", "bottom", "--align", "right", "--width", "12", "--height", "32")
    tray += ("--SetDockType", "true", "--tint", "0xdddddd", "--transparent", "true", "--alpha", "0")
    with bare_screen() as name, running(*tray, environment={**os.environ, "DISPLAY": name}):
        yield name


def act(scene: RealScene) -> None:
    """What a person is to see: words nobody knows, refusals, a hold, a CRM that is away."""
    scene.unknown_words(12)
    scene.refused(3)
    scene.short_export()
    scene.busy(20)


def shoot(home: Path, out: Path, more: list[str]) -> None:
    """Every picture, scale by scale."""
    with screen() as name:
        for scale, factor in SCALES.items():
            environment = {**os.environ, "DISPLAY": name, "QT_SCALE_FACTOR": factor}
            environment.pop("QT_QPA_PLATFORM", None)
            command = [sys.executable, "-m", "tests.gui.camera", "--home", str(home)]
            command += ["--out", str(out), "--scale", scale, *more]
            subprocess.run(command, check=True, cwd=ROOT, env=environment)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py gui")
    parser.add_argument("--out", type=Path, help="the folder for the pictures")
    parser.add_argument("--pages", default="", help="only these, by their keys: overview,logs")
    parser.add_argument("--home", type=Path, help="a running service instead of the sample's")
    parser.add_argument("--translate", action="store_true", help="renew the translations")
    given = parser.parse_args(words)
    if given.translate:
        return translate()
    if given.out is None:
        parser.error("say where the pictures go: --out DIR")
    given.out.mkdir(parents=True, exist_ok=True)
    more = ["--pages", given.pages]
    with ExitStack() as stack:
        if given.home is None:
            folder = Path(tempfile.mkdtemp(prefix="waybill-gui-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            scene = stack.enter_context(RealScene(folder / "scene"))
            act(scene)
            given.home = scene.home
        shoot(given.home.resolve(), given.out.resolve(), more)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    sheet = [sys.executable, "-m", "tests.gui.contact", str(given.out)]
    return subprocess.run(sheet, check=False, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
