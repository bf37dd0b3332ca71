"""The tables of ``analyze.outline``: some columns of those of ``analyze.syntax``, of the same blobs."""

from __future__ import annotations

from codestrata.analyze.syntax.schema import DEFINITIONS, IMPORTS
from codestrata.store.schema import Field

_OF_DEFINITIONS = ("kind", "owner", "start", "doc_start", "public")
#: Beside table **outlined**, which has the columns of **syntax**.
TABLES: dict[str, tuple[Field, ...]] = {
    "outlined_imports": IMPORTS,
    "outlined_definitions": tuple(field for field in DEFINITIONS if field.name in _OF_DEFINITIONS),
}
