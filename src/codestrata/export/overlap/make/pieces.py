"""The pieces of a problem that are looked for: stretches for words in a row, whole texts without their white space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.export.overlap.generic import LONG, LONG_PROGRAM, without_frames
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


def wholes(problem: Problem) -> Iterator[tuple[str, int]]:
    """Give what is found whole, less imports and licences: docstrings (prompts that have none), solutions, programs.

    Each with the words from which on it is told by its length. Source: StarCoder2 (arXiv:2402.19173), §2.1, and
    bigcode-dataset, decontamination/benchmark_data.py.
    """
    texts = list(problem.texts["docstring"])
    for prompt in problem.texts["prompt"]:
        texts += [a or b for a, b in _DOCSTRING.findall(prompt)] or [prompt]
    texts += problem.texts["solution"]
    for text in dict.fromkeys([*texts, *programs(problem)]):
        documented = text not in texts and _DOCSTRING.search(text)
        for stretch in without_frames(text):
            yield stretch, LONG_PROGRAM if documented else LONG


def shorts(problem: Problem) -> Iterator[tuple[str, int]]:
    """Give the strings of which even a few words are looked for: tests, beside :func:`wholes`."""
    for text in problem.texts["test"]:
        yield from ((stretch, LONG) for stretch in without_frames(text))
