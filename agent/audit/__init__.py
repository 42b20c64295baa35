"""Who did what, in a chain that shows every alteration.

`audit.log` holds one JSON object a line. Each carries a keyed hash over itself and the hash before
it, so that whoever lacks the key cannot edit, insert, remove or reorder a line unnoticed. Cutting
lines off the end is noticed against a head kept elsewhere (the store's high-water mark).

- A record is on the disk before `append` returns.
- No business data: who, when, what action on which object, how it ended, and digests of details.
- A line torn by a crash is cut off at the next start, and the cut is recorded in the chain.
"""

from agent.audit.chain import Audit, AuditRecord, Finding, Head

__all__ = ["Audit", "AuditRecord", "Finding", "Head"]
