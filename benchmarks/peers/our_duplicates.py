"""Our deduplication over a JSON Lines corpus, as the peers do theirs: read, exact, normalised and near, write.

Run by ``dedup_peers.py``: ``python our_duplicates.py CORPUS_FOLDER SCRATCH``. Prints JSON: seconds of each step, rows.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import our_lines

from codestrata.export.dedup import Room, Verifier, cluster, first_of_each_text
from codestrata.kernels.measure import measure
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Varlen

corpus, scratch = Path(sys.argv[1]), Path(sys.argv[2])
scratch.mkdir(parents=True, exist_ok=True)
spent: dict[str, float] = {}


def step(name, call):
    """Carry out one step."""
    began = time.process_time()
    done = call()
    spent[name] = round(time.process_time() - began, 3)
    return done


def read():
    """Give the lines, and their texts end to end."""
    lines, texts, _ = our_lines.read(sorted(corpus.glob("*.jsonl")))
    return lines, Varlen.of(texts)


def exact(texts):
    """Give the documents that are the first of their bytes."""
    return distinct(texts.data, texts.offsets[:-1], texts.offsets[1:])[1]


def near(texts, measured, documents):
    """Give the documents that have no better near twin."""
    fit = documents[measured["words"][documents] >= 5]

    def read_(wanted):
        some = texts.take(fit[wanted])
        yield wanted, some.data, some.offsets

    shingles = measured["shingles"][fit].astype(np.int32)
    with Verifier(read_, scratch) as verifier:
        found = cluster(measured.signature[fit], shingles, 0.7, verifier.jaccard, Room(scratch))
    return np.setdiff1d(documents, fit[found.survivor >= 0])


lines, texts = step("read", read)
one = step("exact", lambda: exact(texts))
unique = texts.take(one)
measured = step("sign", lambda: measure(unique.data, unique.offsets, np.zeros(len(one), np.uint8)))
counts = np.stack([measured["words"], measured["lexemes"]], axis=1)
normal = step("normal", lambda: first_of_each_text(measured.norm_hash, counts, np.arange(len(one))))
left = np.flatnonzero(normal == np.arange(len(one)))
kept = step("near", lambda: near(unique, measured, left))
step("write", lambda: our_lines.write(scratch / "kept.jsonl", lines, one[kept]))
print(json.dumps({"steps": spent, "deduplicated": len(kept)}))
