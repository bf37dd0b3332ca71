"""What a column of a table is called, of which kind it is, and what it says: the rows of every schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "binary", "bool", "int32", "int64", "uint64", "float32", "float64"]
#: The type of a pipeline's column → the kind of it in a table.
KINDS: Mapping[str, Kind] = {"bool": "bool", "int": "int64", "float": "float64", "str": "text"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, its kind and what it says."""

    name: str
    kind: Kind
    about: str
