"""What detectors over a whole snapshot find: the tables of structure, and of reasons.

Tools' results are the table **findings**, what an export decides **decisions**: hence the other names here.

What a blob alone tells is in the tables of :mod:`codestrata.analyze.syntax.schema`, once per blob; what is here depends
on paths, manifests, history: once per snapshot. A pattern that users see is a row of **matches** at each of its paths,
or a row of **patterns**. Paths are bytes as git has them; bytes count from 0, lines from 1, ends as in syntax.
"""

from __future__ import annotations

from collections.abc import Mapping

from codestrata.store.schema import Field

LEVELS = {
    "L1": "idiomatic patterns",
    "L2": "design patterns",
    "L3": "micro-libraries",
    "L4": "macro-libraries",
    "L5": "architecture",
    "L6": "domain-specific",
    "L7": "language capability",
    "L8": "meta-context: the reasons behind decisions",
}
#: What a finding rests on.
EVIDENCE = ("syntactic", "structural", "lexical", "manifest", "history", "doc", "tool")
#: Confidence of a rule before it was measured, by its tier.
TIERS = {"A": 0.95, "B": 0.8, "C": 0.55}

#: A structural pattern of a snapshot (L2 to L7).
PATTERNS = (
    Field("level", "text", "L1 to L7"),
    Field("type", "text", "pattern type: builder, layered, micro-library, framework, minimum-version, …"),
    Field("name", "text", "what it is about: a type, a module, a package URL; empty for the whole repository"),
    Field("path", "binary", "file that shows it best, bytes"),
    Field("blob", "binary", "its object id"),
    Field("start", "int64", "first byte of the evidence"),
    Field("end", "int64", "byte after the last"),
    Field("line", "int32", "first line"),
    Field("last_line", "int32", "last line"),
    Field("rule", "text", "id of the rule"),
    Field("rule_version", "int32", "its version"),
    Field("evidence", "text", "syntactic, structural, lexical, manifest, history, doc or tool"),
    Field("confidence", "float32", "0 to 1"),
    Field("description", "text", "one sentence of what was found here"),
    Field("metrics", "text", "JSON: figures it was judged by"),
    Field("places", "text", "JSON: further evidence, a list of {path, line, last_line, says}"),
)
#: A package that a manifest or lock file names.
DEPENDENCIES = (
    Field("manifest", "binary", "path of the manifest"),
    Field("purl", "text", "package URL without version"),
    Field("constraint", "text", "version asked for, as written"),
    Field("locked", "text", "version a lock file fixes; empty without"),
    Field("scope", "text", "runtime, dev, build, test, optional, peer; indirect for what a lock file adds"),
    Field("workspace", "bool", "a member of this repository itself"),
    Field("line", "int32", "line in the manifest"),
)
#: A module: a file, as the language's imports name it.
MODULES = (
    Field("path", "binary", "its file"),
    Field("module", "text", "its name: a.b.c, crate::a::b, package path, path without suffix"),
    Field("unit", "text", "package, crate, Go module, workspace member it belongs to"),
    Field("language", "text", "Linguist's name"),
    Field("lines", "int32", "lines"),
    Field("public", "int32", "public definitions"),
    Field("fan_in", "int32", "modules here that import it at run time"),
    Field("fan_out", "int32", "modules here that it imports at run time"),
    Field("cycle", "int32", "number of its cycle of run-time imports, -1 outside of any"),
    Field("layer", "int32", "longest way down over run-time imports, cycles as one; 0 imports nothing here"),
)
#: An import that stays inside the repository, or leaves it for a package.
EDGES = (
    Field("path", "binary", "file that imports"),
    Field("import", "text", "what is imported, as the language names it"),
    Field("target", "binary", "file imported; empty when it is outside"),
    Field("purl", "text", "package it leaves for, where the manifest tells; empty otherwise"),
    Field("use", "text", "runtime, lazy, typing, reexport"),
    Field("line", "int32", "line of the import"),
)
#: One decision with its reasons (L8). Every text is a quotation: see **quotations**, by ``decision``.
REASONS = (
    Field("decision", "text", "id: hash of source and place"),
    Field("tier", "text", "document, changelog, thread, commit, comment, event"),
    Field("source", "text", "where it is told: path, commit or thread, as in quotations"),
    Field("decided_at", "int64", "seconds since 1970 when known, -1 otherwise"),
    Field("related_commits", "text", "commit ids, joined by commas"),
    Field("related_issues", "text", "issue and pull request numbers or URLs, joined by commas"),
    Field("related_paths", "text", "JSON: paths and definitions it speaks of"),
    Field("confidence", "float32", "0 to 1, calibrated by tier and fields"),
    Field("status", "text", "accepted, proposed, rejected, superseded, reverted; empty when not told"),
    Field("weight", "float32", "how much a reader learns from it: orders lists, means nothing else"),
)
#: What a decision's fields say, word for word.
QUOTATIONS = (
    Field("decision", "text", "id of the decision"),
    Field("field", "text", "decision_point, rationale, alternative, constraint, trade_off, outcome"),
    Field("quote", "text", "the words of the source, byte for byte"),
    Field("source", "text", "path for files, commit id for messages, URL or file for threads"),
    Field("kind", "text", "file, commit, thread"),
    Field("blob", "binary", "object id of a file's content; empty otherwise"),
    Field("start", "int64", "first byte in the source (of a commit: of its message)"),
    Field("end", "int64", "byte after the last"),
    Field("line", "int32", "first line, -1 where lines do not count"),
    Field("last_line", "int32", "last line, -1 where lines do not count"),
    Field("commit", "text", "a commit that has the file so, or the commit whose message it is; empty for threads"),
    Field("cue", "text", "heading, words or event it was found by"),
    Field("confidence", "float32", "0 to 1"),
)

TABLES: Mapping[str, tuple[Field, ...]] = {
    "patterns": PATTERNS,
    "dependencies": DEPENDENCIES,
    "modules": MODULES,
    "edges": EDGES,
    "reasons": REASONS,
    "quotations": QUOTATIONS,
}
