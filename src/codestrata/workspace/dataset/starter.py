"""The recipe that ``init`` writes: short, readable, one command away from building."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.workspace.dataset.presets import PRESETS, Figure, figures

#: The column that comments begin in.
_COMMENT = 44
#: Texts that YAML reads as texts without quotes.
_PLAIN = re.compile(r"[A-Za-z/][\w./-]*")
#: What a row of each recipe is.
ROWS: Mapping[str, str] = {
    "pretrain": "a file",
    "repo": "a repository, files in the order of their imports",
    "fim": "a file with a middle to fill in",
    "instruct": "an instruction with its answer",
    "commits": "a file before and after a commit, with the message",
    "patterns": "a pattern of the code with what is around it",
    "verified": "a task whose tests fail before it and pass after it",
}
_HEAD = """\
# A recipe for strata dataset: plan counts, build makes the dataset. Every export setting can stand here by its name
# (docs/settings.md); what does not stand here is as the preset of the recipe, then the defaults, have it.
"""


def start(file: Path, kind: str, sources: Sequence[str]) -> str:
    """Write a recipe for sources; gives its text. Raises InvalidInput where there is a file already."""
    text = text_of(file.stem, kind, sources)
    try:
        with file.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError as error:
        said = "is there already, and is left as it is"
        raise InvalidInput(said, where=str(file), hint="name another file") from error
    return text


def text_of(name: str, kind: str, sources: Sequence[str]) -> str:
    """Give a recipe's text: every figure of the preset with its source."""
    others = ", ".join(one for one in PRESETS if one != kind)
    lines = [
        f"name: {_yaml(name)}",
        "version: 1",
        _beside(f"recipe: {kind}", f"a row is {ROWS[kind]}; also {others}"),
        _beside(f"sources: {_yaml(list(sources))}", "lists (CSV or names), URLs, purls, paths"),
    ]
    told = [(tuple(one.key.removeprefix("export.").split(".")), one) for one in figures(kind)]
    order = list(dict.fromkeys(keys[0] for keys, _ in told))
    told.sort(key=lambda pair: order.index(pair[0][0]))
    for section, inside in groupby(told, key=lambda pair: pair[0][0]):
        lines += _section(section, [(keys[-1], one) for keys, one in inside])
    lines += [_beside("write: {format: parquet, shard_mb: 64}", "also jsonl, jsonl.zst; MB of text in a shard")]
    return _HEAD + "\n".join(lines) + "\n"


def _section(name: str, told: Sequence[tuple[str, Figure]]) -> Iterator[str]:
    """Give a section: in one line where one source says all of it, else a line for each figure."""
    if len({one.source for _, one in told}) == 1:
        values = ", ".join(f"{key}: {_yaml(one.value)}" for key, one in told)
        yield _beside(f"{name}: {{{values}}}", told[0][1].source)
        return
    yield f"{name}:"
    for key, one in told:
        yield _beside(f"  {key}: {_yaml(one.value)}", one.source)


def _beside(text: str, comment: str) -> str:
    return f"{text:<{_COMMENT}}  # {comment}"


def _yaml(value: Any) -> str:
    """Write a value as YAML has it; words stay without quotes where they can."""
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
