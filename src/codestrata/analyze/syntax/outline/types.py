"""Types: classes, structs, traits and interfaces with what they extend, for design patterns."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from codestrata.analyze.syntax.extract import Rows
from codestrata.analyze.syntax.outline.defined import KINDS, TYPES, Definitions
from codestrata.analyze.syntax.outline.members.kin import by_name
from codestrata.analyze.syntax.outline.members.texts import Told, laid, nothing_of
from codestrata.analyze.syntax.outline.members.traits import base
from codestrata.analyze.syntax.outline.table import Look
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.nodes.uses import below
from codestrata.kernels.numbers import numbered
from codestrata.kernels.strings import distinct
from codestrata.kernels.worded import Words, camel, read, spoken
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
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BITS = {word: 1 << i for i, word in enumerate(sorted(WORDS))}
#: Words as documentation and names write them, one or several, in letters of any case.
_IN_TEXT, _IN_NAME = (
    Words({word.encode(): _BITS.get(word) or _BITS[word[:-1]] for word in some}, read(string.ascii_letters, lower=True))
    for some in (_SPOKEN, WORDS)
)
#: How much of a documentation is read for words, bytes.
_READ = 600
#: Kinds of nodes around the names of supertypes.
_CLAUSES = (
    *("superclass", "super_interfaces", "extends_interfaces", "class_heritage", "extends_clause", "implements_clause"),
    *("extends_type_clause", "base_class_clause", "trait_bounds", "type_list"),
)
_NO_NAMES = ("access_specifier", "type_arguments", "lifetime")
#: Modifiers in the order they are told, and the bit of each; those that are written in front of a name.
_MODIFIERS = (*("abstract", "final", "generic", "private", "protected", "public", "recurring", "sealed", "static"),)
#: Columns of text.
COLUMNS = ("name", "kind", "supertypes", "modifiers", "words")
_MARKS = {word: 1 << i for i, word in enumerate(_MODIFIERS)}
_FRONT = frozenset(_MODIFIERS) - {"generic", "recurring"}
_SORTS = Varlen.of((*KINDS, "protocol"))
_ABSTRACT = frozenset({"ABC", "ABCMeta", "Protocol", "metaclass=ABCMeta"})
#: How much in front of a name is looked at, bytes.
_HEAD = 300


def types(tree: Tree, found: Definitions, seen: Look) -> Rows:
    """Give the table types."""
    places = np.flatnonzero(found.are(TYPES - {"impl"}))
    if not len(places):
        return nothing_of(tree, COLUMNS)
    above = _supertypes(tree, found, places)
    files, begin = tree.nodes.files(found.node[places]), seen.begin[places]
    kinds, supers = found.kind[places].astype(np.int64), [""] * len(places)
    for k, names in above.items():
        supers[k] = ",".join(dict.fromkeys(names))
        if "Protocol" in names:
            kinds[k] = len(KINDS)
    columns = {
        "name": Told(found.named, places),
        "kind": Told(_SORTS, kinds),
        "supertypes": Told.rows(Varlen.of(supers)),
        "modifiers": _modifiers(tree, found, seen, places, above),
        "words": _words(tree, found, seen, places),
    }
    return Rows(
        files,
        {
            **laid([columns]),
            **tree.range_columns(files, begin, tree.end[found.outer[places]]),
        },
    )


def _modifiers(tree: Tree, found: Definitions, seen: Look, places: Ints, above: Mapping[int, list[str]]) -> Told:
    """Give what modifies types, as written or as the language means it."""
    nodes, names = found.node[places], tree.start[found.name[places]]
    begins = np.minimum(np.maximum(seen.begin[places], names - _HEAD), names)
    codes, first = distinct(tree.nodes.arena, begins, names)
    heads = zip(begins[first].tolist(), names[first].tolist(), strict=True)
    told = np.array([_written(tree.raw[a:b]) for a, b in heads], np.int64)[codes] if len(codes) else codes
    generic = (tree.child(nodes, "type_parameters") >= 0) | tree.is_a(tree.above(nodes), ("template_declaration",))
    told |= np.where(generic, _MARKS["generic"], 0) | np.where(seen.public[places], _MARKS["public"], 0)
    for k, supers in above.items():
        if not _ABSTRACT.isdisjoint(supers):
            told[k] |= _MARKS["abstract"]
    if tree.nodes.loaded.grammar.name == "cpp":
        for k in np.flatnonzero(tree.having(nodes, tree.of("base_class_clause"))).tolist():
            told[k] |= _MARKS["recurring"] * _recurs(tree, int(nodes[k]), found.names[int(places[k])])
    return _sets(_MODIFIERS, told)


def _recurs(tree: Tree, node: int, name: str) -> bool:
    """Say whether a class is the argument of its own base (C++)."""
    clauses = [tree.text(part) for part in tree.parts_of(node) if tree.kind_of(part) == "base_class_clause"]
    within = [text for text in clauses if name in text and "<" in text]
    return any(re.search(rf"<\s*(?:[\w:]+,\s*)*{re.escape(name)}\b", text) for text in within)


@lru_cache(maxsize=4096)
def _written(head: bytes) -> int:
    """Give the modifiers in what is written in front of a name."""
    return sum(_MARKS[word] for word in _FRONT.intersection(head.decode(errors="replace").split()))


def _sets(words: Sequence[str], bits: Ints) -> Told:
    """Give a column of sets of words, as bits, each in the order of the words, joined by commas."""
    some, _, which = numbered(bits)
    return Told(Varlen.of([_listed(words, number) for number in some.tolist()]), which)


@lru_cache(maxsize=4096)
def _listed(words: Sequence[str], number: int) -> str:
    return ",".join(word for i, word in enumerate(words) if number >> i & 1)


def _words(tree: Tree, found: Definitions, seen: Look, places: Ints) -> Told:
    """Give the words for patterns in the names of types and in their documentation."""
    starts, names = np.maximum(seen.first[places], 0), found.named
    stops = np.where(seen.first[places] >= 0, np.minimum(seen.stop[places], starts + _READ), 0)
    told = spoken(tree.nodes.arena, starts, stops, _IN_TEXT)
    for k in np.flatnonzero(told < 0).tolist():
        told[k] = _spoken(tree.raw[starts[k] : stops[k]])
    named = camel(names.data, names.offsets[places], names.offsets[places + 1], _IN_NAME)
    for k in np.flatnonzero(named < 0).tolist():
        named[k] = _named(found.names[int(places[k])])
    return _sets(tuple(_BITS), told | named)


def _named(name: str) -> int:
    """Give the words in a name that is not ASCII."""
    return sum(_BITS[word] for word in WORDS.intersection(piece.lower() for piece in _PIECES.findall(name)))


def _spoken(text: bytes) -> int:
    """Give the words in a documentation that is not ASCII, of one or of several."""
    found = _SPOKEN.intersection(_LETTERS.findall(text.decode(errors="replace").lower()))
    return sum(_BITS[word] for word in {word if word in WORDS else word[:-1] for word in found})


def _supertypes(tree: Tree, found: Definitions, places: Ints) -> dict[int, list[str]]:
    """Give the names that types extend or implement, by numbers of types."""
    told: dict[int, list[str]] = defaultdict(list)
    grammar = tree.nodes.loaded.grammar.name
    if grammar == "go":
        _embedded(tree, found, places, told)
        return told
    parts, whose = _clauses(tree, found.node[places])
    codes, texts = tree.number(parts)
    bare = ["".join(text.split()) for text in texts]
    names = [base(text) for text in bare]
    whole = tree.is_a(parts, ("keyword_argument",)).tolist()  # of Python's keywords
    for k, code, all_ in zip(whose.tolist(), codes.tolist(), whole, strict=True):
        if name := bare[code] if all_ else names[code]:
            told[k].append(name)
    if grammar == "rust":
        _implemented(tree, found, places, told)
    return told


def _implemented(tree: Tree, found: Definitions, places: Ints, told: dict[int, list[str]]) -> None:
    """Rust: the traits that blocks implement for types of the same file."""
    impls = np.flatnonzero(found.are(("impl",)))
    traits = tree.child(found.node[impls], "trait")
    impls, traits = impls[traits >= 0], traits[traits >= 0]
    if not len(impls):
        return
    every = np.concatenate((places, impls))
    which, first = by_name(tree, found.node[every], found.named.take(every))
    type_of = np.full(len(first), -1, np.int64)
    type_of[which[: len(places)]] = np.arange(len(places))  # of several the last
    codes, texts = tree.number(traits)
    names = [base(text) for text in texts]
    for k, code in zip(type_of[which[len(places) :]].tolist(), codes.tolist(), strict=True):
        if k >= 0 and texts[code]:
            told[k].append(names[code])


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
        parts, place = below(tree.laid, clauses)
        above = whose[place]
        inner = tree.is_a(parts, _CLAUSES)
        name = ~inner & ~tree.is_a(parts, _NO_NAMES)
        found.append(parts[name])
        types.append(above[name])
        clauses, whose = parts[inner], above[inner]
    order = np.argsort(np.concatenate(types), kind="stable")
    return np.concatenate(found)[order], np.concatenate(types)[order]


def _embedded(tree: Tree, found: Definitions, places: Ints, told: dict[int, list[str]]) -> None:
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
            told[k].append(name)
