"""What may be configured, and what is refused with words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from adapters.sources.odbc import OdbcConfig

GOOD = {"dsn": "ERP", "table": "dbo.INVHDR", "key": ["INVNO"]}


def test_the_least_that_is_needed_has_sound_defaults():
    config = OdbcConfig.model_validate(GOOD)
    assert config.changes.by == "compare"
    assert config.timeout == timedelta(minutes=5)
    assert config.fetch == 2000


def test_a_watermark_as_in_the_handbook_is_understood():
    changes = {"by": "watermark", "column": "CHANGED_AT", "lag": "5m", "recount": "0 2 * * *"}
    config = OdbcConfig.model_validate({**GOOD, "changes": changes})
    assert config.changes.lag == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"connection": {"server": "x"}}, "either `dsn` or `connection`"),
        ({"dsn": None}, "either `dsn` or `connection`"),
        ({"query": "select 1"}, "either `table` or `query`"),
        ({"key": []}, "at least 1"),
        ({"key": ["A", "A"]}, "names a column twice"),
        ({"user": "erp", "password": "open sesame"}, "secret:"),
        ({"password": "secret:x"}, "needs `user`"),
        ({"dsn": None, "connection": {"pwd": "x"}}, "use `user` and `password`"),
        ({"dsn": None, "connection": {"ConnSettings": "drop table x"}}, "not allowed"),
        ({"dsn": None, "connection": {"LoadExt": "/tmp/x.so"}}, "not allowed"),
        ({"timeout": "soon"}, "such as"),
        ({"timeout": 5}, "such as"),
        ({"changes": {"by": "watermark", "column": "A", "recount": "whenever"}}, "cron"),
        ({"changes": {"by": "triggers"}}, "compare"),
        ({"columms": ["A"]}, "columms"),
        ({"table": None, "query": "delete from x"}, "only read"),
        ({"table": None, "query": "select 1; drop table x"}, "semicolon"),
        ({"table": None, "query": "with x as (delete from y) select 1"}, "writes"),
        ({"table": None, "query": "select 1 -- x"}, "comments"),
    ],
)
def test_what_is_wrong_is_refused_and_said(change, said):
    with pytest.raises(ValidationError) as caught:
        OdbcConfig.model_validate({**GOOD, **change})
    assert said in str(caught.value)


def test_a_query_may_speak_of_writing_inside_its_quotes():
    query = "select 'update; --' as note from x where \"delete\" = 1"
    assert OdbcConfig.model_validate({**GOOD, "table": None, "query": query}).query == query


def test_every_field_says_what_it_is_for():
    assert all(field.description for field in OdbcConfig.model_fields.values())
