"""How many tokens there are to learn from in rows that are not one text: what one column of theirs says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codestrata.export.decide.columns import varlen
from codestrata.export.tokens.counter import counter, digest_of
from codestrata.store.schema import Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from codestrata.engine.base import Partition
    from codestrata.export.shape.base import Shape
    from codestrata.store.columns import Columns

CHATS = "messages"
TOKENS = Field("tokens", "int64", "tokens to learn from: of a chat what both say, else of the code or the patch")
#: Texts that are counted at once.
_AT_ONCE = 256


def planned(shape: Shape, partitions: Iterator[Partition], path: str) -> Iterator[Partition]:
    """Let each partition know what counts: a tokenizer's file, "" for the estimate."""
    digest = digest_of(path)
    for one in partitions:
        if hasattr(shape, "learned"):
            yield replace(one, spec={**one.spec, "tokenizer": digest}, hint={**one.hint, "tokenizer": path})
        else:
            yield one


def tokens(column: str, made: Columns, spec: Mapping[str, Any], hint: Mapping[str, Any]) -> NDArray[np.int64]:
    """Count the tokens of rows, in the column that is learned from."""
    import numpy as np

    counts = counter(hint["tokenizer"], spec["tokenizer"])
    texts, languages = varlen(made, column), varlen(made, "language").strings()
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(languages), _AT_ONCE):
        which = np.arange(start, min(start + _AT_ONCE, len(languages)))
        said = [_said(column, text) for text in texts.take(which).strings()]
        found.append(counts.count(said, languages[start : start + _AT_ONCE]))
    return np.concatenate(found)


def _said(column: str, text: str) -> bytes:
    if column == CHATS:
        text = "\n".join(one["content"] for one in json.loads(text))
    return text.encode("utf-8", "surrogatepass")
