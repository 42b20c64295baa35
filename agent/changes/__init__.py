"""Records in, Changes out. Pure.

- `fingerprint` hashes raw records with their meaning, values by column name, lanes, messages
- `survey`      looks at all records of a read before anything is committed: which are known,
                which must be parsed, which of several records of one key wins (RULES 3), which
                rows are missing
- `judge`       compares one parsed record with the row's memory: which entries it causes
- `guard`       decides whether so many deletes or changes are believable (RULES 11)

Raw bytes, then values by column name, then the mapped message are compared, in this order; only
a different message makes an entry (RULES 1).
"""
