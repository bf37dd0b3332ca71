"""What anybody may write is in no list: one-liners, licences, imports, a set's own frame."""

from __future__ import annotations

import pytest

from codestrata.errors import InvalidInput
from codestrata.export.overlap.evalset import EvalSet
from codestrata.export.overlap.generic import generic, generic_whole, without_frames, words
from codestrata.export.overlap.make.build import build
from codestrata.export.overlap.make.fields import Problem
from codestrata.export.overlap.match import Lists
from codestrata.store.columns import Varlen

#: The four solutions of HumanEval that StarCoder2 lists by hand, and others like them.
ONE_LINERS = (
    "return x + y",
    "return len(string)",
    "return n**2",
    "return ''.join(strings)",
    "return a + b",
    "for i in range(len(items)):\n    print(items[i])",
    "if x is None:\n    return []",
    "result = []\nfor value in values:\n    result.append(value)\nreturn result",
    "def add(a, b):\n    return a + b",
    "while b:\n    a, b = b, a % b\nreturn a",
    "{'one': 1, 'two': 2, 'three': 3, 'four': 4, 'five': 5}",
)
LICENCE = """\
# Copyright 2020 Somebody
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
"""
IMPORTS = """\
from collections.abc import Iterable, Mapping, Sequence, Callable
import numpy as np
#include <vector>
using namespace std;
const express = require('express');
use serde::{Deserialize, Serialize};
"""


def made(**texts: str) -> EvalSet:
    """Make a list of one problem."""
    named = {role: (texts[role],) if role in texts else () for role in ("prompt", "docstring", "solution", "test")}
    return build("x", [Problem("1", "", named)], 10, {})


@pytest.mark.parametrize("text", ONE_LINERS)
def test_one_liners_are_nobodys(text: str) -> None:
    """They are generic by the rule, no list by hand."""
    assert generic(words(text))
    assert generic_whole(words(text))
    with pytest.raises(InvalidInput, match="no problem has anything"):
        made(solution=text)


def test_what_tells_something_is_kept() -> None:
    """Three different telling words in ten, or twenty words of whatever kind where the whole is looked for."""
    assert not generic(words("weigh the lantern before the harbour bell rings twice"))
    long = "if n == 0: return 0\nif n == 1: return 1\nif n == 2: return 1\nreturn f(n - 1) + f(n - 2) + f(n - 3)"
    assert generic(words(long))
    assert not generic_whole(words(long))


def test_text_without_spaces_between_words_tells_something() -> None:
    """A sentence of Chinese is one run of letters, and no one-liner for that; it is found with other white space."""
    task = "请编写一个函数，计算灯笼在港口钟声响起之前经过的次数，并返回最重的箱子。"  # noqa: RUF001 -- its own marks
    assert not generic_whole(words(task))
    laid = Varlen.of([task[:15] + "\n" + task[15:]])
    assert len(Lists.of([made(prompt=task)]).overlaps(Varlen.of(["0"]), laid.data, laid.offsets)["start"])


@pytest.mark.parametrize("frame", [LICENCE, IMPORTS])
def test_licences_and_imports_are_left_out(frame: str) -> None:
    """A file with the same header or imports holds nothing of the problem."""
    task = "weigh the lantern crates before the harbour bell rings and tell which outlasts the journey home"
    one = made(prompt=frame + "\n" + task)
    text = Varlen.of([(frame + "\nother = 1\n").encode(), task.encode()], text=False)
    found = Lists.of([one]).overlaps(Varlen.of(["0", "1"]), text.data, text.offsets)
    assert set(found["blob"]) == {b"1"}  # type: ignore[arg-type]
    assert without_frames(frame) == []


def test_words_about_licences_are_no_header() -> None:
    """One mention is prose like any other."""
    task = "Tell how many licence plates the lantern keeper saw on the harbour road before the orchard bell."
    assert without_frames(task) == [task]


def test_a_sets_template_is_left_out() -> None:
    """What stands in more than eight problems, and in more than 5 % of them, is the set's frame."""
    frame = "please weigh every lantern crate carefully before the harbour bell rings and tell me: "
    things = ["meadow", "turbine", "violin", "glacier", "pebble", "saddle", "anchor", "beacon", "cobalt", "dahlia"]

    def text(i: int) -> str:
        own = " ".join(things[(i + k) % 10] + str(i) for k in range(12))
        return frame + own

    some = [Problem(str(i), "", {"prompt": (text(i),), "docstring": (), "solution": (), "test": ()}) for i in range(10)]
    many, few = build("x", some, 10, {}), build("x", some[:8], 10, {})
    assert many.about["left_out"]["template_ngrams"] == len(words(frame)) - 9
    assert few.about["left_out"]["template_ngrams"] == 0
    laid = Varlen.of([frame.encode()])
    assert not len(Lists.of([many]).overlaps(Varlen.of(["0"]), laid.data, laid.offsets)["start"])
