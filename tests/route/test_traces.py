"""What the route promises, one story each (see `traces`)."""

import pytest

from agent import arrays
from tests.route.harness import Route
from tests.route.traces import STORIES


@pytest.mark.parametrize("pure", [False, True], ids=["numpy", "plain"])
@pytest.mark.parametrize("name", STORIES)
def test_promise(name: str, *, pure: bool) -> None:
    if not pure:
        arrays.order(bytes(16 * arrays.WORTH))  # loads it, for small tables too
    route = Route(pure=pure, feeds=STORIES[name].feeds)
    try:
        STORIES[name].trace(route)
        assert not list(route.disagreements())
    finally:
        route.close()
