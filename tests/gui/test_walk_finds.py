"""The walk finds what it is for."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from tests.gui.walk import clipped, nameless, overlapping, unreachable


def shown(qtbot, *children):
    whole = QWidget()
    qtbot.addWidget(whole)
    whole.resize(400, 200)
    for child in children:
        child.setParent(whole)
    with qtbot.waitActive(whole):
        whole.show()
        whole.activateWindow()
    return whole


def test_clipped_texts_are_found(qtbot):
    label, button = QLabel("A text that needs more room"), QPushButton("Send 3 records again")
    label.setGeometry(10, 10, 40, 20)
    button.setGeometry(10, 60, 40, 30)
    found = clipped(shown(qtbot, label, button))
    assert len(found) == 2


def test_what_its_parent_cuts_is_found(qtbot):
    button = QPushButton("OK")
    button.setGeometry(360, 10, 100, 30)
    assert any("cut by its parent" in fault for fault in clipped(shown(qtbot, button)))


def test_overlapping_widgets_are_found(qtbot):
    one, other = QPushButton("One"), QPushButton("Other")
    one.setGeometry(10, 10, 100, 30)
    other.setGeometry(80, 20, 100, 30)
    assert len(overlapping(shown(qtbot, one, other))) == 1


def test_nameless_and_unreachable_controls_are_found(qtbot):
    from PySide6.QtCore import Qt

    whole = QWidget()
    qtbot.addWidget(whole)
    layout = QHBoxLayout(whole)
    named, plain, lost = QLineEdit(), QLineEdit(), QPushButton("Lost")
    named.setAccessibleName("Named")
    lost.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for widget in (named, plain, lost):
        layout.addWidget(widget)
    with qtbot.waitActive(whole):
        whole.show()
        whole.activateWindow()
    assert len(nameless(whole)) == 1
    (fault,) = unreachable(whole, whole)
    assert "Lost" in fault
