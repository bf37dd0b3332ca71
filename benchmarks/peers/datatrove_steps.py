"""datatrove's steps over JSON Lines, each a pipeline of its own that reads the lines and writes what it keeps.

Run by ``steps.py``: ``python datatrove_steps.py FOLDER``. Deduplication is in ``datatrove_chain.py``.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet  # noqa: F401 -- its writer's first use is no writing
from clock import Clock, lines
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter
from datatrove.pipeline.filters import FineWebQualityFilter, GopherQualityFilter, GopherRepetitionFilter
from datatrove.pipeline.formatters import PIIFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.stats import DocStats, LineStats, WordStats
from datatrove.pipeline.tokens import TokensCounter
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter
from datatrove.utils.text import ngrams, simplify_text

folder = Path(sys.argv[1])
corpus, scratch = str(folder / "jsonl"), folder / "datatrove-steps"


def run(name, *steps, writer=None):
    """Carry out one pipeline in this process."""
    sink = writer or JsonlWriter(str(scratch / name), compression=None)
    pipeline = [JsonlReader(corpus), *steps, sink]
    logs = str(scratch / "logs" / name)
    LocalPipelineExecutor(pipeline=pipeline, tasks=1, workers=1, skip_completed=False, logging_dir=logs).run()
    return lines(scratch / name)


def index(problems):
    """Write the index of a set as the tool's own indexer would, which insists on fetching sets from a hub."""
    config = NGramsDecontConfig(n_grams=10, find_query_ngrams=True)
    at = scratch / "index"
    at.mkdir(parents=True, exist_ok=True)
    step = NGramsDecontFilter(str(at), config)
    hashes = set()
    for row in map(json.loads, problems.read_text().splitlines()):
        for text in (row["prompt"], row["canonical_solution"], row["prompt"] + row["canonical_solution"]):
            words = step.tokenizer.word_tokenize(simplify_text(text, config.norm_config))
            hashes.update(step.hash_func(" ".join(gram)) for gram in ngrams(words, config.n_grams))
    np.array(sorted(hashes), config.hash_config.np_descr).tofile(at / "set.index.hashes")
    return NGramsDecontFilter(str(at), config)


clock = Clock()
clock.step("copy", run, "copy")
clock.step("parquet", lambda: run("parquet", writer=ParquetWriter(str(scratch / "parquet"))))
clock.step("quality", lambda: run("quality", GopherRepetitionFilter(), GopherQualityFilter(), FineWebQualityFilter()))
clock.step("private", lambda: run("private", PIIFormatter()))
clock.step("tokens", lambda: run("tokens", TokensCounter(str(folder / "tokenizer" / "tokenizer.json"))))
stats = [kind(str(scratch / "stats"), groups_to_compute=["summary"]) for kind in (DocStats, LineStats, WordStats)]
clock.step("statistics", lambda: run("statistics", *stats))
if (folder / "set.jsonl").exists():
    step = index(folder / "set.jsonl")
    clock.step("decontaminate", lambda: run("decontaminate", step))
clock.tell()
