"""What is made in SAP before IDoc files can be read: segments, types, partner, port, step by step."""

from __future__ import annotations

from adapters.targets.idoc.layout import CONTROL, DATA, FIELD, HEADER, MEANINGS, Layout, width

_PAGE = """# Setting up IDoc files for Waybill

Waybill writes one flat file per message (port type *file*: control record of {control} characters, data
records of {data}, lines ended by CR LF), `ID.idoc`. A file appears whole; names that begin with a dot are
still being written and are not to be read.

## In SAP

| Transaction | What |
| --- | --- |
| WE31 | segments `{header_segment}` and `{field_segment}`, with the fields below, all of type CHAR; release them |
| WE30 | basic type `{basic_type}`: `{header_segment}` (mandatory, once), below it `{field_segment}` (optional, 0 to 9999) |
| WE81, WE82 | message type `{message_type}`, and that it belongs to `{basic_type}` |
| WE57, BD51, WE42 | the inbound function module that reads both segments, and its process code |
| WE21, WE20 | file port `WAYBILL`, partner profile of Waybill with the inbound message and process code |
| SM36 | a job with RSEINB00 (or your own program) that reads the folder, file by file, in order of their age |

The function module keeps the highest REVISION of each ENTITY and EXTID that it has processed, and drops a
message whose REVISION is not higher: Waybill sends a message again when it does not know whether it
arrived.

### Segment {header_segment}

{header}
### Segment {field_segment}, once for each field and part of a long value

{field}
## Receipts

With `receipts` in `waybill.toml` the job leaves, in that folder and under a temporary name first,
`ID.ok` (its first line: SAP's own number of the record, may be empty) or `ID.err` (first line: a code
without blanks, then what is wrong in words). Until then the message counts as on its way.
"""


def documents(
    message_type: str, basic_type: str, header_segment: str, field_segment: str
) -> dict[str, bytes]:
    """File name -> content."""
    page = _PAGE.format(
        control=width(CONTROL),
        data=width(DATA),
        message_type=message_type,
        basic_type=basic_type,
        header_segment=header_segment,
        field_segment=field_segment,
        header=_table(HEADER),
        field=_table(FIELD),
    )
    return {"sap-idoc-setup.md": page.encode()}


def _table(layout: Layout) -> str:
    rows = [f"| {name} | {size} | {MEANINGS[name]} |\n" for name, size in layout]
    return "| Field | Length | Holds |\n| --- | --- | --- |\n" + "".join(rows)
