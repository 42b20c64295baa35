"""The window's rooms, a face in PySide6.

A face shows what the service says and asks it for what a person wants; it computes no status of
its own and reaches the agent through `agent.control.client` and `agent.control.api` only. Nothing
that waits runs in the window's thread.
"""
