"""Keys and copies while the agent runs.

`resealer` seals what is there anew after a rotation, in bounded steps, and destroys a data key that
nothing needs any more; `key_desk` answers `keys.*`; `backups` makes copies of the home, asked for
or by schedule, and answers `backup.*`; `made` ties them to the running agent.
"""

from agent.runtime.keeping.backups import elsewhere
from agent.runtime.keeping.made import Keeping, keeping

__all__ = ["Keeping", "elsewhere", "keeping"]
