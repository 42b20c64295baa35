"""Real exports that nobody here wrote, read to their end and compared with their own truth."""

from __future__ import annotations

import codecs
import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.sources.files import FilesConfig, make
from agent.clock import SystemClock
from agent.model import Raw, Record
from agent.ports import AdapterContext

pytestmark = pytest.mark.shared

SAP_ROWS = {
    "SalesOrders": 334,
    "SalesOrderItems": 1930,
    "BusinessPartners": 40,
    "Addresses": 54,
    "Products": 42,
    "ProductTexts": 44,
    "ProductCategories": 9,
    "ProductCategoryText": 9,
}
SAP_KEYS = {
    "SalesOrderItems": ["SALESORDERID", "SALESORDERITEM"],
    "ProductTexts": ["PRODUCTID", "LANGUAGE"],
    "ProductCategoryText": ["PRODCATEGORYID", "LANGUAGE"],
}


class NoSecrets:
    def get(self, name: str) -> str:
        raise KeyError(name)


def read(path: Path, key: list[str], **form: object) -> tuple[list[str], list[Record], bool]:
    settings = FilesConfig.model_validate(
        {
            "folder": str(path.parent),
            "pattern": path.name,
            "content": "full",
            "format": {"kind": "delimited", **form},
            "key": key,
            "ready": {"quiet": "0s"},
        }
    )
    source = make(settings, AdapterContext("corpus", SystemClock(), NoSecrets(), path.parent))
    found = source.read(None)
    assert found is not None
    raws = [Raw(d, p.place(i)) for p in found.pages() for i, d in enumerate(p.records)]
    records = found.parse(raws)
    data = path.read_bytes()
    for raw in raws:
        assert data[raw.place.offset : raw.place.offset + len(raw.data)] == raw.data
        assert data[: raw.place.offset].count(b"\n") == raw.place.line - 1
    assert all(isinstance(record, Record) for record in records)
    complete = found.end().complete
    found.close()
    source.close()
    return list(found.columns), list(records), complete


def cases(folder: str, pattern: str, without: str = "") -> list[str]:
    root = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / folder
    return sorted({path.stem for path in root.glob(pattern)} - {without}) or ["(absent)"]


@pytest.mark.parametrize("case", cases("csv-spectrum/csvs", "*.csv"))
def test_every_case_of_csv_spectrum_reads_as_its_json_says(shared, case):
    folder = shared / "corpora" / "csv-spectrum"
    path = folder / "csvs" / f"{case}.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    columns, records, complete = read(path, header)
    rows = [dict(zip(columns, record.values, strict=True)) for record in records]
    assert rows == json.loads((folder / "json" / f"{case}.json").read_text(encoding="utf-8"))
    assert complete


@pytest.mark.parametrize("table", sorted(SAP_ROWS))
def test_sap_exports_have_the_counts_and_values_that_python_reads(shared, table):
    path = shared / "corpora" / "sap-bikes" / f"{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    columns, records, complete = read(path, SAP_KEYS.get(table, header[:1]))
    assert columns == header
    assert [list(record.values) for record in records] == rows
    assert len(records) == SAP_ROWS[table]
    assert len({record.key for record in records}) == SAP_ROWS[table]
    assert complete


def test_sap_order_totals_survive_to_the_third_decimal(shared):
    path = shared / "corpora" / "sap-bikes" / "SalesOrders.csv"
    columns, records, _ = read(path, ["SALESORDERID"])
    net = columns.index("NETAMOUNT")
    assert sum(Decimal(record.values[net]) for record in records) == Decimal("17879642.375")
    assert records[0].key == ("0500000000",)


@pytest.mark.parametrize("name", cases("adventureworks", "*.csv", "layout"))
def test_adventureworks_files_have_the_rows_and_columns_of_their_layout(shared, name):
    folder = shared / "corpora" / "adventureworks"
    with (folder / "layout.csv").open(encoding="utf-8", newline="") as file:
        layout = {row["file"]: row for row in csv.DictReader(file)}[f"{name}.csv"]
    between, after = (
        codecs.decode(layout[which], "unicode_escape")
        for which in ("field_separator", "row_separator")
    )
    names = [f"C{number}" for number in range(int(layout["columns"]))]
    columns, records, complete = read(
        folder / f"{name}.csv",
        names,
        delimiter=between,
        record_end="" if after == "\n" else after,
        quote="",
        header=False,
        columns=names,
        encoding=layout["encoding"],
    )
    text = (folder / f"{name}.csv").read_bytes().decode(layout["encoding"])
    parts = text.split(after)
    assert parts.pop() == ""
    assert columns == names
    assert [list(record.values) for record in records] == [part.split(between) for part in parts]
    assert len(records) == int(layout["rows"])
    assert complete
