"""`python -m adapters.sandbox --folder DIR`."""

from __future__ import annotations

import sys

from adapters.sandbox.run import serve

if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:]))
