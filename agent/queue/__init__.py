"""The durable sealed outbox: the only SQL on our own database.

One process, one connection, one lock. SQLite in WAL with `synchronous=FULL` and
`locking_mode=EXCLUSIVE`; every promise about durability rests on that and is checked at start.

Invariants:
- A page of a read commits its entries, the memory of its rows and its progress in one
  transaction (guarantee 1). The checkpoint of a full read is in the transaction of its end.
- Sequence numbers only grow, also after a rollback: they are the revisions of the lanes, so a
  later message of a lane always has the higher one, and an id is never made twice (RULES 7).
- An entry leaves `sending` only by a receipt, a look-up, or the end of the time in which a lost
  attempt can still take effect (RULES 19).
- Business data, keys and reasons are sealed; what stands in clear are counts, states, times,
  codes, and keyed hashes (guarantee 7).
- The high-water mark outside the database is written before any effect leaves (RULES 25).
"""
