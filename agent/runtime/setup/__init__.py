"""Setting up through the service: the methods `config.*`, `setup.*`, `sources.*` and their like.

    forms.py    what a form asks, made of the classes of settings       pure
    configs.py  the configuration listed, checked, put and taken out    config.*
    steps.py    how far the set-up of a home is                         setup.state
    sources.py  what there is to read, looked at before it is saved     sources.*
    targets.py  what records go to: list, test, what its admin needs    targets.*
    flow.py     a mapping and its flow in one go                        setup.flow
    sign_ins.py a person signs in to a CRM                              sign_in.*
    pack_desk.py ready sources and mappings for known ERPs              packs.*
    tools.py    what the composition root provides
    desk.py     routes a method to who answers it

- A configuration with problems is never written: the answer names them, with the field each is at.
- No secret comes out: settings hold `secret:NAME`, and what is looked at is looked at as the service.
- The agent takes over by itself what was written; nothing here touches what runs.
"""

from agent.runtime.setup.desk import SetupDesk, desk_of
from agent.runtime.setup.sign_ins import SignIns
from agent.runtime.setup.tools import Makers, Standing, Tools

__all__ = ["Makers", "SetupDesk", "SignIns", "Standing", "Tools", "desk_of"]
