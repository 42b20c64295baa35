"""An answer file: a complete agent set up without a person (`waybill init --from`).

    read(path, environ) -> Answers     what is to be, or every problem at once
    Place(home, …).apply(answers)      a home made of it, or put right again; never over a used one

An answer file is a `waybill.toml` with one more table, `[setup]`, which says where secrets,
mappings and other files come from and where the recovery key goes. No secret ever stands in it.
"""

from agent.answers.file import Answers, Judge, read
from agent.answers.place import Done, Place
from agent.answers.recovery_file import read_key_file, write_key_file
from agent.answers.values import Given

__all__ = [
    "Answers",
    "Done",
    "Given",
    "Judge",
    "Place",
    "read",
    "read_key_file",
    "write_key_file",
]
