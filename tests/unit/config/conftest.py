"""A folder to configure in, and adapters whose settings are small."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agent.config import Config, Kinds, load
from agent.errors import ConfigError, ConfigProblem

GOOD = """\
version = 1
[agent]
name = "ERP-SRV01"

[sources.customers]   # what we read
kind = "files"
folder = 'D:\\ERP\\export'
format = { kind = "delimited", delimiter = ";" }
key = ["CUSTNO"]

[targets.crm]
kind = "hook"
url = "https://example.test"
key = "secret:hook-key"

[flows.customers]
source = "customers"
target = "crm"
entity = "account"
mapping = "mappings/customers.toml"
"""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Delimited(Strict):
    kind: Literal["delimited"]
    delimiter: str = ","
    encoding: str = "utf-8"


class Fixed(Strict):
    kind: Literal["fixed"]
    widths: list[int]


class FilesSettings(Strict):
    folder: str
    format: Annotated[Delimited | Fixed, Field(discriminator="kind")]
    key: list[str]
    settle: Literal["archive", "leave"] = "leave"


class HookSettings(Strict):
    url: str
    key: str = ""
    password: str = ""
    headers: dict[str, str] = {}


KINDS = Kinds({"files": FilesSettings}, {"hook": HookSettings}, entities=("account", "contact"))

Loads = Callable[[str], Config]
Refuses = Callable[[str], list[ConfigProblem]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "customers.toml").write_text("version = 1")
    path = tmp_path / "waybill.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def loads(path: Path) -> Loads:
    def loads(text: str) -> Config:
        path.write_text(text, encoding="utf-8")
        return load(path, KINDS)

    return loads


@pytest.fixture
def refuses(path: Path) -> Refuses:
    def refuses(text: str) -> list[ConfigProblem]:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load(path, KINDS)
        assert all(problem.file == str(path) for problem in caught.value.problems)
        return list(caught.value.problems)

    return refuses


@pytest.fixture
def good() -> str:
    return GOOD


@pytest.fixture
def kinds() -> Kinds:
    return KINDS
