"""Receipts in, Decisions out. Pure: no time of its own, no I/O.

`policy` decides about one entry, `pace` about a whole target (back-off, circuit breaker, batch
size), `doubt` about entries whose outcome is unknown. The queue remembers what is decided.
"""
