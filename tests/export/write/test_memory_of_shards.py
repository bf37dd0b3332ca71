"""An export holds no shard's worth of text more than twice, whatever a shard's size is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SMALL, LARGE = 2, 48

#: Builds with shards of so many MB, and prints the peak resident memory in MB (VmHWM, proc(5)).
_PEAK = """
import re, sys
from pathlib import Path
from codestrata import Workspace
from codestrata.settings import load

chosen = {"engine.inline": True, "ingest.history": "none", "export.licences.unknown": "keep"}
chosen |= {"export.write.format": sys.argv[4], "export.write.shard_mb": int(sys.argv[3])}
settings = load(Path(sys.argv[2]), chosen)
with Workspace(Path(sys.argv[2]), settings) as workspace:
    report = workspace.run(sys.argv[1], out=Path(sys.argv[2]) / "out")
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""
