"""What every adapter keeps to so that its settings can stand beside the agent's."""

import pytest

from adapters.catalogue import ALERTS, SOURCES, TARGETS
from agent.config.alerts import ALERT_KEYS
from agent.config.model import SOURCE_KEYS, TARGET_KEYS


@pytest.mark.parametrize(
    ("kinds", "ours"), [(SOURCES, SOURCE_KEYS), (TARGETS, TARGET_KEYS), (ALERTS, ALERT_KEYS)]
)
def test_no_adapter_takes_the_agents_keys(kinds, ours):
    taken = {name: ours & set(kind.settings.model_fields) for name, kind in kinds.items()}
    assert kinds
    assert not any(taken.values()), taken
