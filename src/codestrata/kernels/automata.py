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
    steps: NDArray[np.uint16],
    ends: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Say of each text ``arena[starts[i]:stops[i]]`` whether an automaton finds something in it.

    steps: uint16[s, 256], from a state with a byte to a state below s; ends: bool[s], whether it is found when the text
    ends in a state: true of FOUND, false of LOST. Raises ValueError for texts that leave the arena.
    """
    starts, stops = np.ascontiguousarray(starts), np.ascontiguousarray(stops)
    if len(starts) and not (
        int(starts.min()) >= 0 and bool((starts <= stops).all()) and int(stops.max()) <= len(arena)
    ):
        msg = "a text lies outside the arena"
        raise ValueError(msg)
    native, found = library(), np.zeros(len(starts), np.uint8)
    if native is None:
        _accepted(arena, starts, stops, steps, ends, found)
    else:
        texts = (pointer(arena), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)))
        native.strata_automaton(*texts, pointer(steps), pointer(ends), pointer(found))
    return found.view(np.bool_)


def _accepted(
    arena: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    steps: NDArray[np.uint16],
    ends: NDArray[np.bool_],
    found: NDArray[np.uint8],
) -> None:
    """Run all texts at once, byte by byte, those that are not decided."""
    states = np.full(len(starts), BEGIN, np.uint16)
    left, at = np.flatnonzero(starts < stops), starts.copy()
    while len(left):
        states[left] = steps[states[left], arena[at[left]]]
        at[left] += 1
        left = left[(states[left] > LOST) & (at[left] < stops[left])]
    found[:] = ends[states]
