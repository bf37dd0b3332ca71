"""Grades: how well a runner holds here, in one letter, and what is missing for a better one."""

from __future__ import annotations

from codestrata.sandbox.base import Caps, Isolation, State

#: Each grade with what it means, best first; a runner has the first whose meaning holds of it.
GRADES = {
    "A": "every layer holds, and the limits are the kernel's",
    "B": "no layer is missing and the limits are the kernel's; some layer is weaker than it could be",
    "C": "no layer is missing, but limits are watched from outside: a quick bomb is ended late",
    "D": "something runs, but a layer of isolation is missing",
    "E": "an attack got through: run nothing on it that you would not run yourself",
    "F": "nothing can be run",
}

#: Isolation whose limits the kernel sees to.
_KERNELS = frozenset({Isolation.STRICT, Isolation.CONTAINER, Isolation.GVISOR})


def grade(caps: Caps, *, escaped: int = 0) -> str:
    """Give the grade of a runner that was probed, and attacked: ``escaped`` of the attacks got through."""
    states = {layer.state for layer in caps.layers}
    if not caps.usable:
        return "F"
    if escaped:
        return "E"
    if State.MISSING in states or not states:
        return "D"
    if not caps.provides & _KERNELS:
        return "C"
    return "B" if State.WEAK in states else "A"


def lacking(caps: Caps, letter: str) -> str:
    """Say what is missing for the next better grade, "" for the best."""
    weak, missing = (_names(caps, state) for state in (State.WEAK, State.MISSING))
    return {
        "A": "",
        "B": f"for A, make these whole: {weak}",
        "C": "for B, let the kernel limit memory and processes: writable control groups, or a container engine",
        "D": f"for C or better, these are missing: {missing}",
        "E": "for anything better, no attack may get through",
        "F": caps.reason or f"these are missing: {missing}",
    }[letter]


def _names(caps: Caps, state: State) -> str:
    return ", ".join(layer.name for layer in caps.layers if layer.state is state) or "nothing"
