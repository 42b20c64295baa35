"""What we rely on in Qt for Python itself."""

import sys

import pytest
from PySide6.QtWidgets import QLabel

CALLS = 500


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot die there")
def test_calls_of_qt_leave_none_alive(qapp):
    """PySide6 6.12.0 lost a reference of None at every call: after some thousand, Python died."""
    label = QLabel()
    label.setText("a")
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        label.setText("b")
    assert sys.getrefcount(None) > before - CALLS / 2
