"""Setting up through the service: the methods `config.*`, `setup.*`, `sources.*` and their like.

    forms.py    what a form asks, made of the classes of settings       pure
    configs.py  the configuration listed, checked, put and taken out    config.*
    steps.py    how far the set-up of a home is                         setup.state
    tools.py    what the composition root provides
    desk.py     routes a method to who answers it

- A configuration with problems is never written: the answer names them, with the field each is at.
- No secret comes out: settings hold `secret:NAME`, and what is looked at is looked at as the service.
- The agent takes over by itself what was written; nothing here touches what runs.
"""

from agent.runtime.setup.desk import SetupDesk, desk_of
from agent.runtime.setup.tools import Tools

__all__ = ["SetupDesk", "Tools", "desk_of"]
