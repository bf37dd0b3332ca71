"""Types: classes, structs, traits and interfaces with what they extend, for design patterns."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.defined import KINDS, TYPES, Definitions
from codestrata.analyze.syntax.outline.members.traits import base
from codestrata.analyze.syntax.outline.table import Look
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.store.columns import Varlen

#: Words that name a pattern, as they stand in names of types and in documentation.
WORDS = frozenset(
    {
        *("singleton", "instance", "builder", "factory", "creator", "prototype", "adapter", "adaptor", "wrapper"),
        *("bridge", "composite", "component", "decorator", "facade", "flyweight", "proxy", "chain", "handler"),
        *("responsibility", "command", "interpreter", "iterator", "mediator", "memento", "snapshot", "observer"),
        *("listener", "subscriber", "observable", "subject", "publisher", "emitter", "event", "state", "strategy"),
        *("policy", "template", "visitor", "middleware", "registry", "pool", "guard", "typestate", "newtype"),
        *("plugin", "delegate", "cache", "lazy", "handle", "impl", "undo", "action", "context", "mixin", "hook"),
    }
)
_SPOKEN = WORDS | {f"{word}s" for word in WORDS}
_LETTERS = re.compile(r"[a-z]+")
#: What each spoken word is one of, and bytes to those of small letters, all others to spaces.
_SINGLE = {word.encode(): word if word in WORDS else word[:-1] for word in _SPOKEN}
_LOWER = bytes(byte if chr(byte) in "abcdefghijklmnopqrstuvwxyz" else ord(" ") for byte in bytes(range(256)).lower())
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: How much of a documentation is read for words, bytes.
_READ = 600
#: Kinds of nodes around the names of supertypes.
_CLAUSES = (
    *("superclass", "super_interfaces", "extends_interfaces", "class_heritage", "extends_clause", "implements_clause"),
    *("extends_type_clause", "base_class_clause", "trait_bounds", "type_list"),
)
_NO_NAMES = ("access_specifier", "type_arguments", "lifetime")
_MODIFIERS = frozenset({"abstract", "final", "sealed", "static", "public", "private", "protected"})
_ABSTRACT = frozenset({"ABC", "ABCMeta", "Protocol", "metaclass=ABCMeta"})
#: How much in front of a name is looked at, bytes.
_HEAD = 300


def types(tree: Tree, found: Definitions, seen: Look) -> Rows:
    """Give the table types."""
    begin = seen.begin
    places = np.flatnonzero(found.are(TYPES - {"impl"})).tolist()
    above = _supertypes(tree, found, places)
    nodes = found.node[places]
    files = tree.nodes.files(nodes)
    generic = (tree.child(nodes, "type_parameters") >= 0) | tree.is_a(tree.above(nodes), ("template_declaration",))
    cpp = tree.nodes.loaded.grammar.name == "cpp"
    first, stop = seen.first[places], np.minimum(seen.stop[places], seen.first[places] + _READ)
    read = zip(np.maximum(first, 0).tolist(), np.where(first >= 0, stop, 0).tolist(), strict=True)
    heads = zip(begin[places].tolist(), tree.start[found.name[places]].tolist(), strict=True)
    kinds, modifiers, words, raw = [], [], [], tree.raw
    flags = zip(generic.tolist(), seen.public[places].tolist(), strict=True)
    for k, (i, (a, b), (c, d), (open_, public)) in enumerate(zip(places, heads, read, flags, strict=True)):
        supers = above.get(i, ())
        kinds.append("protocol" if "Protocol" in supers else KINDS[found.kind[i]])
        abstract = bool(supers) and not _ABSTRACT.isdisjoint(supers)
        recurs = cpp and _recurs(tree, int(nodes[k]), found.names[i])
        modifiers.append(_modified(_written(raw[max(a, b - _HEAD) : b]), open_, public, abstract, recurs))
        words.append(_listed(_named(found.names[i]) | _spoken(raw[c:d])))
    return Rows(
        files,
        {
            "name": found.named.take(np.array(places, np.int64)),
            "kind": Varlen.of(kinds),
            "supertypes": Varlen.of([",".join(dict.fromkeys(above.get(i, ()))) for i in places]),
            "modifiers": Varlen.of(modifiers),
            "words": Varlen.of(words),
            **tree.range_columns(files, begin[places], tree.end[found.outer[places]]),
        },
    )


def _recurs(tree: Tree, node: int, name: str) -> bool:
    """Say whether a class is the argument of its own base (C++)."""
    clauses = [part for part in tree.parts_of(node) if tree.kind_of(part) == "base_class_clause"]
    return any(re.search(rf"<\s*(?:[\w:]+,\s*)*{re.escape(name)}\b", tree.text(part)) for part in clauses)


@lru_cache(maxsize=4096)
def _written(head: bytes) -> frozenset[str]:
    """Give the modifiers in what is written in front of a name."""
    return _MODIFIERS & set(head.decode(errors="replace").split())


@lru_cache(maxsize=4096)
def _modified(
    written: frozenset[str],
    generic: bool,  # noqa: FBT001 - a key of the cache
    public: bool,  # noqa: FBT001 - same
    abstract: bool,  # noqa: FBT001 - same
    recurring: bool,  # noqa: FBT001 - same
) -> str:
    """List the modifiers of a type."""
    told = {"generic": generic, "public": public, "abstract": abstract, "recurring": recurring}
    return _listed(written | {word for word, said in told.items() if said})


@lru_cache(maxsize=4096)
def _listed(words: frozenset[str]) -> str:
    return ",".join(sorted(words))


@lru_cache(maxsize=16384)
def _named(name: str) -> frozenset[str]:
    """Give the words in a name."""
    return WORDS.intersection(piece.lower() for piece in _PIECES.findall(name))


def _spoken(text: bytes) -> frozenset[str]:
    """Give the words in a documentation, of one or of several."""
    if not text:
        return frozenset()
    if text.isascii():
        return frozenset(_SINGLE[word] for word in _SINGLE.keys() & set(text.translate(_LOWER).split()))
    found = _SPOKEN.intersection(_LETTERS.findall(text.decode(errors="replace").lower()))
    return frozenset(_SINGLE[word.encode()] for word in found)


def _supertypes(tree: Tree, found: Definitions, places: list[int]) -> dict[int, list[str]]:
    """Give the names that each type extends or implements."""
    told: dict[int, list[str]] = defaultdict(list)
    grammar = tree.nodes.loaded.grammar.name
    if grammar == "go":
        _embedded(tree, found, places, told)
        return told
    parts, whose = _clauses(tree, found.node[places])
    whole = tree.is_a(parts, ("keyword_argument",)).tolist()  # of Python's keywords
    for k, text, all_ in zip(whose.tolist(), tree.texts(parts), whole, strict=True):
        bare = "".join(text.split())
        name = bare if all_ else base(bare)
        if name:
            told[places[k]].append(name)
    if grammar == "rust":
        files = tree.nodes.files(found.node).tolist()
        by_name = {(files[i], found.names[i]): i for i in places}
        impls = np.flatnonzero(found.are(("impl",))).tolist()
        traits = tree.texts(tree.child(found.node[impls], "trait"))
        for i, trait in zip(impls, traits, strict=True):
            place = by_name.get((files[i], found.names[i]), -1)
            if trait and place >= 0:
                told[place].append(base(trait))
    return told


def _clauses(tree: Tree, nodes: Ints) -> tuple[Ints, Ints]:
    """Give what stands in the clauses of types that name supertypes, and the place of its type; outer clauses first."""
    clauses = tree.of(*_CLAUSES)
    if tree.knows("class_definition"):
        arguments = tree.of("argument_list")
        arguments = arguments[tree.is_a(tree.parent[arguments], ("class_definition",))]
        clauses = np.sort(np.concatenate((clauses, arguments)))
    whose = np.searchsorted(nodes, tree.parent[clauses]) if len(nodes) else clauses
    right = nodes[np.minimum(whose, len(nodes) - 1)] == tree.parent[clauses] if len(nodes) else clauses < 0
    clauses, whose = clauses[right], whose[right]
    found, types = [clauses[:0]], [whose[:0]]
    while len(clauses):
        parts = tree.parts_below(clauses)
        above = whose[np.searchsorted(clauses, tree.parent[parts])]
        inner = tree.is_a(parts, _CLAUSES)
        name = ~inner & ~tree.is_a(parts, _NO_NAMES)
        found.append(parts[name])
        types.append(above[name])
        clauses, whose = parts[inner], above[inner]
    order = np.argsort(np.concatenate(types), kind="stable")
    return np.concatenate(found)[order], np.concatenate(types)[order]


def _embedded(tree: Tree, found: Definitions, places: list[int], told: dict[int, list[str]]) -> None:
    """Go: what a struct or an interface embeds."""
    embedded = tree.of("field_declaration")
    embedded = embedded[tree.child(embedded, "name") < 0]
    elements = tree.of("type_elem")
    nodes = np.sort(np.concatenate([embedded, elements[tree.parts(elements) == 1]]))
    holder = tree.holders(found.node[places], nodes)
    named = np.where(tree.is_a(nodes, ("field_declaration",)), tree.child(nodes, "type"), tree.first_part(nodes))
    direct = tree.is_a(tree.above(nodes), ("interface_type", "field_declaration_list"))
    for k, text, fits in zip(holder.tolist(), tree.texts(named), direct.tolist(), strict=True):
        if k >= 0 and fits and (name := base(text.lstrip("*~"))):
            told[places[k]].append(name)
