"""What a sandbox cannot do, taken out of scripts."""

from __future__ import annotations

from codestrata.ci.convert.losses import Losses
from codestrata.ci.foreign import scripts

#: Kinds of commands that cannot work in a room, and why.
_CANNOT = {
    "system": "a room cannot change the system; take an image that has it",
    "toolchain": "toolchains are the machine's or the image's",
}


def cleaned(script: str, line: int, losses: Losses) -> tuple[str, list[str]]:
    """Give a script without what cannot work in a room ("" if nothing is left), and comments about that."""
    text = script.strip("\n")
    line -= "\n" not in script  # a block begins below its key
    left, gone = scripts.without(text, frozenset(_CANNOT))
    notes = []
    for at, command in gone:
        kind = scripts.kind_of(command, _CANNOT)
        notes.append(losses.add(line + at, command, _CANNOT[kind]))
    for one in scripts.commands(left):
        if one.kind == "network":
            notes.append(
                losses.doubt(line + one.line, one.text, "only package registries can be reached: it will fail")
            )
        elif one.kind in _CANNOT:
            notes.append(losses.doubt(line + one.line, one.text, f"{_CANNOT[one.kind]}: it will fail"))
    empty = all(not part.strip() or part.strip().startswith((":", "#", "set -")) for part in left.split("\n"))
    return "" if empty and gone else left, notes
