"""Somebody who types commands: their words, their standard input, the exit codes they see."""

import json

from agent.cli.main import main

FINE, ATTENTION, WRONG_USE, UNREACHABLE = 0, 1, 2, 3


class Waybill:
    """Types commands for one home folder and keeps what they printed."""

    def __init__(self, home, capsys) -> None:
        self.home = home
        self.capsys = capsys

    def __call__(self, *words: str) -> int:
        code = main([*words, "--home", str(self.home)])
        said = self.capsys.readouterr()
        self.out, self.err = said.out, said.err
        assert "Traceback" not in self.out + self.err
        return code

    def json(self, *words: str) -> dict:
        self.code = self(*words, "--json")
        assert self.out.count("\n") == 1
        return json.loads(self.out)


class Stdin:
    def __init__(self, text: str) -> None:
        self.text = text

    def isatty(self) -> bool:
        return False

    def read(self, size: int = -1) -> str:
        return self.text if size < 0 else self.text[:size]
