"""Kill points: the real agent dies at the Nth system call, starts again, and nothing is lost.

`inject.c` faults one call into the C library; `stage` is the agent's side, a process that forks
one agent per run; `field` is the world around it (an ERP's exports, a CRM that records every
effect and is never faulted); `verdict` compares both ends. `loop` plays points.
"""
