"""The shape of a loaded configuration, its defaults, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from agent.config.alerts import AlertConfig
from agent.config.closed import Times
from agent.config.roles import RoleConfig
from agent.config.schedule import When
from agent.config.units import Duration, Rates, Size
from agent.config.watch import EscalationConfig, ReasonConfig
from agent.config.zones import zone
from agent.errors import ConfigProblem

VERSION = 1
SOURCE_KEYS = frozenset({"kind", "every"})
TARGET_KEYS = frozenset({"kind", "concurrency", "patience", "rate", "daily", "reserve", "closed"})
"""Keys of a source's or target's table that are the agent's; the rest are the adapter's."""
_PROXY = r"^(system|direct|http://[A-Za-z0-9._\[\]:-]+:\d{1,5}/?|pac\+https?://[!-?A-\[\]-~]+)$"
WHOLE = ("agent", "limits", "ownership", "reasons", "escalation", "alerts", "roles")
"""Sections that concern no single source, target or flow."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The adapters that exist, by kind, each with the class of its settings."""

    sources: Mapping[str, type[BaseModel]]
    targets: Mapping[str, type[BaseModel]]
    entities: Collection[str] = ()
    """Entities of the canon, to find slips of the pen; empty: not checked here."""
    fields: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The fields of each entity, likewise."""
    codes: Collection[str] = ()
    """Codes of the catalogue of reasons, likewise; a target may have others."""
    alerts: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """Ways to tell people, by kind."""


def _positive(value: timedelta) -> timedelta:
    if value < timedelta(seconds=1):
        raise ValueError("this must be at least one second")
    return value


def _when(text: object) -> When:
    if not isinstance(text, str):
        raise ValueError('when is a text in quotes: "realtime"')  # noqa: TRY004 - pydantic's way
    return When(text)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class BackupPlan(_Table):
    """`backup` of `[agent]`: copies that are made without being asked for."""

    folder: Annotated[str, Field(min_length=1)] = Field(
        description="Where they are kept; another disk or a share is best."
    )
    every: Annotated[Duration, AfterValidator(_positive)] = Field(
        timedelta(days=1), description="How often one is made."
    )
    keep: Annotated[int, Field(ge=1, le=1000)] = Field(
        7, description="So many of this agent's are kept there."
    )


class Updates(_Table):
    """`updates` of `[agent]`: who is asked about newer versions. They are told, never installed."""

    manifest: Annotated[str, Field(pattern=r"^https://[!-~]+$", max_length=2000)] = Field(
        description="The address of the publisher's signed manifest."
    )
    key: Annotated[str, Field(pattern="^[A-Za-z0-9+/]{43}=$")] = Field(
        description="The publisher's public key: Ed25519, base64."
    )


class AgentConfig(_Table):
    """`[agent]`: who this agent is."""

    name: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        "waybill", description="What this agent is called in status and audit."
    )
    environment: Annotated[str, Field(max_length=100)] = Field(
        "production", description="Shown everywhere, so that a test system is never mistaken."
    )
    timezone: Annotated[str, AfterValidator(zone)] = Field(
        "UTC", description="Time zone of cron texts, also of a source's `recount`."
    )
    second_person: bool = Field(
        default=True,
        description="A mapping that changes what becomes of money that the ERP owns needs the yes"
        " of another account.",
    )
    proxy: Annotated[str, Field(pattern=_PROXY)] = Field(
        "direct",
        description='Proxy of every target and alert that names none: "http://proxy:3128", "system",'
        ' "pac+https://host/proxy.pac" (Windows), or "direct".',
    )
    proxy_user: Annotated[str, Field(max_length=256)] = Field(
        "", description="User name for that proxy, where it asks for one (Basic)."
    )
    proxy_password: Annotated[str, Field(pattern=r"^secret:[A-Za-z0-9._-]+$")] | None = Field(
        None, description='Its password: "secret:NAME".'
    )
    backup: BackupPlan | None = Field(
        None, description="Backups by schedule: they open with the recovery key only."
    )
    updates: Updates | None = Field(
        None, description="Ask a signed manifest daily whether there is a newer version, and tell."
    )


class Limits(_Table):
    """`[limits]`: how much room the queue has, and how much change passes without a person."""

    queue_bytes: Annotated[Size, Field(ge=1024 * 1024)] = Field(
        4 * 1024**3, description="The most the queue may take on disk; then sources pause."
    )
    reserve_bytes: Annotated[Size, Field(ge=0)] = Field(
        64 * 1024**2, description="Room kept free for delivering when the disk is full."
    )
    max_delete_share: Annotated[float, Field(ge=0, le=1)] = Field(
        0.05, description="Inferred deletes above this share of the rows, and above "
        "max_delete_rows, wait for a person.",
    )  # fmt: skip
    max_delete_rows: Annotated[int, Field(ge=0)] = Field(
        20, description="Inferred deletes up to this many pass, unless half of all rows would go."
    )
    delete_window: Annotated[Duration, AfterValidator(_positive)] = Field(
        timedelta(hours=24), description="Deletes are also summed over this time."
    )
    undo_keep: Annotated[Duration, AfterValidator(_positive)] = Field(
        timedelta(days=30), description="How long it is kept what a target held before a publish."
    )
    undo_records: Annotated[int, Field(ge=0)] = Field(
        200_000, description="Of so many records at the most."
    )
    undo_bytes: Annotated[Size, Field(ge=0)] = Field(
        256 * 1024**2, description="In so much room at the most."
    )
    max_change_share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.5, description="Changes in one read from this share of the rows on wait for a person."
    )


class SourceConfig(_Table):
    """`[sources.NAME]`: the agent's part, and the adapter's part as `settings`."""

    name: str
    kind: str
    settings: BaseModel
    every: Annotated[Duration, AfterValidator(_positive)] = Field(
        timedelta(seconds=30), description="How often it is looked at, beside what it announces."
    )


class TargetConfig(_Table):
    """`[targets.NAME]`: the agent's part, and the adapter's part as `settings`."""

    name: str
    kind: str
    settings: BaseModel
    concurrency: Annotated[int, Field(ge=1, le=32)] = Field(
        4,
        description="The most batches on their way at once; it begins with one, adds one for"
        " what is answered, and takes half while the target pushes back.",
    )
    rate: Rates = Field(
        (), description='Requests that it is never sent more of: "100 per 10s", or a list of such.'
    )
    daily: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The most requests in 24 hours, where the target does not say itself."
    )
    reserve: Annotated[float, Field(ge=0, le=0.9)] = Field(
        0.1, description="Share of a day's requests that is kept for flows that are real-time."
    )
    closed: Times = Field(
        (),
        description='When nothing is sent: "22:00-04:00", "sat,sun 00:00-24:00", or a cron'
        ' text with how long: "0 2 * * sun for 3h"; in agent.timezone.',
    )
    patience: Annotated[Duration, AfterValidator(_positive)] = Field(
        timedelta(minutes=15), description="How long a record waits for its parent, then parks."
    )


class FirstLink(_Table):
    """`first_link` of a flow: how its records are recognised among those that are there already."""

    match: Annotated[list[str], Field(min_length=1)] = Field(
        description="The fields that are compared: a name, and what tells two of one name apart."
    )
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = Field(
        None, description="Whose telephone numbers they are where a record does not say: DE."
    )
    approve: Literal["person", "certain"] = Field(
        "person",
        description="Who says yes: a person; or certain: after the first complete reading what is"
        " certainly the same is linked by itself, and only what is ambiguous waits for a person.",
    )


class FlowConfig(_Table):
    """`[flows.NAME]`: what of a source becomes what in a target, and when."""

    name: str
    source: str = Field(description="The source it reads.")
    target: str = Field(description="The target it delivers to.")
    entity: str = Field(description="The canonical entity that it makes.")
    mapping: Path = Field(description="The mapping file, relative to the configuration.")
    when: Annotated[When, BeforeValidator(_when)] = Field(
        When(), description="When it delivers: realtime, every 15m, or a cron text."
    )
    paused: bool = Field(default=False, description="Read and queue, but do not deliver.")
    priority: Literal["urgent", "normal", "bulk"] | None = Field(
        None, description="Who goes first; without, stock, orders, shipments and credit do."
    )
    company: Annotated[str, Field(pattern="^[A-Za-z0-9]{1,20}$")] | None = Field(
        None, description="The ERP company of these records, where several feed one target."
    )
    first_link: FirstLink | None = Field(
        None,
        description="Link with the records that the target has already, before anything is sent.",
    )
    canary: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        20, description="Records that another mapping sends before it waits for a yes; 0: none is."
    )
    canary_first: bool = Field(
        default=False, description="Whether the flow's first mapping waits for a yes too."
    )


def _master(value: object) -> object:
    return {"master": value} if isinstance(value, str) else value


class FieldOwner(_Table):
    """Who is master of one field: `"erp"`, or a table."""

    master: Literal["erp", "crm"] | None = Field(None, description="Whose word counts.")
    direction: Literal["erp_to_crm", "crm_to_erp", "both"] | None = Field(
        None, description="Where it goes."
    )
    timing: Literal["realtime", "batch"] | None = Field(None, description="How soon it is due.")


class OwnershipConfig(FieldOwner):
    """`[ownership.KIND]`: who is master of one kind of record, over what its contract says."""

    fields: Mapping[str, Annotated[FieldOwner, BeforeValidator(_master)]] = Field(
        default_factory=dict, description="Fields whose master is another one."
    )


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration without problems."""

    path: Path
    agent: AgentConfig
    limits: Limits
    sources: Mapping[str, SourceConfig]
    targets: Mapping[str, TargetConfig]
    flows: Mapping[str, FlowConfig]
    ownership: Mapping[str, OwnershipConfig] = field(default_factory=dict)
    """By kind of record."""
    reasons: Mapping[str, ReasonConfig] = field(default_factory=dict)
    """By code."""
    escalations: tuple[EscalationConfig, ...] = ()
    alerts: tuple[AlertConfig, ...] = ()
    roles: tuple[RoleConfig, ...] = ()
    secrets: frozenset[str] = frozenset()
    """Names of the secrets that it refers to."""
    target_secrets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Those of each target."""
    warnings: tuple[ConfigProblem, ...] = ()
    """What is allowed and probably not meant."""
    digests: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By section and name, of what was written."""

    @property
    def folder(self) -> Path:
        """Relative paths are relative to this folder."""
        return self.path.parent


@dataclass(frozen=True, slots=True)
class Changes:
    """Names that were added, removed or altered. What depends on them is not repeated here."""

    sources: frozenset[str]
    targets: frozenset[str]
    flows: frozenset[str]
    agent: bool
    """Whether anything else differs: `[agent]`, `[limits]`, `[ownership]`, what is watched."""

    def __bool__(self) -> bool:
        return bool(self.sources or self.targets or self.flows or self.agent)


def changed(old: Config, new: Config) -> Changes:
    """What a new configuration touches."""
    differing = {
        key for key in {*old.digests, *new.digests} if old.digests.get(key) != new.digests.get(key)
    }

    def names(section: str) -> frozenset[str]:
        return frozenset(name for place, name in differing if place == section)

    return Changes(
        names("sources"),
        names("targets"),
        names("flows"),
        any(names(section) for section in WHOLE),
    )
