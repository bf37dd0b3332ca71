"""The front matter of a dataset card: what a hub and ``datasets.load_dataset(folder)`` read.

Source: Hugging Face, dataset card metadata and "Manual configuration" of data files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codestrata.export.write.formats import FORMATS

if TYPE_CHECKING:
    from codestrata.export.write.about import About

#: Kind of a column → the name of its type in a card.
_TYPES = {"text": "string", "binary": "binary"}
#: Recipe → what its rows are for.
TASKS = {"instruct": "text-generation", "patterns": "text-classification"}
#: Formats whose rows have the columns of the schema; samples of tar files have members instead.
_FLAT = ("parquet", "jsonl", "jsonl.zst", "json", "csv")


def front(about: About, form: str) -> str:
    """Write the front matter of the README in a format's folder: the main one's is that of the dataset."""
    lines = [
        "---",
        f"pretty_name: {json.dumps(about.name)}",
        "language: [code]",
        "license: other",
        "license_name: per-row",
        "license_link: ATTRIBUTION.md",
        f"task_categories: [{TASKS.get(about.settings.recipe, 'text-generation')}]",
        f"tags: [code, codestrata, {about.settings.recipe}]",
        f"size_categories: [{_band(sum(about.rows.values()))}]",
        *_configuration(about, form),
        *_info(about, form),
        "---",
        "",
    ]
    return "\n".join(lines)


def _configuration(about: About, form: str) -> Iterator[str]:
    yield "configs:"
    yield "- config_name: default"
    if FORMATS[form].loader == "csv":
        yield "  keep_default_na: false"
    yield "  data_files:"
    for split in about.splits:
        path = about.pattern(split, form)
        yield f"  - {{split: {split}, path: {path if form == about.formats[0] else path.rpartition('/')[2]}}}"


def _info(about: About, form: str) -> Iterator[str]:
    """Write features and counts, so that a loader need not guess a type from the first rows."""
    if form not in _FLAT or not about.rows:
        return
    yield "dataset_info:"
    yield "  features:"
    for field in about.fields:
        yield f"  - {{name: {json.dumps(field.name)}, dtype: {_TYPES.get(field.kind, field.kind)}}}"
    yield "  splits:"
    for split, rows in about.rows.items():
        yield f"  - {{name: {split}, num_examples: {rows}, num_bytes: {about.text[split]}}}"


def _band(rows: int) -> str:
    bands = [(10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M")]
    return next((text for limit, text in bands if rows < limit), "n>10M")
