"""What connects the core to the world: sources, targets, and the sandbox CRM.

Adapters know only the ports, the nouns, the errors, the canonical contracts and `adapters.http`,
never each other. `catalogue` is the only list to extend.
"""
