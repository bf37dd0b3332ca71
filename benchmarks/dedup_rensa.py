"""Near deduplication by rensa, run by ``dedup.py`` in an environment of its own: 5-word shingles, 128 values, 16 bands.

Reads ``offsets`` (int64) and ``arena`` (bytes) in the folder given; prints JSON: CPU seconds, and what is removed.
"""

import json
import re
import sys
import time
from array import array
from pathlib import Path

import rensa

folder = Path(sys.argv[1])
offsets = array("q", (folder / "offsets").read_bytes())
arena = (folder / "arena").read_bytes()
began = time.process_time()
word = re.compile(rb"[A-Za-z0-9_\x80-\xff]+")
deduplicator = rensa.RMinHashDeduplicator(threshold=0.7, num_perm=128, use_lsh=True, num_bands=16, seed=42)
removed = []
for k in range(len(offsets) - 1):
    words = word.findall(arena[offsets[k] : offsets[k + 1]])
    signature = rensa.RMinHash(num_perm=128, seed=42)
    signature.update([b" ".join(words[i : i + 5]) for i in range(len(words) - 4)])
    if len(words) >= 5 and not deduplicator.add(str(k), signature):
        removed.append(k)
print(json.dumps({"cpu": time.process_time() - began, "removed": removed}))
