"""schema.json: what a row is, as JSON Schema (draft 2020-12); the columns in their order, each with its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codestrata.export.write.about import About

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "binary": {"type": "string", "contentEncoding": "base64"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "minimum": -(1 << 31), "maximum": (1 << 31) - 1},
    "int64": {"type": "integer", "minimum": -(1 << 63), "maximum": (1 << 63) - 1},
    "uint64": {"type": "integer", "minimum": 0, "maximum": (1 << 64) - 1},
    "float32": {"type": "number"},
    "float64": {"type": "number"},
}


def schema(about: About) -> dict[str, Any]:
    """Give the schema. ``x-kind`` names a column's type as Parquet has it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{about.name}: a row of recipe {about.settings.recipe}",
        "type": "object",
        "properties": {f.name: {**_TYPES[f.kind], "description": f.about, "x-kind": f.kind} for f in about.fields},
        "required": [f.name for f in about.fields],
        "additionalProperties": False,
    }
