"""A mapper is made once for the columns that read after read brings, and for no others."""

from collections.abc import Sequence

import pytest

from agent.errors import SourceChanged
from agent.model import Draft
from agent.runtime.flow_plans import kept
from agent.runtime.plan import Mapper


def test_columns_in_another_order_have_another_mapper_and_missing_ones_are_told_each_time() -> None:
    asked: list[Sequence[str]] = []

    def bind(columns: Sequence[str]) -> Mapper:
        asked.append(columns)
        if "NO" not in columns:
            raise SourceChanged("NO is missing.")
        at = columns.index("NO")
        return lambda values: Draft(str(values[at]), {})

    bound = kept(bind)
    for _ in range(2):
        for columns, values in ((["NO", "NAME"], ["1", "x"]), (("NAME", "NO"), ("x", "1"))):
            made = bound(columns)(values)
            assert isinstance(made, Draft)
            assert made.external_id == "1"
    assert asked == [("NO", "NAME"), ("NAME", "NO")]
    for _ in range(2):
        with pytest.raises(SourceChanged):
            bound(["NAME"])
    assert len(asked) == 4
