"""Oracle CX Sales keeps every promise of the suites, against its sandbox over real sockets."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox
from tests.contract.link_suite import LinkSuite
from tests.contract.oracle_rig import OracleRig
from tests.contract.target_suite import TargetSuite


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path / "sandbox", crm="oracle", seed=1) as running:
        yield running
        assert list(running.crashes) == []


class TestOracle(TargetSuite):
    @pytest.fixture(params=["basic", "client_credentials", "jwt"])
    def rig(self, sandbox, tmp_path, request):
        rig = OracleRig(sandbox, tmp_path, request.param)
        yield rig
        rig.target.close()


class TestOracleThatTrustsUpserts(TargetSuite):
    @pytest.fixture
    def rig(self, sandbox, tmp_path):
        rig = OracleRig(sandbox, tmp_path, settings={"upsert_matches": ["account"]})
        yield rig
        rig.target.close()


class TestOracleLinks(LinkSuite):
    @pytest.fixture
    def links(self, sandbox, tmp_path):
        sandbox.options.page_size = 100
        rig = OracleRig(sandbox, tmp_path, method="PATCH")
        yield rig
        rig.target.close()
