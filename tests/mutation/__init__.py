"""Mutation testing: small faults are put into a room, one at a time, and its unit tests must fail.

- `mutate`  finds what can be changed in a module and makes the changed code
- `cover`   which unit test runs which line, and how long it takes
- `trial`   runs the tests against one mutant in a process of its own
- `equivalent.toml` lists mutants that nobody could tell from the original, each with its reason

`python3 dev.py mutants [ROOM...] [--sample N] [--seed S]`. Own code, for the known libraries write
all mutants into one file (which tests that read the source rightly refuse), leave tables and
defaults outside functions alone, and change the prose of errors.
"""
