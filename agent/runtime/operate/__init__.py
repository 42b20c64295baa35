"""What people look at while the agent works: windows of long lists, history, logs, evidence.

Everything here reads. `windows` shows the parts of a list that fit a screen; `history` what each
hour brought. `OperateDesk` answers their methods of the control API, `made` puts it together.
"""

from agent.runtime.operate.desk import Answer, Caller, OperateDesk

__all__ = ["Answer", "Caller", "OperateDesk"]
