"""The **decisions** table: what became of every file of every snapshot, and why.

One row per entry of every snapshot's tree (symbolic links and submodules too), sorted by (full_name, path bytes,
repository id), so a row's number is its place in the dataset's order. Absence is ``""`` or ``-1``, never null.
"""

from __future__ import annotations

from codestrata.store.columns import Column, Columns, Varlen
from codestrata.store.schema import Field, Kind

DECISIONS: tuple[Field, ...] = (
    Field("repository_id", "text", "UUIDv5 of the repository's canonical origin"),
    Field("full_name", "text", "owner/name, or what stands for it"),
    Field("commit", "text", "commit of the snapshot, hexadecimal"),
    Field("path", "binary", "path inside the repository, raw bytes"),
    Field("mode", "int32", "Git file mode: 0o100644, 0o100755, 0o120000 (symbolic link), 0o160000 (submodule)"),
    Field("blob", "binary", "Git object id of the content: 20 bytes, or 32 in SHA-256 repositories"),
    Field("size", "int64", "bytes of the content; -1 for a submodule"),
    Field("encoding", "text", "character encoding found, as in table facts; empty when nobody read the content"),
    Field("language", "text", "Linguist's name of the language; empty when unknown"),
    Field("lines", "int64", "lines"),
    Field("blank_lines", "int64", "lines with nothing but white space"),
    Field("comment_lines", "int64", "lines with nothing but comment"),
    Field("max_line", "int64", "longest line, characters"),
    Field("tokens", "int64", "tokens, estimated; -1 where nobody measured"),
    Field("complexity", "int64", "branching keywords and operators"),
    Field("chars", "int64", "characters"),
    Field("alnum", "int64", "letters and digits, characters"),
    Field("alpha", "int64", "letters, characters"),
    Field("vendored", "bool", "the path says that the file is somebody else's"),
    Field("test", "bool", "the path says that the file is a test"),
    Field("documentation", "bool", "the path says that the file is documentation"),
    Field("generated", "text", "the rule that calls the file generated (by path, then by content); empty if none"),
    Field("minified", "bool", "the content looks minified"),
    Field("licence", "text", "SPDX expression that governs the file; empty when none was found"),
    Field("licence_class", "text", "class of the expression, see codestrata.model.licence"),
    Field("licence_source", "text", "path of the evidence"),
    Field("licence_method", "text", "how it was found: header, file, manifest, declared; empty if none"),
    Field("licence_confidence", "float32", "0 to 1"),
    Field("kept", "bool", "the file is part of the dataset"),
    Field("reason", "text", "empty when kept, else the first rule that failed: a name of REASONS"),
    Field(
        "rule",
        "text",
        "what exactly decided: a pattern, a licence rule, a source; empty when kept. Of a file whose twin is not kept "
        "either (a leak, the mixture), that too",
    ),
    Field("value", "float64", "the figure that was judged; -1 when the rule judges no figure"),
    Field("threshold", "float64", "the threshold it was judged by; -1 when there is none"),
    Field("value_text", "text", "what was judged when it is not a figure"),
    Field("survivor_row", "int64", "row number in this table of the preferred twin; -1 if the file is no duplicate"),
    Field("survivor_repository", "text", "full_name of that twin, kept unless `rule` says otherwise"),
    Field("survivor_path", "binary", "path of that twin"),
    Field("survivor_blob", "binary", "blob of that twin"),
    Field("jaccard", "float64", "exact Jaccard with that twin (1.0: same blob); -1 if the file is no duplicate"),
    Field("split", "text", "train, validation or test; empty when not kept"),
    Field("score", "float32", "quality score, 0 to 1; -1 where none is asked for"),
    Field("redactions", "int32", "places in the text that are replaced by placeholders"),
    Field("failed", "uint64", "every rule that fails: bit k is REASONS[k]; duplicates only where nothing else failed"),
)

PAIRS: tuple[Field, ...] = (
    Field("blob_a", "binary", "the smaller object id of the pair"),
    Field("blob_b", "binary", "the larger object id of the pair"),
    Field("jaccard", "float64", "exact Jaccard of their 5-word shingle sets"),
    Field("version", "text", "how shingles were made; pairs of another version are not used"),
)

_DTYPES = {
    "bool": "bool",
    "int32": "int32",
    "int64": "int64",
    "uint64": "uint64",
    "float32": "float32",
    "float64": "float64",
}


def conform(columns: Columns, schema: tuple[Field, ...]) -> Columns:
    """Give the columns in the order of the schema; raises ValueError where names or kinds differ."""
    names = [f.name for f in schema]
    if set(columns) != set(names):
        msg = f"columns {sorted(set(columns) ^ set(names))} are missing or too many"
        raise ValueError(msg)
    wrong = [f.name for f in schema if not _is(columns[f.name], f.kind)]
    if wrong:
        msg = f"columns {wrong} are not of the kind the schema names"
        raise ValueError(msg)
    return {name: columns[name] for name in names}


def _is(column: Column, kind: Kind) -> bool:
    if isinstance(column, Varlen):
        return kind == ("text" if column.text else "binary")
    return _DTYPES.get(kind) == column.dtype.name
