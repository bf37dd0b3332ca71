"""NeMo Curator's steps that need no GPU: its own code filters and readers, called on batches in this process.

Run by ``steps.py``: ``python curator_steps.py FOLDER``. Its pipelines start Ray, which is left out here, so that the
stages' own time is seen.
"""

import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import pandas as pd
from clock import Clock
from nemo_curator.stages.text.filters import ScoreFilter
from nemo_curator.stages.text.filters.heuristic.code.code import (
    AlphaFilter,
    GeneralCommentToCodeFilter,
    HTMLBoilerplateFilter,
    NumberOfLinesOfCodeFilter,
    PythonCommentToCodeFilter,
    XMLHeaderFilter,
)
from nemo_curator.tasks import DocumentBatch

folder = Path(sys.argv[1])
scratch = folder / "curator-steps"
scratch.mkdir(exist_ok=True)
#: Its comment filter asks for the type of a file as libmagic has it.
MIME = {
    ".c": "text/x-c",
    ".h": "text/x-c",
    ".cc": "text/x-c++",
    ".go": "text/x-go",
    ".java": "text/x-java",
    ".js": "text/javascript",
    ".rb": "text/x-ruby",
    ".sh": "text/x-shellscript",
}


def read():
    """Read the lines as its reader does, with pandas."""
    return pd.read_json(folder / "jsonl" / "sample.jsonl", lines=True)


def write(table, name, *, parquet=False):
    """Write what is left as its writers do."""
    if parquet:
        table.to_parquet(scratch / f"{name}.parquet")
    else:
        table.to_json(scratch / f"{name}.jsonl", lines=True, orient="records")
    return len(table)


def passed(table, stages):
    """Run some stages over one batch."""
    batch = DocumentBatch(dataset_name="bench", data=table)
    for stage in stages:
        if batch is None or batch.data.empty:
            break
        batch = stage.process(batch)
    return table.iloc[:0] if batch is None else batch.to_pandas()


def quality():
    """Run the code filters, files of each language with their own comments."""
    table, kept = read(), []
    every = [NumberOfLinesOfCodeFilter(), XMLHeaderFilter(), AlphaFilter()]
    for suffix, part in table.groupby(table["path"].str.extract(r"(\.\w+)$", expand=False).fillna("")):
        own = [HTMLBoilerplateFilter()] if suffix == ".html" else []
        own += [PythonCommentToCodeFilter()] if suffix == ".py" else []
        own += [GeneralCommentToCodeFilter(MIME[suffix])] if suffix in MIME else []
        kept.append(passed(part.copy(), [ScoreFilter(one, text_field="text") for one in (*every, *own)]))
    return write(pd.concat(kept), "quality")


def tokens():
    """Count tokens."""
    from nemo_curator.stages.text.filters.token.token_count import TokenCountFilter
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder / "tokenizer"))
    return write(passed(read(), [ScoreFilter(TokenCountFilter(tokenizer=tokenizer), text_field="text")]), "tokens")


def near():
    """Import what finds duplicates."""
    import nemo_curator.stages.deduplication.fuzzy.minhash  # noqa: F401


clock = Clock()
clock.step("copy", lambda: write(read(), "copy"))
clock.step("parquet", lambda: write(read(), "parquet", parquet=True))
clock.step("quality", quality)
clock.step("tokens", tokens)
clock.step("near", near)
clock.tell()
