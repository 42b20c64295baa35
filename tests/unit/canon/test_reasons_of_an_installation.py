"""An installation may decide how bad a reason is and who owns it; the rest stays as it ships."""

from agent.canon.reasons import CATALOGUE, SEVERITIES, Owner, Reasons, Severity, reason


def test_what_nobody_decided_is_as_the_catalogue_says() -> None:
    assert all(Reasons()(code) == reason(code) for code in (*CATALOGUE, "A_VENDORS"))


def test_a_decision_changes_what_it_names_alone() -> None:
    reasons = Reasons({"TOO_LONG": ("critical", ""), "PRECISION": ("", "controlling")})
    known = reason("TOO_LONG")
    assert (reasons("TOO_LONG").severity, reasons("TOO_LONG").owner) == ("critical", known.owner)
    assert (reasons("TOO_LONG").title, reasons("TOO_LONG").code) == (known.title, "TOO_LONG")
    assert (reasons("PRECISION").severity, reasons("PRECISION").owner) == ("error", "controlling")
    assert reasons("URL_INVALID") == reason("URL_INVALID")


def test_a_record_that_could_not_be_read_has_a_reason_that_is_known() -> None:
    reasons = Reasons({"OWN_CODE": ("warning", "me")})
    assert reasons.of_record("TOO_LONG").code == "TOO_LONG"
    assert reasons.of_record("OWN_CODE").code == "OWN_CODE"
    assert reasons.of_record("NO_SUCH_CODE").code == "UNREADABLE"


def test_the_worst_comes_first() -> None:
    reasons = Reasons({"TOO_LONG": ("critical", ""), "PRECISION": ("warning", "")})
    assert SEVERITIES == ("critical", "error", "warning")
    codes = ["PRECISION", "URL_INVALID", "TOO_LONG"]
    assert sorted(codes, key=reasons.rank) == ["TOO_LONG", "URL_INVALID", "PRECISION"]
    assert [reasons.rank(code) for code in codes] == [2, 1, 0]


def test_what_is_sent_all_the_same_is_a_warning_and_everything_else_an_error() -> None:
    warnings = {code for code, one in CATALOGUE.items() if one.severity is Severity.WARNING}
    assert warnings >= {
        "TRANSITION_WRONG", "TRUNCATED", "ROUNDED", "TIME_CUT", "DEFAULTED", "EXTENSION_DROPPED",
        "ADDRESS_NORMALISED",
    }  # fmt: skip
    assert not warnings & {"TOO_LONG", "TOTAL_WRONG", "PARENT_MISSING", "LINK_AMBIGUOUS"}
    assert reason("ROUNDED").owner is Owner.MAPPING
