"""datatrove's chain over a JSON Lines corpus: exact duplicates, near duplicates, a quality filter, Parquet.

Run by ``peers.py`` in an environment of its own: ``python datatrove_chain.py CORPUS_FOLDER SCRATCH``, with
``duplicates`` behind it by ``dedup_peers.py``, which wants no more. 5-word shingles and 16 bands of 8 values, as ours;
spaCy's blank tokeniser, which needs no model. Prints JSON: seconds of each step, rows.
"""

import json
import sys
import time
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.exact_dedup import (
    ExactDedupConfig,
    ExactDedupFilter,
    ExactDedupSignature,
    ExactFindDedups,
)
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.filters import GopherQualityFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter
from datatrove.utils.hashing import HashConfig
from datatrove.utils.text import TextNormConfig

corpus, scratch = sys.argv[1], Path(sys.argv[2])
#: Code is compared as it stands: none of the changes meant for prose.
NORM = TextNormConfig(
    lowercase=False,
    norm_numbers=False,
    norm_weekdays=False,
    norm_monthnames=False,
    remove_punctuation=True,
    norm_unicode_diacritics=False,
)
exact = ExactDedupConfig(content_getter=lambda document: document.text, hash_config=HashConfig(precision=64))
near = MinhashConfig(n_grams=5, num_buckets=16, hashes_per_bucket=8, norm_config=NORM)
spent = {}


def step(name, *pipeline, tasks=1):
    """Carry out one pipeline in this process."""
    began = time.process_time()
    logs = at(f"logs/{len(spent)}")
    LocalPipelineExecutor(pipeline=list(pipeline), tasks=tasks, workers=1, skip_completed=False, logging_dir=logs).run()
    spent[name] = round(time.process_time() - began, 2)


def at(name):
    """Name a scratch folder."""
    return str(scratch / name)


step("exact: hash", JsonlReader(corpus), ExactDedupSignature(at("sig"), config=exact))
step("exact: find", ExactFindDedups(at("sig"), at("dup"), config=exact))
step(
    "exact: drop",
    JsonlReader(corpus),
    ExactDedupFilter(at("dup"), config=exact),
    JsonlWriter(at("one"), compression=None),
)
step("near: sign", JsonlReader(at("one")), MinhashDedupSignature(at("msig"), config=near))
step("near: bands", MinhashDedupBuckets(at("msig"), at("bands"), config=near), tasks=near.num_buckets)
step("near: cluster", MinhashDedupCluster(at("bands"), at("gone"), config=near))
step("near: drop", JsonlReader(at("one")), MinhashDedupFilter(at("gone")), JsonlWriter(at("two"), compression=None))
if "duplicates" not in sys.argv[3:]:
    step("quality, write", JsonlReader(at("two")), GopherQualityFilter(), ParquetWriter(at("out")))
rows = sum(len(p.read_bytes().splitlines()) for p in Path(at("two")).glob("*.jsonl"))
print(json.dumps({"steps": spent, "deduplicated": rows}))
