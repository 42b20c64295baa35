"""Where mappings are made: suggestions, previews, shadow runs, differences, versions.

Nothing here reaches the queue, the memory of rows or the target; only publishing changes anything,
and that is one file, which the agent then notices like an edit by hand. Records come from a source's
`sample`, through an adapter of their own, so that a preview and a reading do not disturb each
other. Values are shown to the operator who asked for them and are kept nowhere.
"""

from agent.runtime.workshop.bench import Workshop
from agent.runtime.workshop.desk import MappingDesk
from agent.runtime.workshop.publish import Publisher

__all__ = ["MappingDesk", "Publisher", "Workshop"]
