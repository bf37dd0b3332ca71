"""dolma's steps over its gzipped JSON Lines: its commands, called in this process, one process each.

Run by ``steps.py``: ``python dolma_steps.py FOLDER``. Deduplication is in ``dedup_peers.py``.
"""

import gzip
import json
import sys
from pathlib import Path

from clock import Clock
from dolma.cli.__main__ import main

folder = Path(sys.argv[1])
documents, scratch = str(folder / "documents" / "*.gz"), folder / "dolma-steps"
scratch.mkdir(exist_ok=True)


def tag(name, *taggers):
    """Tag: attributes beside the documents."""
    to = str(scratch / name)
    main(["tag", "--documents", documents, "--destination", to, "--taggers", *taggers, "--processes", "1"])


def mix():
    """Write the documents again, as its mixer does."""
    stream = {
        "name": "s",
        "documents": [documents],
        "output": {"path": str(scratch / "mixed"), "max_size_in_bytes": 1 << 40},
    }
    stream["attributes"] = []
    configuration = scratch / "mix.json"
    configuration.write_text(
        json.dumps(
            {
                "streams": [stream],
                "processes": 1,
                "work_dir": {"input": str(scratch / "in"), "output": str(scratch / "out")},
            }
        )
    )
    main(["-c", str(configuration), "mix"])


def tokens():
    """Write token ids."""
    tokenizer = str(folder / "tokenizer" / "tokenizer.json")
    main(
        [
            "tokens",
            "--documents",
            documents,
            "--destination",
            str(scratch / "tokens"),
            "--tokenizer.name_or_path",
            tokenizer,
            "--tokenizer.eos_token_id",
            "0",
            "--tokenizer.pad_token_id",
            "0",
            "--dtype",
            "uint16",
            "--processes",
            "1",
        ]
    )


def decontaminate():
    """Put the paragraphs of the set into a bloom filter, and ask it of every paragraph."""
    known = scratch / "set" / "documents"
    known.mkdir(parents=True, exist_ok=True)
    rows = list(map(json.loads, (folder / "set.jsonl").read_text().splitlines()))
    with gzip.open(known / "set.json.gz", "wt") as packed:
        packed.writelines(
            json.dumps({"id": str(k), "source": "set", "text": row["prompt"] + row["canonical_solution"]}) + "\n"
            for k, row in enumerate(rows)
        )
    for where, only in ((str(known / "*.gz"), False), (documents, True)):
        main(
            [
                *(
                    "dedupe",
                    "--documents",
                    where,
                    "--dedupe.name",
                    "known",
                    "--dedupe.paragraphs.attribute_name",
                    "known",
                    "--dedupe.min_words",
                    "13",
                ),
                *(
                    "--bloom_filter.file",
                    str(scratch / "set.bloom"),
                    "--bloom_filter.estimated_doc_count",
                    "100000",
                    "--bloom_filter.desired_false_positive_rate",
                    "1e-6",
                ),
                "--bloom_filter.read_only" if only else "--no-bloom_filter.read_only",
                "--processes",
                "1",
            ]
        )


clock = Clock()
clock.step("copy", mix)
clock.step("quality", tag, "quality", "code_starcoder_taggers_v2", "code_redpajama_taggers_v1")
clock.step("private", tag, "private", "pii_regex_with_counts_fast_v2")
clock.step("secrets", tag, "secrets", "code_secrets_v1")
clock.step("tokens", tokens)
if (folder / "set.jsonl").exists():
    clock.step("decontaminate", decontaminate)
clock.tell()
