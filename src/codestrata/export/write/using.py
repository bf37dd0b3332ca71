"""What a card says of loading its rows, in the tools people have; each piece of code runs as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codestrata.export.write.about import About

#: Format → tool → how it reads a split; {files} is the glob.
_READERS = {
    "parquet": {
        "pandas": 'pd.concat(pd.read_parquet(f) for f in sorted(glob("{files}")))',
        "polars": 'pl.read_parquet("{files}")',
        "duckdb": "duckdb.sql(\"from '{files}'\")",
    },
    "jsonl": {
        "pandas": 'pd.concat(pd.read_json(f, lines=True) for f in sorted(glob("{files}")))',
        "polars": 'pl.read_ndjson("{files}")',
        "duckdb": "duckdb.sql(\"from read_json('{files}')\")",
    },
    "jsonl.zst": {
        "pandas": 'pd.concat(pd.read_json(f, lines=True) for f in sorted(glob("{files}")))',
        "polars": 'pl.read_ndjson("{files}")',
        "duckdb": "duckdb.sql(\"from read_json('{files}')\")",
    },
    "json": {
        "pandas": 'pd.concat(pd.read_json(f) for f in sorted(glob("{files}")))',
        "polars": 'pl.concat(pl.read_json(f) for f in sorted(glob("{files}")))',
        "duckdb": "duckdb.sql(\"from read_json('{files}', maximum_object_size = 100000000)\")",
    },
    "csv": {
        "pandas": 'pd.concat(pd.read_csv(f, keep_default_na=False) for f in sorted(glob("{files}")))',
        "polars": 'pl.read_csv("{files}")',
        "duckdb": "duckdb.sql(\"from read_csv('{files}', max_line_size = 100000000)\")",
    },
    "webdataset": {"webdataset": 'webdataset.WebDataset(sorted(glob("{files}")), shardshuffle=False)'},
}
#: Tool → how it is loaded, by the name that its readers use.
_IMPORTS = {
    "pandas": "import pandas as pd",
    "polars": "import polars as pl",
    "duckdb": "import duckdb",
    "webdataset": "import webdataset",
}


def use(about: About) -> str:
    """Show how to load each format, and the columns."""
    main, split = about.formats[0], about.splits[0]
    tools = dict.fromkeys(tool for form in about.formats for tool in _READERS[form])
    lines = ["## Use", "", "In the folder of the dataset:", "", "```python", "from glob import glob", ""]
    lines += [*sorted(_IMPORTS[tool] for tool in tools), "from datasets import load_dataset"]
    lines += ["", f'rows = load_dataset(".", split="{split}")']
    for form in about.formats:
        if form != main:
            lines.append(f'rows = load_dataset("./{form}", split="{split}")')
        for tool, code in _READERS[form].items():
            lines.append(f"rows = {code.format(files=about.pattern(split, form))}  # {tool}")
    lines += ["```", "", "| column | type | meaning |", "|---|---|---|"]
    lines += [f"| `{f.name}` | {f.kind} | {f.about.replace('|', '/')} |" for f in about.fields]
    return "\n".join(lines) + _FILES


_FILES = """

`schema.json` says the same of a row as JSON Schema, `croissant.json` of the whole as Croissant (mlcommons.org),
`spdx.json` names every repository with its licence as an SPDX document. `manifest.json` lists every file with its
SHA-256 and everything the bytes depend on. `strata lineage '<source>'` prints a row's chain from the input list to the
output and verifies the bytes. Whoever passes rows on must pass `ATTRIBUTION.md`, `NOTICES.txt` and `LICENSES/` on with
them.
"""
