"""The **samples** table: the rows of a dataset, as they are published."""

from __future__ import annotations

from codestrata.store.schema import Field

SAMPLES: tuple[Field, ...] = (
    Field("text", "text", "the file as UTF-8, without a byte order mark"),
    Field("source", "text", "repo@commit:path#L1-L9: where exactly these lines are"),
    Field("repository", "text", "owner/name, type/name of a package (pypi/click), or the folder of a local repository"),
    Field("origin", "text", "URL or package URL of the repository; local:name or archive:file where none is known"),
    Field("commit", "text", "commit, hexadecimal"),
    Field("path", "text", r"path inside the repository; bytes that are not UTF-8 as \xNN"),
    Field("language", "text", "Linguist's name of the language; empty when unknown"),
    Field("licence", "text", "SPDX expression that governs the file"),
    Field("licence_class", "text", "permissive, public-domain, weak-copyleft, …"),
    Field("licence_source", "text", "path of the file that says so"),
    Field("licence_method", "text", "how it was found: header, file, manifest, declared"),
    Field("licence_confidence", "float32", "0 to 1"),
    Field("blob", "text", "Git object id of the exact bytes, hexadecimal"),
    Field("sha256", "text", "SHA-256 of the exact bytes, hexadecimal"),
    Field("encoding", "text", "encoding of the exact bytes"),
    Field("size", "int64", "bytes in the repository"),
    Field("lines", "int64", "lines"),
    Field("tokens", "int64", "tokens of the exact bytes' text: an estimate, or as export.tokens.tokenizer counts"),
    Field("max_line", "int64", "longest line, characters"),
    Field("comment_lines", "int64", "lines with nothing but comment"),
    Field("complexity", "int64", "branching keywords and operators; -1 where the language has none"),
    Field("vendored", "bool", "the path says that the file is somebody else's"),
    Field("test", "bool", "the path says that the file is a test"),
    Field("documentation", "bool", "the path says that the file is documentation"),
    Field("stars", "int64", "stars the input list gave; -1 when it gave none"),
    Field("forks", "int64", "forks the input list gave; -1 when it gave none"),
)
#: The **texts** table: the columns of samples that depend on content alone, a file for each piece of the dataset.
TEXTS: tuple[Field, ...] = tuple(field for field in SAMPLES if field.name in {"text", "sha256"})
