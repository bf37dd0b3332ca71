"""datatrove's n-gram decontamination over JSON Lines, as its own classes do it, less the hub: the index is made here.

``python datatrove_decontaminate.py SET.jsonl FILES.jsonl INDEX_FOLDER`` runs in an environment that has datatrove; it
prints, as JSON, CPU-seconds of the filter and the numbers of the files that it would remove. The indexer of datatrove
0.10 insists on lighteval, which reads sets from the hub, so its ``compute_hashes`` is done here with its own functions:
n-grams of query and label with find_query_ngrams, 10 instead of its 12 words, for the same length everywhere.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from datatrove.data import Document
from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter
from datatrove.utils.text import ngrams, simplify_text


def main(problems: Path, files: Path, folder: Path) -> None:
    """Index, then filter."""
    config = NGramsDecontConfig(n_grams=10, find_query_ngrams=True)
    folder.mkdir(exist_ok=True)
    step = NGramsDecontFilter(str(folder), config)
    hashes: set[int] = set()
    for row in map(json.loads, problems.read_text().splitlines()):
        for text in (row["prompt"], row["canonical_solution"], row["prompt"] + row["canonical_solution"]):
            words = step.tokenizer.word_tokenize(simplify_text(text, config.norm_config))
            hashes.update(step.hash_func(" ".join(gram)) for gram in ngrams(words, config.n_grams))
    np.array(sorted(hashes), config.hash_config.np_descr).tofile(folder / "set.index.hashes")
    with files.open() as lines:
        documents = [Document(text=json.loads(line)["text"], id=str(i)) for i, line in enumerate(lines)]
    step.filter(documents[0])  # what is loaded at first use is no work on files
    began = time.process_time()
    removed = [i for i, document in enumerate(documents) if step.filter(document) is not True]
    print(json.dumps({"cpu": time.process_time() - began, "removed": removed}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
