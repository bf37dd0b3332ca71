"""The columns that profiles ask for beside facts: textures, and what syntax trees tell, by content and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.selection import table_file
from codestrata.kernels.texture import COLUMNS
from codestrata.store.columns import Columns, take

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.decide.gates.base import Case
    from codestrata.store.tables import TableFile, Tables

#: Columns of table facts that checks may name.
FACTS = (
    *("language", "size", "lines", "blank_lines", "comment_lines", "max_line", "tokens", "complexity", "shingles"),
    *("chars", "alnum", "alpha", "encoded_max", "encoded_total", "visible_chars", "test", "documentation"),
)
#: Facts that only profiles ask for, so that nobody else reads them.
_MORE = ("digits", "whitespace")
#: Textures by the names that checks have for them: facts count other words.
TEXTURES = {name: f"{name}_" if name == "words" else name for name in (*COLUMNS, "xml_start", "announced")}
#: Columns that syntax tells.
SYNTAX = ("error_share", "functions")
_FUNCTIONS = "('function', 'method', 'constructor')"


def known(view: View) -> dict[str, list[str]]:
    """Name the files of the tables to join, as far as the profile asks for them."""
    quality = view.settings.export.quality
    wanted = [("textures", "analyze.texture")] if quality.textured else []
    wanted += [("syntax", "analyze.syntax"), ("definitions", "analyze.syntax")] if quality.parsed else []
    return {table: [f.path for f in view.files(table, stage=stage)] for table, stage in wanted}


def parsed(view: View) -> list[str]:
    """Name the files of table syntax."""
    return [f.path for f in view.files("syntax", stage="analyze.syntax")]


def error_shares(case: Case, syntax: Sequence[str]) -> NDArray[np.float64]:
    """Give the share of each file's bytes below error nodes; -1 where there is no tree."""
    files = case.files
    keys: Columns = {name: files[name] for name in ("blob", "language", "size")}
    keys["row"] = np.arange(len(files["mode"]), dtype=np.int64)
    return np.asarray(_syntax(case.tables, keys, {"syntax": syntax, "definitions": ()})["error_share"], np.float64)


def table(case: Case, inputs: Mapping[str, Sequence[str]]) -> Columns:
    """Give one row per file of the case: FACTS, TEXTURES, SYNTAX; -1 where nothing is known."""
    files = case.files
    out: Columns = {name: files[name] for name in FACTS}
    out |= {"blob": files["blob"], "row": np.arange(len(files["mode"]), dtype=np.int64)}
    index = np.asarray(files["facts"])
    for name in _MORE:
        column = np.asarray(case.tables.read(case.facts, name)[name], np.int64)
        out[name] = np.append(column, -1)[np.where(index < 0, len(column), index)]
    return out | _textures(case.tables, out, inputs) | _syntax(case.tables, out, inputs)


def _textures(tables: Tables, keys: Columns, inputs: Mapping[str, Sequence[str]]) -> Columns:
    files = [table_file("textures", path) for path in inputs.get("textures", ())]
    said = {called: f"coalesce(t.{name}::bigint, -1) as {called}" for name, called in TEXTURES.items()}
    return _joined(tables, keys, files, "select blob, language, * exclude (blob, language)", said)


def _syntax(tables: Tables, keys: Columns, inputs: Mapping[str, Sequence[str]]) -> Columns:
    files = [table_file("syntax", path) for path in inputs.get("syntax", ())]
    if not files:
        return {name: np.full(len(keys["row"]), -1.0) for name in SYNTAX}
    defined = [table_file("definitions", path) for path in inputs["definitions"]]
    counted = "select null as blob, null as language, 0 as functions where false"
    if defined:
        counted = (
            f"select blob, language, count(*) filter (kind in {_FUNCTIONS}) as functions"
            f" from {tables.scan(defined)} group by all"
        )
    question = (
        f"with counted as ({counted}) select blob, language, error_bytes, coalesce(functions, 0) as functions"
        " , nodes from @ left join counted using (blob, language) where nodes >= 0"
    )
    said = {
        "error_share": "coalesce(t.error_bytes / greatest(k.size, 1), -1.0)::double as error_share",
        "functions": "coalesce(t.functions, -1)::double as functions",
    }
    return _joined(tables, keys, files, question, said)


def _joined(
    tables: Tables, keys: Columns, files: Sequence[TableFile], question: str, said: Mapping[str, str]
) -> Columns:
    """Join by (blob, language), in the order of the rows."""
    if not files:
        return {name: np.full(len(keys["row"]), -1, np.int64) for name in said}
    scan = tables.scan(files)
    asked = question.replace("@", scan) if "@" in question else f"{question} from {scan}"
    wanted: Any = take({n: keys[n] for n in ("row", "blob", "language", "size")}, np.arange(len(keys["row"])))
    return tables.query(
        f"with t as ({asked}) select {', '.join(said.values())} from k left join t using (blob, language) order by row",
        k=wanted,
    )
