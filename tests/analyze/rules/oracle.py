"""What ast-grep says of the same rule and program, and rules made up of what is in a program."""

from __future__ import annotations

import random
import re
from typing import Any

from ast_grep_py import SgRoot

from codestrata.analyze.rules.snippets import _LETTERS, _written
from codestrata.analyze.syntax.nodes import NAMED, Nodes
from codestrata.analyze.syntax.parse import parse

Range = tuple[int, int]


def theirs(program: str, grammar: str, config: dict[str, Any]) -> list[Range]:
    """Give the ranges, in bytes, that ast-grep finds, in its order; the same range as often as nodes have it."""
    found = [m.range() for m in SgRoot(program, grammar).root().find_all(config)]
    places = [(one.start.index, one.end.index) for one in found]
    if not program.isascii():
        places = [(len(program[:a].encode()), len(program[:b].encode())) for a, b in places]
    return sorted(places)


def seen_alike(program: str, nodes: Nodes) -> bool:
    """Say whether ast-grep's parser, which may be of another version than ours, sees the same tree in a program."""
    seen: list[str] = []
    left = [SgRoot(program, nodes.loaded.grammar.name).root()]
    while left:
        node = left.pop()
        seen.append(node.kind())
        left.extend(reversed(node.children()))
    return seen == [nodes.loaded.kinds[k] if k < len(nodes.loaded.kinds) else "ERROR" for k in nodes.kind.tolist()]


def known_otherwise(rule: Any, grammar: str) -> bool:
    """Say whether a pattern in a rule is another tree for ast-grep's parser, so that its answers mean nothing."""
    if isinstance(rule, list):
        return any(known_otherwise(one, grammar) for one in rule)
    if not isinstance(rule, dict):
        return False
    pattern = rule.get("pattern")
    text = pattern["context"] if isinstance(pattern, dict) else pattern
    if text is not None:
        written = _written(text, _LETTERS.get(grammar, "$"))
        if not seen_alike(written, parse(grammar, [written.encode()])):
            return True
    return any(known_otherwise(one, grammar) for one in rule.values())


class Maker:
    """Makes rule objects at random that may match nodes of a file, from its kinds, fields, words and pieces of code."""

    def __init__(self, nodes: Nodes, seed: int) -> None:
        self.nodes = nodes
        self.random = random.Random(seed)
        self.kinds = [nodes.loaded.kinds[k] for k in nodes.kind[1:] if k != 65535 and nodes.loaded.named[k]]
        self.fields = sorted({nodes.loaded.fields[f] for f in nodes.field if f})

    def rule(self) -> dict[str, Any]:
        """Make a rule object that is about some kind; not about roots, of whose siblings ast-grep says odd things."""
        return {**self._anchor(), **self._more(2)}

    def _anchor(self) -> dict[str, Any]:
        if self.random.random() < 0.4 and (pattern := self._pattern()):
            return {"pattern": pattern}
        if self.random.random() < 0.2:
            return {"any": [{"kind": self._kind()}, {"kind": self._kind(), **self._more(1)}]}
        return {"kind": self._kind()}

    def _kind(self) -> str:
        return self.random.choice(self.kinds)

    def _some(self, depth: int) -> dict[str, Any]:
        """Make any rule object."""
        choice = self.random.random()
        if choice < 0.45:
            return {"kind": self._kind(), **self._more(depth - 1)}
        if choice < 0.6:
            return {"regex": self._regex(), **self._more(depth - 1)}
        if choice < 0.75 and (pattern := self._pattern()):
            return {"pattern": pattern, **self._more(depth - 1)}
        if choice < 0.85:
            return {"any": [self._some(depth - 1), self._some(depth - 1)]}
        return {"all": [{"kind": self._kind()}, {"not": self._some(depth - 1)}]}

    def _more(self, depth: int) -> dict[str, Any]:
        """Make what may be asked besides."""
        found: dict[str, Any] = {}
        if depth <= 0:
            return found
        for name in ("has", "inside", "precedes", "follows"):
            if self.random.random() < 0.22:
                found[name] = self._relation(name, depth)
        if self.random.random() < 0.15:
            found["not"] = self._some(depth - 1)
        if self.random.random() < 0.12:
            found["nthChild"] = self._nth(depth)
        if self.random.random() < 0.12:
            found["regex"] = self._regex()
        return found

    def _relation(self, name: str, depth: int) -> dict[str, Any]:
        found = self._some(depth - 1)
        choice = self.random.random()
        if choice < 0.4:
            found["stopBy"] = "end"
        elif choice < 0.6:
            found["stopBy"] = {"kind": self._kind()}
        if name in {"has", "inside"} and self.fields and self.random.random() < 0.35:
            found["field"] = self.random.choice(self.fields)
        return found

    def _nth(self, depth: int) -> Any:
        place = self.random.choice([1, 2, 3, "2n+1", "-n+3", "n+2", "2n"])
        if self.random.random() < 0.4:
            return place
        found: dict[str, Any] = {"position": place, "reverse": self.random.random() < 0.5}
        if self.random.random() < 0.5:
            found["ofRule"] = {"kind": self._kind(), **self._more(depth - 1)}
        return found

    def _text(self) -> str:
        node = self.random.randrange(len(self.nodes))
        return self.nodes.text(node).decode("utf-8", "ignore")

    def _regex(self) -> str:
        words = re.findall(r"[A-Za-z]\w*", self._text()[:200]) or ["a"]
        word = self.random.choice(words)
        return self.random.choice(
            [f"^{word}$", word, f"^{word[:2]}", rf"\b{word}\b", f"({word}|x)$", f"^[^{word[0]}]", ".\\(.*"]
        )

    def _pattern(self) -> Any:
        """Take a piece of the file and put holes where named nodes are."""
        nodes = self.nodes
        at = self._piece()
        if at < 0:
            return None
        text, shift = nodes.text(at).decode("utf-8", "ignore"), int(nodes.start[at])
        if not text.isascii():
            return None
        holes: list[tuple[int, int, str]] = []
        for inner in range(at + 1, int(nodes.after[at])):
            a, b = int(nodes.start[inner]) - shift, int(nodes.end[inner]) - shift
            if (
                nodes.flags[inner] & NAMED
                and b > a
                and self.random.random() < 0.35
                and all(b <= x or a >= y for x, y, _ in holes)
            ):
                holes.append((a, b, self.random.choice(["$A", "$B", "$_", "$$$C", "$$$", "$A"])))
        for a, b, hole in sorted(holes, reverse=True):
            text = text[:a] + hole + text[b:]
        if self.random.random() < 0.3:
            return {"context": text, "selector": nodes.loaded.kinds[nodes.kind[at]]}
        return text

    def _piece(self) -> int:
        """Choose a named node of a few nodes, or give -1."""
        nodes = self.nodes
        for _ in range(20):
            at = self.random.randrange(len(nodes))
            small = 2 < nodes.after[at] - at < 30 and nodes.end[at] - nodes.start[at] < 200
            if nodes.flags[at] & NAMED and nodes.kind[at] != 65535 and small:
                return at
        return -1
