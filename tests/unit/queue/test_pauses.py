"""A pause stands until a person or its own end takes it away."""

from tests.route.harness import Route


def test_a_pause_with_an_end_is_over_by_itself(route: Route) -> None:
    route.store.set_paused("all", "", paused=True, seconds=900)
    assert route.store.paused("flow", "accounts")
    assert route.store.paused_until() == route.store.now() + 900
    route.clock.pass_(899)
    assert route.store.paused("all", "")
    route.clock.pass_(1)
    assert not route.store.paused("all", "")
    assert not route.store.paused("flow", "accounts")


def test_a_pause_of_one_flow_ends_without_that_of_another(route: Route) -> None:
    route.store.set_paused("flow", "accounts", paused=True, seconds=60)
    route.store.set_paused("flow", "contacts", paused=True)
    route.clock.pass_(61)
    assert not route.store.paused("flow", "accounts")
    assert route.store.paused("flow", "contacts")


def test_pausing_again_without_an_end_forgets_the_end(route: Route) -> None:
    route.store.set_paused("all", "", paused=True, seconds=60)
    route.store.set_paused("all", "", paused=True)
    route.clock.pass_(3600)
    assert route.store.paused("all", "")
    route.store.set_paused("all", "", paused=False)
    assert not route.store.paused("all", "")
    assert route.store.paused_until() is None


def test_a_pause_and_its_end_outlive_the_agent(route: Route) -> None:
    route.store.set_paused("target", "crm", paused=True)
    route.store.set_paused("all", "", paused=True, seconds=60)
    route.crash()
    assert route.store.paused_until() is not None
    assert route.store.paused("source", "erp")
    route.clock.pass_(61)
    assert not route.store.paused("source", "erp")
    assert route.store.paused("target", "crm")
