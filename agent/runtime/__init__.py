"""The shell: threads, time, loops. The only place where the stages meet.

- `plan`     what the configuration means: streams, flows, targets, resolved
- `capture`  one read of one stream: survey, emit, deletes, end (uses `emit`, `spool`)
- `deliver`  one step of one target: claim, parents, send, decide (uses `parents`, `doubts`)
- `workers`  the threads around them: one per source, one or more per target
- `service`  what the control API asks of the running agent

A worker without its thread is a function that tests call.
"""
