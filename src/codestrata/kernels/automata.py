"""Texts run through a finite automaton."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.arrays import pointer
from codestrata.kernels.library import library

#: States in which nothing more needs to be read; an automaton begins in the one behind them.
FOUND, LOST, BEGIN = 0, 1, 2


def accepted(
    arena: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    some: NDArray[np.int64],
    steps: NDArray[np.uint16],
    ends: NDArray[np.bool_],
    *,
    backwards: bool = False,
) -> NDArray[np.bool_]:
    """Say of each text ``arena[starts[k]:stops[k]]``, k of some, whether an automaton finds something in it.

    steps: uint16[s, 256], from a state with a byte to a state below s; ends: bool[s], whether it is found when the text
    ends in a state: true of FOUND, false of LOST; backwards: it reads from the end of a text, which ends at its begin
    then. A text that is not within the arena is empty.
    """
    native, found = library(), np.zeros(len(some), np.uint8)
    if native is None:
        _accepted(arena, starts[some], stops[some], steps, ends, found, backwards=backwards)
    else:
        some = np.ascontiguousarray(some)
        texts = (pointer(arena), ctypes.c_int64(len(arena)), pointer(starts), pointer(stops))
        which = (pointer(some), ctypes.c_int64(len(some)))
        native.strata_automaton(*texts, *which, pointer(steps), pointer(ends), int(backwards), pointer(found))
    return found.view(np.bool_)


def _accepted(
    arena: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    steps: NDArray[np.uint16],
    ends: NDArray[np.bool_],
    found: NDArray[np.uint8],
    *,
    backwards: bool,
) -> None:
    """Run all texts at once, byte by byte, those that are not decided."""
    within = (starts >= 0) & (stops <= len(arena))
    states = np.full(len(starts), BEGIN, np.uint16)
    left, at = np.flatnonzero(within & (starts < stops)), stops - 1 if backwards else starts.copy()
    last, step = (starts, -1) if backwards else (stops - 1, 1)
    while len(left):
        states[left] = steps[states[left], arena[at[left]]]
        left = left[(states[left] > LOST) & (at[left] != last[left])]
        at[left] += step
    found[:] = ends[states]
