"""The peer for whole loads: dlt into DuckDB with `scd2`, its one way that sees deletes too.

Rows travel as Arrow tables, dlt's fastest form. The warehouse is plain text; each changed row keeps
its former version beside it. Runs in the peers' environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import Meter

TABLE = "customers"
_BATCH = 100_000


def load(export: str, home: str) -> dict[str, object]:
    """Load an export into this home: the first one, or the next."""
    os.environ |= {
        "DLT_DATA_DIR": home,
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
        "NORMALIZE__WORKERS": str(os.cpu_count() or 1),
        "DATA_WRITER__BUFFER_MAX_ITEMS": "50000",
        "DATA_WRITER__FILE_MAX_ITEMS": "250000",
    }
    import dlt

    warehouse = dlt.destinations.duckdb(str(Path(home) / "warehouse.duckdb"))
    pipeline = dlt.pipeline(
        "bench", destination=warehouse, dataset_name="erp", pipelines_dir=f"{home}/pipelines"
    )
    resource = dlt.resource(
        _tables(Path(export)),
        name=TABLE,
        write_disposition={
            "disposition": "merge",
            "strategy": "scd2",
            "row_version_column_name": "row_hash",
        },
    )
    with Meter() as meter:
        pipeline.run(resource)
    with pipeline.sql_client() as client:
        living = f"select count(*) from {TABLE} where _dlt_valid_to is null"
        rows = client.execute_sql(living)[0][0]
    return meter.report(rows=rows)


def _tables(path: Path) -> Iterator[object]:
    import pandas as pd
    import pyarrow as pa
    from pyarrow import csv

    with path.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    table = csv.read_csv(
        path,
        csv.ReadOptions(block_size=1 << 24),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    ).rename_columns([name.lower() for name in names])
    for batch in table.to_batches(_BATCH):
        part = pa.Table.from_batches([batch])
        hashes = pd.util.hash_pandas_object(part.to_pandas(deduplicate_objects=False), index=False)
        yield part.append_column("row_hash", pa.array(hashes.to_numpy().view("int64")))
