"""ERP packs: ready sources, flows and mappings for an ERP, shipped as data in `resources/packs`.

A pack is a folder: `pack.toml` (what it is, its settings, how it was validated), `waybill.toml`
(sources and flows), `mappings/*.toml`, and `tables.toml` (every table and column that it reads,
with the public page that documents it). A pack with a layout of its own has examples of its files in `templates`;
one whose ERP is almost another's may share that one's sources, flows and mappings (`shares`).
`packs/frame.toml` is what all of them share: the head of
a configuration and the target.

`library` finds and describes packs, `fill` puts a person's settings into one.
"""

from agent.packs.fill import Filled, fill
from agent.packs.library import Pack, Setting, Table, load, names, tables

__all__ = ["Filled", "Pack", "Setting", "Table", "fill", "load", "names", "tables"]
