"""The generic REST target against what every target promises."""

import pytest

from agent.model import Rejected, Stamp
from tests.contract.target_suite import TargetSuite
from tests.rest_api import RestRig


class TestRest(TargetSuite):
    @pytest.fixture
    def rig(self, tmp_path):
        rig = RestRig(tmp_path)
        yield rig
        rig.close()

    def test_a_listing_holds_everything_once(self, rig):
        """It cannot list: it can be asked for single records only."""
        assert list(rig.target.list("account", None).items) == []

    def test_it_says_that_nothing_can_be_linked(self, rig):
        assert not rig.target.links
        assert list(rig.target.match("account", ["name"], None).items) == []
        (receipt,) = rig.target.stamp("account", [Stamp("1", "C-1")])
        assert isinstance(receipt, Rejected)
        assert receipt.code == "LINK_UNSUPPORTED"
