"""First link, identity and duplicates: nobody's CRM is empty.

A flow with `first_link` reads and queues, and sends nothing before a person has approved which of
its records are which ones of the CRM. `worker` does what takes time and asks the target: it
compares what is queued with what is there (`compare`), puts keys on the certain ones and takes
them away again (`stamps`), and looks at every new record before it is created. `gate` keeps the
delivery from sending what is not decided; `asked` answers people, in the words of `said`;
`decide` takes down what they say of single records, `merge` what such a record is then;
`join` puts the parts together.
"""

from __future__ import annotations

from agent.runtime.link.asked import LinkDesk
from agent.runtime.link.join import Linking
from agent.runtime.link.worker import LinkWorker

__all__ = ["LinkDesk", "LinkWorker", "Linking"]
