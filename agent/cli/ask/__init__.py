"""The asking half of the command line: questions to a running service.

It imports nothing of the agent but `agent.control.client` and `agent.control.api`: what it cannot
ask it cannot do. Every command is a call, a rendering and an exit code.
"""
