"""The command line, a face.

Noun then verb; `--json` on every answer, one object, which only grows; exit codes 0 fine,
1 attention needed, 2 wrong use, 3 service unreachable. A person never sees a traceback, and what
came from an ERP never reaches a terminal as control characters.

Two halves: `ask` puts questions to a running service and knows nothing else of the agent; the
other modules (`run`, `setup`, `offline`) work without one and reach it through `agent.app`.
"""
