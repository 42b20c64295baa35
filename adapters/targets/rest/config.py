"""What can be configured for a generic REST target."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from adapters.oauth import OAuth
from adapters.settings import Duration, HttpSettings, SecretRef
from adapters.targets.rest import template
from adapters.targets.rest.paths import Path

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_RESERVED = frozenset({"host", "content-length", "transfer-encoding", "connection"})


def _headers(headers: dict[str, str]) -> dict[str, str]:
    for name in headers:
        if not _NAME.fullmatch(name) or name.lower() in _RESERVED:
            raise ValueError(f"{name}: not a header that can be set here")
    return headers


Headers = Annotated[dict[str, str], AfterValidator(_headers)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Basic(_Part):
    """Sign in with user name and password in each request."""

    flow: Literal["basic"] = Field(description="This kind of sign-in.")
    user: str = Field(min_length=1, description="User name.")
    password: SecretRef = Field(description='Its password: "secret:NAME".')


class Key(_Part):
    """Sign in with a key in a header of each request."""

    flow: Literal["header"] = Field(description="This kind of sign-in.")
    name: str = Field("Authorization", pattern=_NAME.pattern, description="The header.")
    prefix: str = Field("", description='What stands before the key, such as "Bearer ".')
    value: SecretRef = Field(description='The key: "secret:NAME".')


class Grant(OAuth):
    """Sign in with a bearer token of an OAuth server."""

    flow: Literal["oauth"] = Field(description="This kind of sign-in: client credentials.")


class Signature(_Part):
    """An HMAC over each request."""

    secret: SecretRef = Field(description='The shared key: "secret:NAME".')
    header: str = Field("X-Signature", pattern=_NAME.pattern, description="Where it goes.")
    algorithm: Literal["sha256", "sha384", "sha512"] = Field("sha256", description="The hash.")
    encoding: Literal["hex", "base64"] = Field("hex", description="How it is written.")
    prefix: str = Field("", description='What stands before it, such as "sha256=".')
    content: str = Field(
        "{body}",
        description="What is signed: a template of {timestamp}, {method}, {path} and {body}.",
    )
    timestamp_header: str = Field(
        "", description="A header for the time of the attempt (unix seconds), where it is wanted."
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        _check(self.content, {"timestamp", "method", "path", "body"}, "signature.content")
        return self


class Results(_Part):
    """Where the answer judges each record of a request."""

    each: Path = Field(description="JSONPath to the records' results, in the whole answer.")
    key: Path | None = Field(
        None, description="JSONPath in a result to what names the record; left out: their order."
    )
    key_is: Literal["external_id", "id"] = Field(
        "external_id", description="What stands there: the record's key, or the message's id."
    )
    status: Path | None = Field(
        None, description="JSONPath in a result to its state; left out: it stands there, so it is."
    )
    ok: tuple[str, ...] = Field(("ok", "true"), description="States that mean: taken.")
    retry: tuple[str, ...] = Field((), description="States that mean: later, by itself.")


class Words(_Part):
    """Where an answer (or a record's result) says what is wrong, and what the record is there."""

    code: Path | None = Field(default=None, description="JSONPath to a code.")
    reason: Path | None = Field(default=None, description="JSONPath to a sentence for people.")
    field: Path | None = Field(default=None, description="JSONPath to the field it is about.")
    remote_id: Path | None = Field(
        default=None, description="JSONPath to the record's own id there."
    )


class Call(_Part):
    """One request."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = Field(description="HTTP method.")
    path: str = Field(
        "", pattern=r"^(/.*)?$", description='After the url: "/customers/{external_id}".'
    )
    headers: Headers = Field(default_factory=dict, description="Further headers: templates.")
    body: JsonValue = Field(None, description='JSON template; "{fields}": all of them.')
    record: JsonValue = Field(
        "{fields}", description="With batch above 1: one element of {records}."
    )


class Shown(_Part):
    """Where a look-up shows one field."""

    path: Path = Field(description="JSONPath in the record.")
    places: int | None = Field(
        None, ge=0, le=9, description="Decimal places of the canonical value, for a JSON number."
    )


class Find(_Part):
    """A GET that shows one record."""

    path: str = Field(pattern=r"^/.*$", description='"/customers/{external_id}".')
    at: Path = Field(Path("$"), description="JSONPath to the record in the answer; none: absent.")
    remote_id: Path | None = Field(None, description="JSONPath in the record to its own id.")
    fields: dict[str, Shown] = Field(
        default_factory=dict, description="Canonical field -> { path, places }."
    )


class Entity(_Part):
    """How one kind of record is written there."""

    upsert: Call = Field(description="Creates the record or changes it.")
    delete: Call | None = Field(None, description="Deletes it; left out: it is never deleted.")
    find: Find | None = Field(None, description="Shows it; left out: it cannot be looked up.")


class RestConfig(HttpSettings):
    """An API that takes records as JSON."""

    sign_in: Annotated[Basic | Key | Grant, Field(discriminator="flow")] | None = Field(
        None, description="How the agent signs in; left out: not at all, or by certificate."
    )
    signature: Signature | None = Field(None, description="An HMAC over each request.")
    headers: Headers = Field(default_factory=dict, description="Headers of every request.")
    entities: dict[str, Entity] = Field(min_length=1, description="The kinds that it takes.")
    batch: int = Field(1, ge=1, le=1000, description="Records of one request.")
    results: Results | None = Field(
        None, description="Where an answer judges each record; left out: its status speaks for all."
    )
    words: Words = Field(Words(), description="Where an answer says what is wrong.")
    gone: tuple[int, ...] = Field((404, 410), description="Statuses of a delete of what is gone.")
    later: tuple[int, ...] = Field((409, 423), description="Statuses that mean: later, by itself.")
    reject: tuple[int, ...] = Field(
        (), description="404 and 405 say that the address is wrong, unless they are named here."
    )
    repeatable: bool | None = Field(
        None,
        description="Whether the same request again has one effect; left out: so it is where every"
        " upsert is a PUT or carries {id} in a header.",
    )
    check_path: str = Field("/", pattern=r"^/.*$", description="What a check asks for with GET.")
    settles_within: Duration = Field(
        timedelta(seconds=60),
        description="How long a request whose answer was lost may still take effect.",
    )
    lag: Duration = Field(timedelta(0), description="How stale a look-up may be.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name, entity in self.entities.items():
            for word, call in (("upsert", entity.upsert), ("delete", entity.delete)):
                if call is not None:
                    self._check_call(f"entities.{name}.{word}", call)
            if entity.find is not None:
                _check(entity.find.path, {"external_id", "entity"}, f"entities.{name}.find.path")
        return self

    def _check_call(self, place: str, call: Call) -> None:
        many = self.batch > 1
        known = template.BATCH if many else template.RECORD
        parts: list[JsonValue] = [call.path, *call.headers.values()]
        _check(parts, known - {"records", "fields"}, place, fields=not many)
        _check(call.body, known, f"{place}.body", fields=not many)
        _check(call.record, template.RECORD, f"{place}.record", fields=True)
        if many and "records" not in template.placeholders(call.body):
            raise ValueError(f'{place}.body: with batch above 1 it holds "{{records}}"')

    @property
    def is_repeatable(self) -> bool:
        """Whether sending the same message again has one effect."""
        if self.repeatable is not None:
            return self.repeatable
        return all(
            entity.upsert.method == "PUT"
            or "id" in template.placeholders(list(entity.upsert.headers.values()))
            for entity in self.entities.values()
        )

    def places(self) -> dict[str, Collection[str]]:
        """The canonical fields that the templates have a place for, by kind."""
        return {name: _placed(entity.upsert, self.batch) for name, entity in self.entities.items()}


class _Every(frozenset[str]):
    """Every field: a template of `{fields}` leaves none out."""

    def __contains__(self, _: object) -> bool:
        return True


def _placed(call: Call, batch: int) -> Collection[str]:
    body = call.record if batch > 1 else call.body
    named = list(template.placeholders([call.path, *call.headers.values(), body]))
    if "fields" in named:
        return _Every()
    return frozenset(name.removeprefix("fields.") for name in named if "." in name)


def _check(given: JsonValue, known: Collection[str], place: str, *, fields: bool = False) -> None:
    for name in _unknown(given, known, fields=fields):
        there = ", ".join(f"{{{each}}}" for each in sorted(known))
        more = " and {fields.NAME}" if fields else ""
        raise ValueError(f"{place}: no placeholder {{{name}}}; there are {there}{more}")


def _unknown(given: JsonValue, known: Collection[str], *, fields: bool) -> Iterator[str]:
    for name in template.placeholders(given):
        if name not in known and not (fields and name.startswith("fields.")):
            yield name
