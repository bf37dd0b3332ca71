"""What a column of a table is called, of which kind it is, and what it says: the rows of every schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "binary", "bool", "int32", "int64", "uint64", "float32", "float64"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, its kind and what it says."""

    name: str
    kind: Kind
    about: str
