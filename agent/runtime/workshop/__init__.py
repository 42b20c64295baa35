"""Where mappings are made: suggestions, previews, shadow runs, differences.

Nothing here reaches the queue, the memory of rows or the target. Records come from a source's
`sample`, through an adapter of their own, so that a preview and a reading do not disturb each
other. Values are shown to the operator who asked for them and are kept nowhere.
"""

from agent.runtime.workshop.bench import Workbench, Workshop

__all__ = ["Workbench", "Workshop"]
