"""The status as text for a support request: states, counts and codes, no values of records."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion

from gui.bridge import Bridge
from gui.sentences import sentence, state
from gui.session import Session


def status_for_support(session: Session, bridge: Bridge) -> str:
    """Some lines to paste into a mail."""
    status = bridge.status
    lines = [f"Waybill: {sentence(session, status)}", f"State: {state(status).name.lower()}"]
    if bridge.fault is not None:
        lines.append(f"{bridge.fault.code}: {bridge.fault.title}")
    if status is not None:
        lines += [
            f"Machine: {status.get('agent')} ({status.get('environment')})",
            f"Version: {status.get('version')}, at {status.get('at')}",
            f"Health: {status.get('health')}, activity: {status.get('activity')}",
            "Counts: " + ", ".join(f"{name} {n}" for name, n in status.get("counts", {}).items()),
        ]
        for reason in status.get("reasons", ()):
            lines.append(f"{reason['code']} {reason['subject']} since {reason['since']}")
            lines.append(f"  {reason['title']} {reason['meaning']}")
        for part in ("sources", "targets"):
            for item in status.get(part, ()):
                lines.append(f"{part[:-1]} {item['name']} ({item['kind']}): {item['state']}")
    lines.append(f"System: {platform.system()} {platform.release()}, Qt {qVersion()}")
    return "\n".join(lines)
