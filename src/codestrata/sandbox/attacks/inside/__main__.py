"""``python3 -m inside NAME TOKEN``: run one attack; the token marks its processes, for the host to find."""

from __future__ import annotations

import sys

from . import crowd, exhaust, fetch, kernel, last, network, read, rights, write

PLACES = (crowd, exhaust, fetch, kernel, last, network, read, rights, write)


def main(name: str) -> None:
    """Run the attack of that name."""
    for place in PLACES:
        if hasattr(place, name):
            getattr(place, name)()
            return
    sys.exit(f"no attack is called {name}")


if __name__ == "__main__":
    main(sys.argv[1])
