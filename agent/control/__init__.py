"""The local API between the agent and its faces.

JSON-RPC 2.0, one JSON object a line, over a Unix socket or a named pipe; no network listener.
Invariants:

- Who calls is what the kernel says, never what the caller claims; who may not call is refused
  before anything he sent is read. The client in turn checks whose service answers.
- A slow, broken or hostile client costs the service one bounded thread for a bounded time.
- Secrets go in and never come out; every write is reported for the audit, refused ones too.

`api` says what may be asked, `wire` how it travels, `transport*` over what; `server` answers for
the service and `client` asks for the faces. Faces import `api` and `client` only,
and `sheet`, which is how all of them write parked rows to a file and read them back.
"""
