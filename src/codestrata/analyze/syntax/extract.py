"""What is read off nodes: pure functions of nodes give rows of tables; the stage adds ``blob`` in front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.syntax.nodes import Nodes
from codestrata.store.columns import Columns


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table: ``file`` (int64, index of their file in the nodes, rising) and the schema's columns."""

    file: NDArray[np.int64]
    columns: Columns


class Extract(Protocol):
    """A function of nodes that gives some tables of :data:`codestrata.analyze.syntax.schema.TABLES`."""

    def __call__(self, nodes: Nodes, /) -> Mapping[str, Rows]:
        """Give tables by name; a table without rows may be left out."""


#: Who reads what, by place (``package.module:function``), with a version: raise it when the same nodes may give
#: other rows.
EXTRACTS: Mapping[str, int] = {
    "codestrata.analyze.syntax.outline:outline": 6,
    "codestrata.analyze.reasons.remarks:remarks": 2,
    "codestrata.analyze.rules.match:matched": 1,
}
