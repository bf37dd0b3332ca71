"""Actions: what bodies of methods do to their own object, over whole batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from codestrata.analyze.syntax.outline.defined import Definitions
from codestrata.analyze.syntax.outline.members.acts import ACTS, Acts
from codestrata.analyze.syntax.outline.members.fields import Fields
from codestrata.analyze.syntax.outline.members.kin import Kin
from codestrata.analyze.syntax.outline.members.makes import made, returned
from codestrata.analyze.syntax.outline.members.own import accesses, fields_of, me, theirs
from codestrata.analyze.syntax.outline.members.used import looped, used
from codestrata.analyze.syntax.outline.tree import Ints, Tree
from codestrata.kernels.nodes.uses import USES
from codestrata.kernels.worded import Words, worded

VERBS = (
    *("returns-self", "returns-new", "returns-field", "new", "calls-field", "loops-field", "calls-own"),
    *("calls-super", "compares-null", "assigns-field", "fills-field", "throws-only"),
)
_SUPER = Words.of(("super",))
#: What is done to a field by how it is used; ``loops-field`` comes before those that follow.
_DOES = (("calls-own", "calls"), ("calls-field", "called"))
_DOES_MORE = (("compares-null", "nulled"), ("assigns-field", "given"), ("fills-field", "filled"))


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
        self.calls = tree.of(self.acts.call[0])
        self.called = tree.child(self.calls, self.acts.call[1])
        self.own = accesses(tree, self.acts, self.nodes)
        self._types = self.kin.of[self.kin.methods]
        bare = self.own[:0]
        if self.acts.bare:
            bare = fields_of(tree, self.nodes, self._types, (self.fields.name, self.fields.of))
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

    def _uses(self, refs: Ints, names: Ints) -> None:
        """What is done to places that name something of the object itself."""
        tree, (how, called) = self.tree, used(self.tree, refs)
        for verb, use in _DOES:
            place = np.flatnonzero(how & USES[use])
            self.add(verb, refs[place], names[place], called[place])
        place = np.flatnonzero(looped(tree, refs))
        self.add("loops-field", refs[place], names[place])
        for verb, use in _DOES_MORE:
            place = np.flatnonzero(how & USES[use])
            self.add(verb, refs[place], names[place])
        self.given = refs[(how & USES["given"]) > 0]
        if tree.nodes.loaded.grammar.name == "cpp":
            first = tree.first_part(tree.of("field_initializer"))
            first = first[tree.is_a(first, ("field_identifier",))]
            self.add("assigns-field", first, first)

    def _calls_own(self) -> None:
        """Calls of the object's own methods without naming it (Java, C++)."""
        tree = self.tree
        if not self.acts.bare:
            return
        if not self.acts.call[1]:
            target = tree.child(self.calls, "object")
            calls = self.calls[(target < 0) | tree.is_a(target, self.acts.me)]
            self.add("calls-own", calls, tree.child(calls, "name"))
            return
        names = self.called[tree.is_a(self.called, ("identifier",))]
        own = (self.found.name[self.kin.methods], self._types)
        names = theirs(tree, self.nodes, self._types, names, own)
        self.add("calls-own", names, names)

    def _creations(self, refs: Ints, names: Ints) -> None:
        nodes, sorts = made(self.tree, self.acts, self.calls, self.called)
        self.add("new", nodes, sorts)
        values = returned(self.tree, self.acts, self.found.body[self.kin.methods])
        self.add("returns-self", values[me(self.tree, self.acts, self.nodes, values)])
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
        names = self.called[tree.is_a(self.called, ("identifier",))]
        self.add("calls-super", names[worded(tree.nodes.arena, tree.start[names], tree.end[names], _SUPER)])

    def _throws(self) -> None:
        """Bodies that do nothing but throw; a docstring does nothing."""
        tree, body = self.tree, self.found.body[self.kin.methods]
        if not self.acts.throws:
            return
        parts = tree.parts(body)
        few = np.flatnonzero((parts == 1) | (parts == 2))  # noqa: PLR2004 - one, and a docstring
        first, parts = tree.first_part(body[few]), parts[few]
        text = tree.is_a(first, ("expression_statement",)) & tree.is_a(tree.first_part(first), ("string",))
        first = np.where(text, tree.after[first], first)
        only = tree.is_a(np.where(first < len(tree.kind), first, -1), self.acts.throws)
        self.add("throws-only", first[only & (parts == 1 + text)])


__all__ = ["VERBS", "Actions", "Acts"]
