"""Short stories of the route, one promise each; `test_traces` runs them, `test_mutants` breaks them.

A trace takes a fresh Route and asserts. Its name is the promise; its tag names the rule that it
needs: the mutant of that tag makes it fail. A module of traces registers them when it is loaded.
"""

from tests.route.traces import (
    desk,
    families,
    groups,
    jobs,
    lanes,
    line,
    lives,
    meanwhile,
    memory,
    parents,
    publishing,
    reading,
    repeating,
    rollback,
    rotation,
    rules,
    seeding,
)
from tests.route.traces.story import STORIES

__all__ = [
    "STORIES",
    "desk",
    "families",
    "groups",
    "jobs",
    "lanes",
    "line",
    "lives",
    "meanwhile",
    "memory",
    "parents",
    "publishing",
    "reading",
    "repeating",
    "rollback",
    "rotation",
    "rules",
    "seeding",
]
