"""The pieces of a problem that are looked for: stretches for words in a row, whole texts without their white space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.export.overlap.generic import without_frames
from codestrata.export.overlap.make.fields import Problem

_DOCSTRING = re.compile(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'', re.DOTALL)


def programs(problem: Problem) -> list[str]:
    """Give the problem's programs: each solution, behind its prompt where it goes on from there."""
    (prompt, *_) = (*problem.texts["prompt"], "")
    return [prompt + text if text[:1].isspace() and prompt else text for text in problem.texts["solution"]]


def stretches(problem: Problem) -> Iterator[str]:
    """Give all texts, less imports and licences."""
    texts = [text for role in ("prompt", "docstring", "test") for text in problem.texts[role]]
    for text in dict.fromkeys([*texts, *problem.texts["solution"], *programs(problem)]):
        yield from without_frames(text)


def wholes(problem: Problem) -> Iterator[str]:
    """Give what is found whole: docstrings (or the prompt, where it has none) and solutions, less imports, licences.

    Source: StarCoder2 (arXiv:2402.19173), §2.1; bigcode-dataset, decontamination/benchmark_data.py.
    """
    texts = list(problem.texts["docstring"])
    for prompt in problem.texts["prompt"]:
        texts += [a or b for a, b in _DOCSTRING.findall(prompt)] or [prompt]
    for text in dict.fromkeys([*texts, *problem.texts["solution"], *programs(problem)]):
        yield from without_frames(text)


def shorts(problem: Problem) -> Iterator[str]:
    """Give the strings of which even a few words are looked for: tests, beside :func:`wholes`."""
    for text in problem.texts["test"]:
        yield from without_frames(text)
