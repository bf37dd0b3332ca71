"""What the steps of one tool cost, as the scripts of this folder tell it: JSON on the last line of what they print.

``steps``: CPU seconds of each step, of this process and of its children that have ended; ``rows``: what a step left,
where it says so; ``absent``: why a step cannot be had. Imports at the head of a script are in no step.
"""

import json
import os
import sys
import time
from pathlib import Path


def now():
    """Give the CPU seconds of this process and of its children that have ended."""
    told = os.times()
    return time.process_time() + told.children_user + told.children_system


class Clock:
    """Measures steps by their names."""

    def __init__(self):
        self.steps, self.rows, self.absent = {}, {}, {}

    def step(self, name, call, *arguments):
        """Carry out one step; it may give how many rows it left. One that fails is absent, and says why."""
        began = now()
        try:
            left = call(*arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a peer raises, the next step is asked
            if not (isinstance(error, SystemExit) and not error.code):
                self.absent[name] = f"{type(error).__name__}: {error}".splitlines()[0][:300]
                return
            left = None
        self.steps[name] = round(now() - began, 3)
        if isinstance(left, int):
            self.rows[name] = left

    def tell(self):
        """Print what was measured."""
        sys.stdout.flush()
        print("\n" + json.dumps({"steps": self.steps, "rows": self.rows, "absent": self.absent}), flush=True)


def lines(folder):
    """Count the lines of all JSON Lines in a folder."""
    return sum(file.read_bytes().count(b"\n") for file in Path(folder).rglob("*.json*") if file.suffix != ".gz")
