"""One file, converted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from codestrata.ci.convert.detect import KINDS, detect
from codestrata.ci.convert.fitting import fit
from codestrata.ci.convert.github.workflow import read_workflow
from codestrata.ci.convert.gitlab import read_gitlab
from codestrata.ci.convert.losses import Losses
from codestrata.ci.convert.split import split_network
from codestrata.ci.convert.stages import read_stages
from codestrata.ci.convert.woodpecker import read_woodpecker
from codestrata.ci.draft.document import Loss
from codestrata.ci.draft.sound import sound
from codestrata.ci.draft.write import write
from codestrata.ci.foreign.values import read
from codestrata.errors import InvalidInput, NothingDone

_READERS = {
    "stages": read_stages,
    "woodpecker": read_woodpecker,
    "github": read_workflow,
    "gitlab": read_gitlab,
}


@dataclass(frozen=True, slots=True)
class Converted:
    """The text of the pipeline file, whose file it was (one of KINDS), and what is not in it."""

    text: str
    kind: str
    losses: tuple[Loss, ...]
    jobs: int


def convert(text: str, *, where: str = "pipeline", kind: str = "auto") -> Converted:
    """Convert a file's text; ``where`` is its name, for errors and the pipeline's name.

    Raises InvalidInput for what is no file of that kind, NothingDone where nothing of it can run here.
    """
    value = read(text, where)
    if not value.map:
        raise InvalidInput("it is no mapping", where=where, hint="a pipeline file has keys such as jobs or steps")
    chosen = detect(value) if kind == "auto" else kind
    if chosen not in _READERS:
        hint = f"say --from, one of: {', '.join(KINDS)}"
        raise InvalidInput("it is none of the files that are known", where=where, hint=hint)
    losses = Losses()
    draft = _READERS[chosen](value, PurePath(where).stem or "pipeline", losses)
    draft.drop_missing()
    if not draft.jobs:
        first = f"the first: {losses.listed[0]}" if losses.listed else "it has no job"
        raise NothingDone("nothing of it can run here", where=where, hint=first)
    split_network(draft)
    fit(draft, losses)
    sound(draft, losses.add, where)
    left_out = losses.listed
    draft.notes = [f"Converted from {PurePath(where).name} ({chosen})."]
    if left_out:
        draft.notes += ["Not taken over:", *(f"- {loss}" for loss in left_out)]
    return Converted(write(draft), chosen, tuple(left_out), len(draft.jobs))
