"""Receipts in, Decisions out. Pure: no time of its own, no I/O.

`policy` decides about one entry, `doubt` about entries whose outcome is unknown, `pace` about a
whole target (back-off, circuit breaker, how many at once), `limits` about rates and days, `turns`
about whose turn it is, `suspects` about batches that were refused as a whole. The queue remembers
what is decided about entries; what is known of a target is found out anew after a start.
"""
