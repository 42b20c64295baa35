"""Windows installers: a setup program (NSIS) and an MSI package (wixl), built from a frozen folder.

Both copy files, close their rights and call `waybill installation complete`, where the decisions
are (`agent/installation.py`). `build` makes them; `wxs` writes what wixl turns into the package.
"""
