"""A copy of a whole home in one file, and a home made of it again.

    container   the file: a header that says what opens it, then sealed pieces, each bound to its place
    contents    what of a home goes in: everything that another machine needs, nothing that it has
    making      writes one: of a running agent through its own connection, of a stopped one by itself
    read        opens one by the recovery key (or the keys of the same home), and looks whether it is whole
    restoring   a home in an empty folder, wrapped for this machine, at the start of a new epoch

Nothing in the file is plain but the header: format, time, the agent's name and installation, and the
keys as they are wrapped by the recovery key. The content is a tar archive with a manifest at its end.
"""

from agent.backup.contents import Facts
from agent.backup.making import Copied, Subject, make, make_stopped, new_file
from agent.backup.read import Opened, opened, verify
from agent.backup.restoring import Machine, Restored, restore

__all__ = [
    "Copied",
    "Facts",
    "Machine",
    "Opened",
    "Restored",
    "Subject",
    "make",
    "make_stopped",
    "new_file",
    "opened",
    "restore",
    "verify",
]
