"""The log tells what happened, and never what the data says."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent import log
from agent.errors import SourceUnavailable

Read = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    monkeypatch.setattr(log, "_secrets", log._Secrets())
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    log.configure(tmp_path / "logs")

    def read() -> list[dict[str, object]]:
        text = (tmp_path / "logs" / "waybill.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n")[:-1]]

    yield read
    for handler in [item for item in root.handlers if getattr(item, "of_waybill", False)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raising


def test_a_line_is_one_json_object_that_begins_with_when_and_what(lines: Read) -> None:
    log.get_logger("agent.runtime").info("A read ended.", source="customers", rows=3000)
    (line,) = lines()
    assert list(line) == ["timestamp", "level", "logger", "event", "source", "rows"]
    assert (line["level"], line["logger"], line["rows"]) == ("info", "agent.runtime", 3000)
    assert str(line["timestamp"]).endswith("Z")


def test_a_field_that_nobody_allowed_loses_its_value(lines: Read) -> None:
    log.get_logger("agent.x").info("A row.", credit_limit="125000.00", external_id="C-100")
    (line,) = lines()
    assert (line["credit_limit"], line["external_id"]) == ("…", "…")


@pytest.mark.parametrize("value", [b"bytes", {"name": "Müller"}, object(), ValueError("Müller")])
def test_an_allowed_field_shows_only_plain_values(lines: Read, value: object) -> None:
    log.get_logger("agent.x").info("Odd.", reason=value)
    assert lines()[0]["reason"] == "…"


def test_plain_values_are_shown_as_they_are(lines: Read, tmp_path: Path) -> None:
    log.get_logger("agent.x").info(
        "Plain.", folder=tmp_path, age=timedelta(minutes=1), count=None, free=1.5, reason=["a", 1]
    )
    (line,) = lines()
    shown = [line[name] for name in ("folder", "age", "count", "free", "reason")]
    assert shown == [str(tmp_path), 60.0, None, 1.5, ["a", 1]]


@pytest.mark.parametrize(
    "leak",
    [
        "hunter2-hunter2",
        "aHVudGVyMi1odW50ZXIy",
        "p%40ss%2Fword%20%C3%BC",
        "p@ss/word ü",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw",
    ],
)
def test_a_live_secret_is_masked_in_every_form(
    lines: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str], leak: str
) -> None:
    log.configure(tmp_path / "logs")  # now that stderr is captured
    log.protect("hunter2-hunter2")
    log.protect("p@ss/word ü")
    log.protect("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n-----END KEY-----\n")
    log.get_logger("agent.x").info(f"Said {leak}.", reason=f"because of {leak}")
    text = json.dumps(lines(), ensure_ascii=False) + capsys.readouterr().err
    assert leak not in text
    assert text.count("[secret]") == 4


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer 00Dxx0000001gPL!AQ4AQFsecretsecret", "Bearer [secret]"),
        ("token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl", "token [secret]"),
        ("DRIVER=x;UID=u;PWD={my;pass};DSN=ERP", "DRIVER=x;UID=u;PWD=[secret];DSN=ERP"),
        ('{"password": "abc", "a": 1}', '{"password": [secret], "a": 1}'),
        ("https://user:pass@example.test/a", "https://[secret]@example.test/a"),
        ("https://example.test/a?name=M%C3%BCller&id=1", "https://example.test/a?…"),
        ("00D5g000004ABCD!AQEAQK1.x_y", "[secret]"),
        ("is pat-eu1-0a1b2c3d-1111-2222-3333-0a1b2c3d4e5f", "is [secret]"),
        ("-----BEGIN PRIVATE KEY-----\nabc", "[secret]"),
        ("x Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6MTIz", "x [secret]"),
    ],
)
def test_what_looks_like_a_token_is_masked(text: str, kept: str) -> None:
    assert kept in log.redact(text)
    assert not set(text.split()) <= set(log.redact(text).split())


@pytest.mark.parametrize(
    "text",
    [
        "The folder /var/lib/waybill/exports/archive/2026/CUSTOMERS_2026-11-20.CSV is gone.",
        "id 3f786850e387550fdab836ed7e6dc881de23001b3f786850e387550fdab836ed",
        "https://example.my.salesforce.com/services/data/v62.0/composite/sobjects",
        "The password was wrong.",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert log.redact(text) == text


def test_control_characters_cannot_forge_a_line(
    lines: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure(tmp_path / "logs")  # now that stderr is captured
    log.get_logger("agent.x").info("A\nB", file="x\r\n2026 ERROR forged\x1b[31m\u2028\ud800")
    (line,) = lines()
    assert line["event"] == "A\\nB"
    assert line["file"] == "x\\r\\n2026 ERROR forged\\x1b[31m\\u2028\\ud800"
    assert len(capsys.readouterr().err.splitlines()) == 1


def fail_with(value: str) -> None:
    hidden = value + "-in-a-local"
    raise ValueError(f"cannot convert {hidden}")


def test_a_foreign_exception_shows_its_type_and_place_and_not_its_text(lines: Read) -> None:
    try:
        fail_with("müller".title())  # a traceback shows the line itself
    except ValueError:
        log.get_logger("agent.x").exception("A row could not be parsed.")
    (line,) = lines()
    assert "Müller" not in str(line)
    assert "in fail_with" in str(line["exception"])
    assert "ValueError: (its text is not logged)" in str(line["exception"])


def test_our_own_and_the_systems_exceptions_are_told(lines: Read) -> None:
    try:
        try:
            Path("/nonexistent/Müller").read_bytes()
        except OSError as error:
            raise SourceUnavailable("The folder is gone.") from error
    except SourceUnavailable as error:
        log.get_logger("agent.x").warning("Reading failed.", exc_info=error)
    told = str(lines()[0]["exception"])
    assert "FileNotFoundError: No such file or directory (2)" in told
    assert told.endswith("SourceUnavailable: The folder is gone. [SOURCE_UNAVAILABLE]\n")


def test_libraries_are_heard_from_warning_upwards_and_redacted(lines: Read) -> None:
    for name in ("httpx", "httpcore", "urllib3", "watchdog", "anything"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("GET %s", "https://h.test/q?name=Müller")
    assert [line["event"] for line in lines()] == ["GET https://h.test/q?…"] * 5


@pytest.mark.parametrize(("verbose", "count"), [(False, 1), (True, 2)])
def test_debug_lines_come_with_verbose_only(
    lines: Read, tmp_path: Path, verbose: bool, count: int
) -> None:
    log.configure(tmp_path / "logs", verbose=verbose)
    log.get_logger("adapters.files").debug("Detail.")
    log.get_logger("adapters.files").info("Event.")
    assert len(lines()) == count


def test_configuring_twice_does_not_say_everything_twice(
    lines: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure(tmp_path / "logs")
    log.get_logger("agent.x").info("Once.")
    assert len(lines()) == 1
    assert capsys.readouterr().err.count("Once.") == 1


def test_the_log_turns_over_at_its_size(
    lines: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MAX_BYTES", 1000)
    log.configure(tmp_path / "logs")
    for number in range(200):
        log.get_logger("agent.x").info("A line.", number=number)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 1 + log.KEPT_FILES
    assert all(path.stat().st_size <= 1000 for path in files)
    assert lines()[-1]["number"] == 199


def test_a_folder_that_cannot_be_written_is_told_on_stderr_and_stops_nothing(
    lines: Read, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    log.configure(tmp_path / "taken")
    log.get_logger("agent.x").info("Still here.")
    err = capsys.readouterr().err
    assert "cannot be written" in err
    assert "Still here." in err
    assert lines() == []
