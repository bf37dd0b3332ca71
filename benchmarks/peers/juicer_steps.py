"""data-juicer's steps over JSON Lines: each reads the lines, runs its operators in one process, and writes the rest.

Run by ``steps.py``: ``python juicer_steps.py FOLDER``. Quality is data-juicer's recipe for the code of the Stack.
"""

import os
import sys
from pathlib import Path

folder = Path(sys.argv[1])
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_CACHE": str(folder / "juicer-cache"),
    "DATA_JUICER_CACHE_HOME": str(folder / "juicer-home"),
}

from clock import Clock  # noqa: E402 -- where caches lie has to be said before
from data_juicer.core.data import NestedDataset  # noqa: E402
from data_juicer.ops import load_ops  # noqa: E402
from datasets import Dataset  # noqa: E402
from datasets.utils import disable_progress_bars  # noqa: E402

STACK = [
    {"alphanumeric_filter": {"tokenization": False, "min_ratio": 0.2, "max_ratio": 0.9163}},
    {"average_line_length_filter": {"min_len": 10, "max_len": 150}},
    {"character_repetition_filter": {"rep_len": 10, "max_ratio": 0.36}},
    {"maximum_line_length_filter": {"max_len": 1000}},
    {"text_length_filter": {"max_len": 96714}},
    {"words_num_filter": {"min_num": 20, "max_num": 6640}},
    {"word_repetition_filter": {"rep_len": 10, "max_ratio": 0.357}},
]
PRIVATE = [{"clean_email_mapper": {}}, {"clean_ip_mapper": {}}]
NEAR = {"tokenization": "space", "window_size": 5, "jaccard_threshold": 0.7, "num_permutations": 128, "num_bands": 16}
scratch = folder / "juicer-steps"
scratch.mkdir(exist_ok=True)
disable_progress_bars()


def run(name, operators, *, parquet=False):
    """Read, run, write."""
    loaded = Dataset.from_json(str(folder / "jsonl" / "sample.jsonl"), cache_dir=str(scratch / f"cache-{name}"))
    found = NestedDataset(loaded)
    for operator in load_ops(operators):
        operator.num_proc = 1
        found = operator.run(found)
    if parquet:
        found.to_parquet(str(scratch / f"{name}.parquet"))
    else:
        found.to_json(str(scratch / f"{name}.jsonl"), num_proc=1)
    return len(found)


clock = Clock()
clock.step("copy", run, "copy", [])
clock.step("parquet", lambda: run("parquet", [], parquet=True))
clock.step("quality", run, "quality", STACK)
clock.step("exact", run, "exact", [{"document_deduplicator": {}}])
clock.step("near", run, "near", [{"document_minhash_deduplicator": {**NEAR, "num_rows_per_band": 8}}])
clock.step("private", run, "private", PRIVATE)
clock.step("tokens", run, "tokens", [{"token_num_filter": {"hf_tokenizer": str(folder / "tokenizer"), "min_num": 0}}])
clock.tell()
