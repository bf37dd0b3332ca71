"""Actions: what bodies of methods do to their own object, over whole batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.members.acts import ACTS, Acts
from codestrata.analyze.syntax.outline.members.fields import Fields
from codestrata.analyze.syntax.outline.members.kin import Kin
from codestrata.analyze.syntax.outline.members.makes import made, returned
from codestrata.analyze.syntax.outline.tree import Bools, Ints, Tree
from codestrata.kernels.numbers import member

VERBS = (
    *("returns-self", "returns-new", "returns-field", "new", "calls-field", "loops-field", "calls-own"),
    *("calls-super", "compares-null", "assigns-field", "fills-field", "throws-only"),
)
#: Kinds of ``x[i]``.
_ITEMS = ("subscript", "subscript_expression", "index_expression", "array_access")


@dataclass
class Actions:
    """What happens where: verb (number), nodes, one or two names (nodes)."""

    tree: Tree
    found: Definitions
    kin: Kin
    fields: Fields
    parts: list[tuple[int, Ints, Ints | None, Ints | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find everything."""
        tree, self.nodes = self.tree, self.found.node[self.kin.methods]
        self.acts = ACTS[tree.nodes.loaded.grammar.name]
        self.own = self._accesses()
        bare = self._bare() if self.acts.bare else np.zeros(0, np.int64)
        refs = np.concatenate([self.own, bare])
        names = np.concatenate([tree.child(self.own, self.acts.access[2]), bare])
        self._uses(refs, names)
        self._calls_own()
        self._creations(refs, names)
        self._supers()
        self._throws()

    def add(self, verb: str, nodes: Ints, first: Ints | None = None, second: Ints | None = None) -> None:
        """Note what happens at some nodes."""
        if len(nodes):
            self.parts.append((VERBS.index(verb), nodes, first, second))

    def told(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Give what methods do: which (place in ``kin.methods``), verb (number), one or two names (nodes, or -1)."""
        none = np.zeros(0, np.int64)
        if not self.parts:
            return none, none, none, none
        count = np.array([len(nodes) for _, nodes, _, _ in self.parts])
        verb = np.repeat(np.array([number for number, _, _, _ in self.parts], np.int64), count)
        names = np.full((2, len(verb)), -1, np.int64)
        for stop, size, part in zip(np.cumsum(count).tolist(), count.tolist(), self.parts, strict=True):
            for row, given in zip(names, part[2:], strict=True):
                if given is not None:
                    row[stop - size : stop] = given
        who = self.holder(np.concatenate([nodes for _, nodes, _, _ in self.parts]))
        kept = who >= 0
        return who[kept], verb[kept], names[0][kept], names[1][kept]

    def holder(self, nodes: Ints) -> Ints:
        """Give the method around each of some nodes, or -1."""
        return self.tree.holders(self.nodes, nodes)

    def me(self, nodes: Ints) -> Bools:
        """Say which of some nodes are the object itself."""
        tree, acts = self.tree, self.acts
        fits = tree.is_a(nodes, acts.me)
        if acts.me_text:
            long = tree.end[nodes] - tree.start[nodes] == len(acts.me_text)
            return np.asarray(fits & long & tree.starts_with(nodes, acts.me_text.encode()), np.bool_)
        if acts.receiver:
            place = np.flatnonzero(fits)
            fits[place] = self._received(nodes[place])
        return fits

    def _received(self, nodes: Ints) -> Bools:
        """Say which identifiers are the name of the receiver (Go) of their method."""
        tree, holder = self.tree, self.holder(nodes)
        named = tree.child(tree.first_part(tree.child(self.nodes, self.acts.receiver)), "name")
        known = named[named >= 0]
        codes, _ = tree.number(np.concatenate([known, nodes]))
        receiver = np.full(len(named) + 1, -2, np.int64)
        receiver[np.flatnonzero(named >= 0)] = codes[: len(known)]
        return np.asarray(receiver[holder] == codes[len(known) :])

    def _accesses(self) -> Ints:
        nodes = self.tree.of(self.acts.access[0])
        return nodes[self.me(self.tree.child(nodes, self.acts.access[1]))]

    def _bare(self) -> Ints:
        """Find fields that are used without their object (Java, C++)."""
        tree, fields = self.tree, self.fields
        nodes = tree.of("identifier")
        told = np.zeros(len(tree.nodes.loaded.fields), np.bool_)
        for name in ("name", "field", "declarator", "function", "property"):
            if name in tree.nodes.loaded.fields:
                told[tree.nodes.loaded.fields.index(name)] = True
        nodes = nodes[~told[tree.field[nodes]]]
        nodes = nodes[_ends(tree, nodes, fields.name)]
        holder = self.holder(nodes)
        nodes, holder = nodes[holder >= 0], holder[holder >= 0]
        codes, _ = tree.number(np.concatenate([fields.name, nodes]))
        many = len(codes) + 1
        keys = fields.of * many + codes[: len(fields.name)]
        return nodes[member(self.kin.of[self.kin.methods][holder] * many + codes[len(fields.name) :], keys)]

    def _uses(self, refs: Ints, names: Ints) -> None:
        tree, acts = self.tree, self.acts
        above = tree.above(refs)
        if acts.call[1]:
            member = tree.is_a(above, (acts.access[0],)) & (tree.child(above, acts.access[1]) == refs)
            call = tree.above(above)
            called = member & tree.is_a(call, (acts.call[0],)) & (tree.child(call, acts.call[1]) == above)
            method = tree.child(above, acts.access[2])
            own = tree.is_a(above, (acts.call[0],)) & (tree.child(above, acts.call[1]) == refs)
            self.add("calls-own", refs[own], names[own])
        else:
            called = tree.is_a(above, (acts.call[0],)) & (tree.child(above, "object") == refs)
            method = tree.child(above, "name")
        self.add("calls-field", refs[called], names[called], method[called])
        tops = [tree.child(tree.of(kind), way) for kind, way in acts.loops]
        top = np.sort(np.concatenate(tops))
        looped = tree.below(top[top >= 0], refs)
        self.add("loops-field", refs[looped], names[looped])
        null = tree.having(above, tree.of(*acts.nulls))
        null |= tree.is_a(above, acts.negations) & (
            tree.starts_with(above, b"!") | tree.is_a(above, ("not_operator", "condition_clause"))
        )
        self.add("compares-null", refs[null], names[null])
        pair = tree.is_a(above, ("expression_list", "pattern_list"))
        left, statement = np.where(pair, above, refs), np.where(pair, tree.above(above), above)
        given = tree.is_a(statement, acts.assigns) & (tree.child(statement, "left") == left)
        self.add("assigns-field", refs[given], names[given])
        inside = tree.is_a(above, _ITEMS) & (tree.first_part(above) == refs)
        place = np.where(tree.is_a(tree.above(above), ("expression_list",)), tree.above(above), above)
        given = inside & tree.is_a(tree.above(place), acts.assigns) & (tree.child(tree.above(place), "left") == place)
        self.add("fills-field", refs[given], names[given])
        first = tree.first_part(tree.of("field_initializer"))
        first = first[tree.is_a(first, ("field_identifier",))] if tree.nodes.loaded.grammar.name == "cpp" else first[:0]
        self.add("assigns-field", first, first)

    def _calls_own(self) -> None:
        """Calls of the object's own methods without naming it (Java, C++)."""
        tree = self.tree
        if not self.acts.bare:
            return
        if not self.acts.call[1]:
            calls = tree.of(self.acts.call[0])
            target = tree.child(calls, "object")
            calls = calls[(target < 0) | tree.is_a(target, self.acts.me)]
            self.add("calls-own", calls, tree.child(calls, "name"))
            return
        names = tree.child(tree.of(self.acts.call[0]), self.acts.call[1])
        names = names[tree.is_a(names, ("identifier",))]
        holder = self.holder(names)
        names, holder = names[holder >= 0], holder[holder >= 0]
        own = self.found.name[self.kin.methods]
        codes, _ = tree.number(np.concatenate([own, names]))
        many, of = len(codes) + 1, self.kin.of[self.kin.methods]
        names = names[member(of[holder] * many + codes[len(own) :], of * many + codes[: len(own)])]
        self.add("calls-own", names, names)

    def _creations(self, refs: Ints, names: Ints) -> None:
        nodes, sorts = made(self.tree, self.acts)
        self.add("new", nodes, sorts)
        values = returned(self.tree, self.acts, self.found.body[self.kin.methods])
        self.add("returns-self", values[self.me(values)])
        order = np.argsort(nodes)
        nodes, sorts = nodes[order], sorts[order]
        self._told("returns-new", values, nodes, sorts)
        order = np.argsort(refs)
        self._told("returns-field", values, refs[order], names[order])

    def _told(self, verb: str, values: Ints, nodes: Ints, names: Ints) -> None:
        if len(nodes):
            place = np.minimum(np.searchsorted(nodes, values), len(nodes) - 1)
            same = nodes[place] == values
            self.add(verb, values[same], names[place[same]])

    def _supers(self) -> None:
        tree = self.tree
        if self.tree.nodes.loaded.grammar.name != "python":
            self.add("calls-super", tree.of("super") if self.acts.access[0] != "field_expression" else self.own[:0])
            return
        function = tree.child(tree.of("call"), "function")
        fits = tree.is_a(function, ("identifier",)) & (tree.end[function] - tree.start[function] == len("super"))
        function = function[fits]
        self.add("calls-super", function[tree.starts_with(function, b"super")])

    def _throws(self) -> None:
        tree = self.tree
        body = self.found.body[self.kin.methods]
        first = tree.first_part(body)
        # a docstring does nothing
        text = tree.is_a(first, ("expression_statement",)) & tree.is_a(tree.first_part(first), ("string",))
        first = np.where(text, tree.after[first], first)
        only = tree.is_a(np.where(first < len(tree.kind), first, -1), self.acts.throws)
        only &= tree.parts(body) == 1 + text
        self.add("throws-only", first[only])


def _ends(tree: Tree, nodes: Ints, names: Ints) -> Bools:
    """Say which of some nodes begin and end as one of some names does: the others need not be read."""
    known = np.zeros(1 << 16, np.bool_)
    known[_outermost(tree, names)] = True
    return np.asarray(known[_outermost(tree, nodes)] | (tree.start[nodes] == tree.end[nodes]), np.bool_)


def _outermost(tree: Tree, nodes: Ints) -> Ints:
    """Give first and last byte of some nodes as one number."""
    arena = tree.nodes.arena
    first = arena[np.minimum(tree.start[nodes], len(arena) - 1)]
    return first.astype(np.int64) << 8 | arena[tree.end[nodes] - 1]


__all__ = ["VERBS", "Actions", "Acts"]
