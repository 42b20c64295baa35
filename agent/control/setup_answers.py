"""The shapes of what the service answers while it is set up. They only grow."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from agent.control.answers import FindingItem
from agent.model import Json

# --- config.* -------------------------------------------------------------------------------------


class FieldWhen(TypedDict):
    """Under which choice a field is asked."""

    name: str
    value: str


class FormField(TypedDict):
    """One thing that a form asks.

    A name may come twice, under two choices (`when`). `settle` and `settle.archive` may both be
    there: what is inside goes before the word.
    """

    name: str
    """Dotted where it is inside a table: `sign_in.client_id`."""
    title: str
    help: str
    type: str
    """`text`, `integer`, `number`, `flag`, `choice`, `duration`, `size`, `secret`, `folder`, `file`,
    `texts` or `json`. Of a secret the value is a reference: `secret:NAME`."""
    required: bool
    default: Json
    choices: list[str]
    advanced: bool
    when: FieldWhen | None


class KindForm(TypedDict):
    """One kind of a part, with its form."""

    kind: str
    title: str
    fields: list[FormField]


class KindList(TypedDict):
    """Every kind of a part."""

    kinds: list[KindForm]


class ConfigPart(TypedDict):
    """One part as it is written."""

    name: str
    kind: str
    settings: dict[str, Json]
    """With its kind; secrets are references."""


class ConfigChange(TypedDict):
    """Who changed a part last."""

    part: str
    name: str
    at: str
    by: str


class ConfigList(TypedDict):
    """The whole configuration."""

    sources: list[ConfigPart]
    targets: list[ConfigPart]
    flows: list[ConfigPart]
    alerts: list[ConfigPart]
    roles: list[ConfigPart]
    """Who may do what, by the account or group."""
    ownership: list[ConfigPart]
    """Who is master of a kind of records, by the name of the kind."""
    agent: dict[str, Json]
    limits: dict[str, Json]
    path: str
    changed: list[ConfigChange]


class ConfigProblemItem(TypedDict):
    """One thing that is wrong."""

    place: str
    field: str
    """The field of the part that was put, by its dotted name; empty: it is about something else."""
    text: str
    hint: str
    code: str
    params: dict[str, str]


class ProblemList(TypedDict):
    """What keeps a configuration from being written; none: it is written (or would be)."""

    problems: list[ConfigProblemItem]


# --- sources.* ------------------------------------------------------------------------------------


class SourceItem(TypedDict):
    """One configured source."""

    name: str
    kind: str
    place: str
    watched: str
    every: float
    """Seconds between two looks."""
    last_read: str | None
    last_file: str | None
    rows: int | None
    """Records of the last complete read; None: there was none."""
    state: str
    reason: str | None
    flows: list[str]
    readable: bool | None


class SourceList(TypedDict):
    """Every source."""

    items: list[SourceItem]


class TableColumn(TypedDict):
    """One column of what was looked at."""

    name: str
    samples: list[str]
    type: str
    """`text`, `integer`, `number`, `date` or `flag`."""


class SourceLook(TypedDict):
    """The first rows, and what is proposed for settings beside those that were given."""

    columns: list[TableColumn]
    rows: list[list[Json]]
    name: NotRequired[str]
    """The file or table that was looked at."""
    proposals: dict[str, Json]
    findings: list[FindingItem]


class Driver(TypedDict):
    """An ODBC driver."""

    name: str
    bits: int


class DataSource(TypedDict):
    """An ODBC data source (DSN)."""

    name: str
    driver: str
    bits: int
    system: bool


class DriverList(TypedDict):
    """What the service could connect with."""

    drivers: list[Driver]
    dsns: list[DataSource]


class DatabaseTable(TypedDict):
    """A table or view."""

    schema: str
    name: str
    kind: str


class TableList(TypedDict):
    """The tables of a database."""

    tables: list[DatabaseTable]


class FolderFile(TypedDict):
    """A file in a folder."""

    name: str
    size: int
    at: str


class FolderView(TypedDict):
    """A folder as the service sees it; with an empty path on Windows, the drives."""

    path: str
    parent: str | None
    folders: list[str]
    files: list[FolderFile]
    warnings: list[str]


# --- targets.*, sign_in.* -------------------------------------------------------------------------


class SignInState(TypedDict):
    """How a target is signed in to."""

    state: str
    """`ok`, `signed_out` or `unknown`."""
    expires: str | None
    way: str
    """`browser`, `code` or `secrets`."""


class LimitUse(TypedDict):
    """The tightest limit that a target told of."""

    name: str
    used: int
    allowed: int
    resets: str | None


class TargetSecret(TypedDict):
    """A secret that a target names."""

    name: str
    set: bool
    set_at: str | None
    by: str | None
    expires: str | None


class TargetItem(TypedDict):
    """One configured target."""

    name: str
    kind: str
    title: str
    account: str
    environment: str
    """`practice` and `sandbox` by its address, else that of the agent."""
    sign_in: SignInState
    limits: LimitUse | None
    state: str
    reason: str | None
    waiting: int
    last_delivery: str | None
    secrets: list[TargetSecret]


class TargetList(TypedDict):
    """Every target."""

    items: list[TargetItem]


class SetupFile(TypedDict):
    """One file for the CRM's administrator."""

    name: str
    text: str


class SetupFiles(TypedDict):
    """What the CRM's administrator needs."""

    files: list[SetupFile]


class SignInBegun(TypedDict):
    """Where a person signs in."""

    id: str
    url: str
    code: str | None
    """To be typed in at `url`; then `sign_in.poll`. None: the browser comes back to `port`."""
    port: int | None
    interval: int | None
    lives: int


class SignInEnd(TypedDict):
    """Whether the person is signed in."""

    signed_in: bool
    secret: NotRequired[str]


# --- keys.*, setup.*, packs.*, practice.* ---------------------------------------------------------


class SetupStep(TypedDict):
    """One step of the set-up: service, key, source, destination, mapping, dry_run, link or live."""

    id: str
    done: bool


class SetupState(TypedDict):
    """How far the set-up is."""

    needed: bool
    steps: list[SetupStep]


class PackSetting(TypedDict):
    """What a pack asks for."""

    name: str
    title: str
    default: str | None
    required: bool
    example: str


class PackItem(TypedDict):
    """One pack."""

    name: str
    title: str
    erp: str
    versions: str
    connect: str
    kinds: list[str]
    settings: list[PackSetting]


class PackList(TypedDict):
    """Every pack."""

    items: list[PackItem]


class PackFilled(TypedDict):
    """A pack with settings: parts to be put, mappings by file name."""

    text: str
    sources: list[ConfigPart]
    flows: list[ConfigPart]
    ownership: list[ConfigPart]
    mappings: dict[str, str]
    templates: dict[str, str]


class PracticeState(TypedDict):
    """Whether the practice runs, and where; all but `running` is None while it does not."""

    running: bool
    home: str | None
    """Of the practice agent: another client asks it."""
    url: str | None
    admin_url: str | None
    crm: str | None
    exports: str | None
    """A folder with files of a sample ERP."""
    target: dict[str, Json] | None
    """Settings of a target that reaches the practice CRM; its secret is set there already."""
