"""Forms are made of the classes of settings: nothing that may be configured is left out."""

from datetime import timedelta
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, Field

from agent import app
from agent.config import AgentConfig, AlertConfig, FlowConfig, Limits, SourceConfig, TargetConfig
from agent.runtime.setup.forms import fields_of, title_of

TYPES = {
    "text", "integer", "number", "flag", "choice", "duration", "size", "secret", "folder", "file",
    "texts", "json",
}  # fmt: skip


def settings():
    kinds = app.kinds()
    for part in (kinds.sources, kinds.targets, kinds.alerts):
        yield from ((name, part[name]) for name in part)
    for model in (AgentConfig, AlertConfig, FlowConfig, Limits, SourceConfig, TargetConfig):
        yield model.__name__, model


@pytest.mark.parametrize(("name", "model"), list(settings()))
def test_every_setting_has_a_field_with_a_title_and_a_kind(name, model):
    fields = fields_of(model, ("settings",))
    tops = {field.name.split(".")[0] for field in fields}
    assert tops == {info.alias or key for key, info in model.model_fields.items()} - {"settings"}
    seen = set()
    for field in fields:
        assert field.type in TYPES
        assert field.title
        assert bool(field.choices) == (field.type == "choice"), field
        assert (field.name, field.when) not in seen
        seen.add((field.name, field.when))
        if field.required:
            assert not field.advanced
        if field.when is not None:
            choice = next(each for each in fields if each.name == field.when.name)
            assert field.when.value in choice.choices
    secrets = {"client_secret", "client_key_password", "refresh_token"}
    for field in fields:
        if field.name.rsplit(".", 1)[-1] in secrets:
            assert field.type == "secret", field


def test_a_sign_in_asks_by_its_kind():
    fields = fields_of(app.kinds().targets["salesforce"])
    flow = next(field for field in fields if field.name == "sign_in.flow")
    assert flow.choices == ("client_credentials", "jwt", "browser")
    assert flow.required
    asked = {f.name: f for f in fields if f.when and f.when.value == "jwt"}
    assert asked["sign_in.user"].required
    assert asked["sign_in.key"].type == "secret"
    assert asked["sign_in.audience"].advanced


class Archive(BaseModel):
    archive: str = Field(description="Where to.")


class Everything(BaseModel):
    wait: Annotated[timedelta, BeforeValidator(lambda v: v)] = Field(
        timedelta(minutes=90), description="x"
    )
    settle: Literal["leave", "delete"] | Archive = Field("leave", description="x")
    names: tuple[str, ...] = Field((), description="x")
    codes: list[int] = Field([], description="x")
    sub: Archive | None = Field(None, description="x")


def test_a_word_or_a_table_is_a_choice_of_both():
    fields = {field.name: field for field in fields_of(Everything)}
    assert fields["settle"].choices == ("leave", "delete", "archive")
    assert fields["settle.archive"].when == ("settle", "archive")
    assert fields["wait"].default == "90m"
    assert fields["names"].type == "texts"
    assert fields["codes"].type == "json"
    assert not fields["sub.archive"].required


def test_titles_read_like_words():
    assert title_of("sign_in.client_id") == "Client ID"
    assert title_of("url") == "URL"
    assert title_of("max_delete_rows") == "Max delete rows"
