"""Where mappings are made: suggestions, previews, shadow runs, differences, versions.

Trying a mapping reaches neither the queue nor the memory of rows nor the target. Publishing changes
one file, which the agent then notices like an edit by hand (`in_force`); a publish is looked at, let
go and taken back at its own desk (`publishes`). Records come from a source's
`sample`, through an adapter of their own, so that a preview and a reading do not disturb each
other. Values are shown to the operator who asked for them and are kept nowhere.
"""

from agent.runtime.workshop.bench import Workshop
from agent.runtime.workshop.desk import MappingDesk
from agent.runtime.workshop.in_force import register
from agent.runtime.workshop.publish import Publisher
from agent.runtime.workshop.publishes import PublishDesk
from agent.runtime.workshop.sheet import MappingSheet

__all__ = ["MappingDesk", "MappingSheet", "PublishDesk", "Publisher", "Workshop", "register"]
