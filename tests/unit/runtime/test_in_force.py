"""Which fields a mapping changes: what an undo may touch."""

from agent.runtime.workshop.in_force import added_fields, changed_fields

OLD = 'version = 1\nexternal_id = "NO"\n[fields]\nname = "NAME"\nphone = "TEL"\n'


def test_only_fields_with_another_rule_are_changed() -> None:
    new = OLD.replace('"TEL"', '{ column = "TEL", blank = ["-"] }') + 'fax = "FAX"\n'
    assert changed_fields(OLD, new) == ["fax", "phone"]
    assert added_fields(OLD, new) == ["fax"]


def test_comments_and_order_change_nothing() -> None:
    new = '# later\nexternal_id = "NO"\nversion = 1\n[fields]\nphone = "TEL"\nname = "NAME"\n'
    assert changed_fields(OLD, new) == []


def test_whatever_stands_outside_of_the_fields_may_change_any_of_them() -> None:
    assert changed_fields(OLD, OLD.replace('"NO"', '"KEY"')) is None
