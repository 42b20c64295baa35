"""The benchmarks: Waybill beside what a person would otherwise use, on the same input.

    python -m tests.bench [NAME...] [--json] [--rows N] [--rounds N]

`goals` names the benchmarks with their floors and aims; `load`, `enqueue`, `delivery`, `odbc` and
`scale` measure ours and theirs, `peer_duckdb` and `peer_dlt` are the peers, which run in an
environment of their own (`environment`). Every measurement is a process of its own (`worker`), so
that its peak memory is its own; ours and theirs take turns, and medians are compared.
"""
