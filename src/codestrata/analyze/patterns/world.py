"""World: the types of a snapshot with their members, and how they stand to one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname

from codestrata.analyze.patterns.facts import FAMILY, Member, Type, member_of, type_of
from codestrata.analyze.patterns.sorts import Sort
from codestrata.store.columns import Columns
from codestrata.store.rows import rows_of

#: A type's rows of one place; more of one name are left out.
_MOST = 64


@dataclass(eq=False)
class World:
    """All types. Names mean the type nearest by: of the same file, of the same folder, or the only one there is."""

    types: list[Type]
    by_name: dict[tuple[str, str], list[Type]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, types: Columns, members: Columns, paths: Mapping[bytes, Sequence[str]]) -> World:
        """Build it from the tables **types** and **members**; ``paths``: where each blob lies."""
        world = cls([])
        for row in rows_of(types) if types else ():
            for path in paths.get(row["blob"], ()):
                world.add(type_of(row, path))
        for row in rows_of(members) if members else ():
            for path in paths.get(row["blob"], ()):
                family = FAMILY.get(row["language"], row["language"])
                owner = world.find(row["type"], family, path)
                if owner is not None:
                    member = member_of(row, path)
                    (owner.methods if member.kind in {"method", "constructor"} else owner.fields).append(member)
                    owner.traits |= {member.trait} if member.trait else set()
        return world

    def add(self, one: Type) -> None:
        """Take a type in."""
        self.types.append(one)
        listed = self.by_name[(one.family, one.name)]
        if len(listed) < _MOST:
            listed.append(one)

    def find(self, name: str, family: str, path: str) -> Type | None:
        """Give the type that a name means in a file, or None."""
        listed = self.by_name.get((family, name), [])
        if not listed:
            return None
        if len(listed) == 1:
            return listed[0]
        same = [t for t in listed if t.path == path]
        folder = dirname(path)
        near = same or [t for t in listed if dirname(t.path) == folder]
        return near[0] if len(near) == 1 or same else None

    def near(self, name: str, one: Type) -> Type | None:
        """Give the type that a name means where a type is written."""
        return self.find(name, one.family, one.path) if name else None

    def sort(self, sort: Sort, one: Type) -> Type | None:
        """Give the type that a field's or parameter's sort is, as seen from a type."""
        return self.near(sort.name, one)

    @cached_property
    def parents(self) -> dict[Type, list[Type]]:
        """What each type extends or implements, here; of Go, interfaces whose methods it has."""
        found: dict[Type, list[Type]] = {}
        for one in self.types:
            names = dict.fromkeys((*one.supertypes, *sorted(one.traits)))
            listed = [t for name in names if (t := self.near(name, one)) is not None and t is not one]
            found[one] = listed
        for one, interface in self._fitting():
            if interface not in found[one]:
                found[one].append(interface)
        return found

    def _fitting(self) -> Iterator[tuple[Type, Type]]:
        """Give Go's structs with the interfaces of the repository that they have all methods of."""
        by_method: dict[str, list[Type]] = defaultdict(list)
        structs = [t for t in self.types if t.language == "Go" and t.kind == "struct" and t.methods]
        for struct in structs:
            for name in {m.name for m in struct.methods}:
                by_method[name].append(struct)
        for interface in self.types:
            if interface.language != "Go" or interface.kind != "interface" or not interface.methods:
                continue
            wanted = {m.name: len(m.takes) for m in interface.methods}
            for struct in by_method.get(min(wanted, key=lambda n: (len(by_method.get(n, ())), n)), ()):
                have = {m.name: len(m.takes) for m in struct.methods}
                if all(have.get(name) == count for name, count in wanted.items()):
                    yield struct, interface

    @cached_property
    def children(self) -> dict[Type, list[Type]]:
        """What extends or implements each type, at once or in steps."""
        direct: dict[Type, list[Type]] = defaultdict(list)
        for one, above in self.parents.items():
            for parent in above:
                direct[parent].append(one)
        found: dict[Type, list[Type]] = {}
        for one in self.types:
            seen: dict[Type, None] = {}
            waiting = list(direct[one])
            while waiting:
                child = waiting.pop()
                if child not in seen and child is not one:
                    seen[child] = None
                    waiting += direct[child]
            found[one] = list(seen)
        return found

    @cached_property
    def _above(self) -> dict[Type, frozenset[Type]]:
        found: dict[Type, set[Type]] = {one: set() for one in self.types}
        for one, below in self.children.items():
            for child in below:
                found[child].add(one)
        return {one: frozenset(above) for one, above in found.items()}

    def ancestors(self, one: Type) -> frozenset[Type]:
        """Give all that a type extends or implements, in steps."""
        return self._above[one]

    def related(self, a: Type, b: Type) -> bool:
        """Say whether two types are one, or one is above the other."""
        return a is b or a in self._above[b] or b in self._above[a]


def methods_of(types: Iterable[Type], name: str) -> list[Member]:
    """Give the methods of a name of some types."""
    return [m for t in types for m in t.methods if m.name == name]
