"""The shapes of what the service answers about mappings. They only grow."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from agent.model import Json


class MatchItem(TypedDict):
    """One suggestion: which column could fill which field, and what that rests on."""

    field: str
    column: str
    confidence: float
    """0 to 1."""
    evidence: list[str]
    doubts: list[str]
    rule: dict[str, Json]


class Suggestion(TypedDict):
    """A draft of a mapping, suggested from headings and samples."""

    source: str
    entity: str
    read: str
    records: int
    external_id: MatchItem | None
    fields: list[MatchItem]
    missing: list[str]
    unused: list[str]
    document: str
    """The draft as the text of a mapping file."""


class Preview(TypedDict):
    """What a mapping makes of real records; nothing of it is sent."""

    flow: str
    read: str
    draft: bool
    records: int
    would_send: int
    deletes: int
    left_out: dict[str, int]
    same_external_id: int
    refused: int
    """Records with problems; one may have several, and counts once for each below."""
    problems: list[dict[str, Json]]
    warnings: NotRequired[list[dict[str, Json]]]
    """Like problems, of records that would be sent all the same."""
    fields: list[dict[str, Json]]
    changed: NotRequired[list[dict[str, Json]]]
    """What its rules change in values on purpose: code, field, count."""
    items: list[dict[str, Json]]
    differs: NotRequired[dict[str, Json]]
    """Beside the published mapping: how many records, which fields."""


class Shadow(TypedDict):
    """A draft beside the published mapping, export by export, the oldest first."""

    flow: str
    exports: list[dict[str, Json]]


class MappingDiff(TypedDict):
    """What a draft says otherwise than the published mapping."""

    flow: str
    changes: list[dict[str, Json]]
    same_meaning: bool
    reads_more: list[str]
    needs: str


class SheetColumn(TypedDict):
    """A column of the source."""

    name: str
    samples: list[Json]
    """At most three different values."""
    type: str
    """`blank`, `date`, `time`, `code`, `number`, `amount`, `e-mail`, `flag`, `binary`, `text`."""


class SheetField(TypedDict):
    """A field of the kind, and where it comes from."""

    field: str
    kind: str
    required: bool
    max_length: int | None
    places: int | None
    codes: list[str]
    refers_to: str | None
    rule: Json
    """As in the mapping file; null where it has none."""
    way: str
    """`none`, `column`, `columns`, `lookup`, `formula`, `constant` or `other`."""


class MappingSheet(TypedDict):
    """A mapping as a table that a person fills in."""

    flow: str
    source: str
    entity: str
    contract: str
    read: str | None
    """The export that the samples are from; null: there is none yet."""
    columns: list[SheetColumn]
    external_id: Json
    on_leave: Json
    lookups: list[str]
    fields: list[SheetField]
    problems: list[dict[str, Json]]
    """place, text, hint and code of everything that is wrong with the draft."""
    draft: str


class EditedDraft(TypedDict):
    """A draft after one edit."""

    draft: str


class FunctionList(TypedDict):
    """The functions of formulas."""

    functions: list[dict[str, Json]]
    examples: list[dict[str, Json]]


class KeptDraft(TypedDict):
    """A draft that is kept for later; empty where none is."""

    flow: str
    draft: str
    by: str | None
    at: str | None


class MappingText(TypedDict):
    """A mapping as it stands in its file, or stood in a version."""

    flow: str
    version: int | None
    text: str


class MappingVersion(TypedDict):
    """One text that was in force."""

    number: int
    at: str
    by: str
    comment: str
    digest: str
    in_force: bool


class MappingVersions(TypedDict):
    """Every version that is kept, the newest first."""

    flow: str
    items: list[MappingVersion]


class Published(TypedDict):
    """What publishing did, and what follows from it."""

    flow: str
    version: int
    """0 where it waits for a second person."""
    same_meaning: bool
    needs: str
    proposed: NotRequired[bool]
    """It changes what becomes of money and is not in force: see `mapping.accept`."""
    fields: NotRequired[list[str]]
    """What of money it changes, where it is proposed."""
    first: NotRequired[int]
    """Records that go before a yes is waited for; 0: none is needed."""
    replaces: NotRequired[str | None]
    """A publish that was still under way."""
    waiting: NotRequired[int]
    """What of it had not gone yet."""


class ProposalItem(TypedDict):
    """A draft that waits for a second person."""

    flow: str
    by: str
    at: str
    comment: str
    fields: list[str]
    text: str


class ProposalList(TypedDict):
    """Every draft that waits."""

    items: list[ProposalItem]


class Withdrawn(TypedDict):
    """A draft that was thrown away."""

    flow: str
    withdrawn: bool


class RulePreview(TypedDict):
    """What one more word in a mapping changes, and what would become of the rows that wait."""

    flow: str
    place: str
    file: str
    """The lookup file that it goes to, if it does."""
    code: str
    field: str
    changes: list[dict[str, Json]]
    second_person: list[str]
    """What of money it changes; then somebody else must approve it."""
    group: int
    would_pass: int
    would_be_left_out: int
    would_stay: int
    not_kept: int
    """Rows of which too little was kept: their source is read again."""
    reasons: list[dict[str, Json]]
    draft: NotRequired[str]


class RuleMade(RulePreview, Published):
    """The same, published or proposed."""


class PublishItem(TypedDict):
    """One mapping that came into force, and how it ended."""

    ref: str
    flow: str
    at: str
    state: str
    """`watch`, `approved`, `done`, `replaced`, `undoing` or `undone`."""
    by: str | None
    comment: str | None
    version: int | None
    former_version: int | None
    changes: list[str] | None
    """Fields whose rules differ; None: more than fields."""
    undoes: str | None
    sent: int
    """Records that it sent."""
    places: int
    """Records that go before a yes; 0: none is needed."""
    waiting: int
    not_kept: int
    """Records of which is not known what was there before."""
    kept_until: str | None
    outcomes: dict[str, int]
    """Of an undo: how many records came back, stayed, or are open."""


class PublishList(TypedDict):
    """What came into force, the newest first."""

    items: list[PublishItem]


class CanaryItems(PublishItem):
    """The first records of a publish: what was there before, and what it sent."""

    items: list[dict[str, Json]]


class Approved(TypedDict):
    """What waits goes."""

    ref: str
    flow: str
    approved: bool
    waiting: int


class UndoPreview(PublishItem):
    """What an undo would do now."""

    counts: dict[str, int]
    fields: int
    """Fields that would go back."""
    items: list[dict[str, Json]]


class Undone(TypedDict):
    """What an undo began: the former mapping is in force, the records come back one by one."""

    ref: str
    flow: str
    version: int | None
    records: int
    not_kept: int
    waiting: int
    together: list[str]
    """Other flows with the same mapping file."""
