"""The Windows side, tried on Linux under Wine: `python3 dev.py windows`.

`lab` makes what is needed (a Windows Python with our locked wheels, and a Wine prefix), once, in a
cache folder of the user; `wine` runs programs in it; `steps` has a module for each step of the run,
from the tests to the uninstall. Wine is a stand-in: what it cannot prove is a line of
`installer/RELEASE-CHECKLIST.md`. Nothing of the lab is ever shipped.
"""
