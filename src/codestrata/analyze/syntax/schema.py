"""The tables of syntax: what is known of a blob's text from its tree alone, once per blob and version.

Every table's first columns are ``blob`` (binary, the git object id) and ``language`` (Linguist's name of what it was
parsed as: a header may be C here and C++ there). Bytes count from 0 in the blob, lines from 1; ends
are exclusive for bytes and inclusive for lines. Text of the blob is never stored again: ranges say where it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from codestrata.store.schema import Field

_START = Field("start", "int64", "first byte")
_END = Field("end", "int64", "byte after the last")
_LINE = Field("line", "int32", "first line")
_LAST = Field("last_line", "int32", "last line")
_RANGE = (_START, _END, _LINE, _LAST)

#: One row per blob that was to be parsed.
SYNTAX = (
    Field("language", "text", "Linguist's name of the language it was parsed as"),
    Field("grammar", "text", "short name of the grammar"),
    Field(
        "problem",
        "text",
        'why there is no tree: "" or oversized, binary, encoding, minified, generated, deep, work, timeout, crash',
    ),
    Field("nodes", "int32", "nodes of the tree, -1 without one"),
    Field(
        "error_bytes",
        "int64",
        "bytes below ERROR nodes, or missing: a share of the size tells how far to trust the tree",
    ),
)
#: One row per tree: what the whole file is, comments and layout aside.
TREES = (
    Field("syntax_hash", "uint64", "hash of the whole tree with names of leaves, without comments and layout"),
    Field("nodes", "int32", "named nodes of the tree"),
    Field("error_bytes", "int64", "bytes below ERROR nodes, or missing"),
)
#: Every named definition: functions, types, constants, modules.
DEFINITIONS = (
    Field(
        "kind",
        "text",
        "function, method, constructor, class, struct, enum, union, trait, interface, impl, module, type, "
        "macro, constant, variable",
    ),
    Field("name", "text", "its own name"),
    Field("owner", "text", "names of the definitions around it, outermost first, joined by dots; empty at top level"),
    *_RANGE,
    Field("body", "int64", "first byte of its body; -1 without one"),
    Field("doc_start", "int64", "first byte of its documentation (doc comment or docstring), -1 without"),
    Field("doc_end", "int64", "byte after the documentation, -1 without"),
    Field(
        "public",
        "bool",
        "there for others by the language's rules or conventions: pub without restriction, a capital, exported, public,"
        " not static, no leading underscore, in __all__; and so is what is around it",
    ),
    Field("parameters", "int32", "number of parameters as written (self counts), -1 for what has no list of them"),
    Field("nodes", "int32", "named nodes of its tree"),
    Field("syntax_hash", "uint64", "hash of its tree with names of leaves, without comments and layout"),
    Field("shape_hash", "uint64", "hash of its tree of kinds alone: identifiers and literals abstracted"),
)
#: Every import.
IMPORTS = (
    Field(
        "target", "text", "what is imported, as the language names it: a.b.c, std::fmt, ./x, github.com/a/b, stdio.h"
    ),
    Field("names", "text", "names taken out of it, joined by commas; * for all; empty for the module itself"),
    Field("alias", "text", "name it is bound to, where another is given"),
    Field(
        "relative",
        "int32",
        "leading dots of a Python import; 1 for ./ and ../, for `self`, `super`, `crate` and quoted includes;"
        " 0 otherwise",
    ),
    Field(
        "use",
        "text",
        "runtime (at top level), lazy (inside a function or conditional), typing (for the type checker "
        "alone), reexport",
    ),
    *_RANGE,
)
#: Every call of something with a name.
CALLS = (
    Field(
        "callee",
        "text",
        "what is called as written, up to 120 bytes: a.b.c, Vec::new, println!, $new Foo for constructors with"
        " `new`; of what is no plain path of names, the last name with its dot: .join",
    ),
    Field("within", "text", "owner and name of the definition it lies in; empty at top level"),
    Field("arguments", "int32", "number of arguments, -1 where none can be told (macros)"),
    _LINE,
)
#: Classes, structs, traits, interfaces, for design patterns.
TYPES = (
    Field("name", "text", "its name"),
    Field("kind", "text", "class, struct, enum, trait, interface, protocol, object"),
    Field("supertypes", "text", "names it extends or implements, joined by commas, generic arguments kept off"),
    Field(
        "modifiers",
        "text",
        "abstract, final, sealed, static, public, private, generic, recurring (C++: the argument of its own base)",
    ),
    Field("words", "text", "lower-case words of its name and documentation that name a pattern, joined by commas"),
    *_RANGE,
)
#: Members of types: fields, methods, constructors.
MEMBERS = (
    Field("type", "text", "name of the type it belongs to (of an impl: of the type implemented)"),
    Field("trait", "text", "trait or interface the member's impl block is for; empty otherwise"),
    Field("name", "text", "its name"),
    Field("kind", "text", "field, method, constructor, constant"),
    Field("of", "text", "type of a field, or what a method returns, as written, up to 120 bytes"),
    Field("takes", "text", "types of a method's parameters, joined by commas, as written, up to 120 bytes each"),
    Field(
        "modifiers",
        "text",
        "static, abstract, private, public, protected, override, final, async, virtual, mutable, joined by commas",
    ),
    Field(
        "traits",
        "text",
        "what its body does: returns-self, returns-new:T, returns-field:F, new:T, calls-field:F.m, loops-field:F,"
        " calls-own:m, calls-super, compares-null:F, assigns-field:F, fills-field:F (F[i] = …), throws-only,"
        " joined by commas",
    ),
    *_RANGE,
)
#: Comments that say why: candidates for reasons (L8), found by words.
REMARKS = (
    Field("cue", "text", "word or phrase that made it one: because, workaround, hack, note, deprecated, todo, …"),
    Field("field", "text", "what it may tell: decision, rationale, alternative, constraint, trade_off"),
    *_RANGE,
)
#: Shapes of statements and small subtrees, 5 to 60 named nodes: idioms nobody wrote a rule for.
SHAPES = (
    Field("shape_hash", "uint64", "hash of the tree of kinds and fields, identifiers and literals abstracted"),
    Field("kind", "text", "kind of its root node"),
    Field("nodes", "int32", "named nodes in it"),
    Field("count", "int32", "how often it is in the blob"),
    *_RANGE,
)
#: What a rule found.
MATCHES = (
    Field("rule", "text", "id of the rule"),
    Field("rule_version", "int32", "its version"),
    Field("pack", "text", 'rules of ours: ""; of a folder of yours: its digest'),
    Field("captures", "text", "JSON: name of a capture -> its text, up to 200 bytes each"),
    *_RANGE,
)

TABLES: Mapping[str, tuple[Field, ...]] = {
    "syntax": SYNTAX,
    "trees": TREES,
    "definitions": DEFINITIONS,
    "imports": IMPORTS,
    "calls": CALLS,
    "types": TYPES,
    "members": MEMBERS,
    "remarks": REMARKS,
    "shapes": SHAPES,
    "matches": MATCHES,
}
