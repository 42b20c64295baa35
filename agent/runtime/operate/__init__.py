"""What people look at while the agent works: windows of long lists, history, logs, evidence.

Nearly everything here only reads. `windows` shows the parts of a list that fit a screen, `history`
what each hour brought, `logs` the log, `reconciled` where every row of a read is, `evidence` the
audit. `support` helps where something does not work, also without a service: `doctor` looks around,
`bundle` makes texts that may leave the house (`pseudonyms`, `words`, `records`). `OperateDesk`
answers their methods of the control API, `made` puts it together.
"""

from agent.runtime.operate.desk import Answer, Caller, OperateDesk
from agent.runtime.operate.support import Place, without_agent

__all__ = ["Answer", "Caller", "OperateDesk", "Place", "without_agent"]
