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
    classes: NDArray[np.uint8],
    steps: NDArray[np.uint16],
) -> NDArray[np.bool_]:
    """Say of each text ``arena[starts[i]:stops[i]]`` whether an automaton ends in FOUND.

    classes: uint8[256], class of each byte, below c; steps: uint16[s, c + 1], from a state with a class, or with the
    end of the text in the last column, to a state below s. Raises ValueError for texts that leave the arena.
    """
    starts, stops = np.ascontiguousarray(starts), np.ascontiguousarray(stops)
    if len(starts) and not (int(starts.min()) >= 0 and bool((starts <= stops).all()) and int(stops.max()) <= len(arena)):
        msg = "a text lies outside the arena"
        raise ValueError(msg)
    native, found = library(), np.zeros(len(starts), np.uint8)
    if native is None:
        _accepted(arena, starts, stops, classes, steps, found)
    else:
        texts = (pointer(arena), pointer(starts), pointer(stops), ctypes.c_int64(len(starts)))
        table = (pointer(classes), pointer(steps), ctypes.c_int64(steps.shape[1]))
        native.strata_automaton(*texts, *table, pointer(found))
    return found.view(np.bool_)


def _accepted(  # noqa: PLR0917 -- the kernel's
    arena: NDArray[np.uint8],
    starts: NDArray[np.int64],
    stops: NDArray[np.int64],
    classes: NDArray[np.uint8],
    steps: NDArray[np.uint16],
    found: NDArray[np.uint8],
) -> None:
    """Run all texts at once, byte by byte, those that are not decided."""
    states = np.full(len(starts), BEGIN, np.uint16)
    left, at = np.arange(len(starts)), starts.copy()
    while len(left):
        ended = at[left] == stops[left]
        which = np.where(ended, steps.shape[1] - 1, classes[arena[np.where(ended, 0, at[left])]]) if len(arena) else -1
        states[left] = steps[states[left], which]
        at[left] += 1
        left = left[(states[left] > LOST) & ~ended]
    found[:] = states == FOUND
