"""What a text names is told beside its code, so that faces can say it in another language."""

import ast
import errno
from datetime import timedelta
from pathlib import Path

from adapters.sources.files.trouble import unavailable
from agent.clock import SystemClock
from agent.errors import TargetAuthError, TargetUnavailable
from agent.health import Conditions
from agent.runtime import line_said

RUNTIME = Path(line_said.__file__).parent


def raised() -> list[tuple[str, ast.Call]]:
    """Every place in the runtime at which a condition is raised."""
    return [
        (f"{path.name}:{node.lineno}", node)
        for path in sorted(RUNTIME.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "raise_"
    ]


def test_every_condition_whose_text_names_something_tells_the_names():
    places = raised()
    assert len(places) > 15
    without = [
        place
        for place, call in places
        if not any(keyword.arg == "params" for keyword in call.keywords)
        and not all(isinstance(part, ast.Constant) for part in call.args[1:4])
        and not isinstance(call.args[2], ast.Constant)
    ]
    assert without == []


def test_a_target_that_refuses_us_is_named_and_so_is_when_it_is_tried_again():
    conditions = Conditions(SystemClock())
    tell = line_said.told(conditions)
    tell("crm", TargetAuthError("No.", code="SIGN_IN_EXPIRED", params={"user": "anna"}))
    (said,) = conditions.list()
    assert (said.code, said.params) == ("SIGN_IN_EXPIRED", {"target": "crm", "user": "anna"})
    tell("crm", TargetUnavailable("Wait.", code="RATE_LIMITED", retry_after=timedelta(minutes=2)))
    (said,) = conditions.list()
    assert said.params == {"target": "crm", "seconds": "120"}


def test_a_folder_that_cannot_be_read_is_named_with_the_account():
    error = unavailable(PermissionError(errno.EACCES, "no"), Path("/erp/out"), folder=True)
    assert error.code == "PERMISSION_DENIED"
    assert error.params["path"] == "/erp/out"
    assert error.params["account"]
