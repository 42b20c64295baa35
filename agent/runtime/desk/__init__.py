"""The exception desk: what waits for a person, why, and what people do about it.

Parked messages and records that could not be read are shown by cause and one by one (`said`), sent
again after a look at what would become of it (`preview`), set aside and taken back, and edited
(`edits`), also by a spreadsheet (`sheet`). What a whole group needs becomes a rule (`rules`). What may stand in a message is known to `contents`.
`asked` answers the methods `exceptions.*` of the control API.

A reference names one of them for good: `E17` is an entry, `U3` an unreadable record.
"""

from agent.runtime.desk.asked import ExceptionDesk, OnAct
from agent.runtime.desk.contents import Content
from agent.runtime.desk.row_edits import RowDesk
from agent.runtime.desk.rules import RuleDesk

__all__ = ["Content", "ExceptionDesk", "OnAct", "RowDesk", "RuleDesk"]
