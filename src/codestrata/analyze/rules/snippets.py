"""Pieces of code with holes, parsed by the grammar they are for. Source: ast-grep, "Pattern Syntax"."""

from __future__ import annotations

import re
from typing import Any

from codestrata.analyze.rules.matchers import Gap, Hole, Inner, Leaf, Piece, Snippet
from codestrata.analyze.syntax.grammars import Loaded, load

#: Where ``$`` is no letter, holes are written with one that is while the snippet is parsed; as in ast-grep.
_LETTERS = {"python": "µ", "rust": "µ", "go": "µ", "c": "\U00010000", "cpp": "\U00010000"}
_HOLE = re.compile(r"(?P<sigils>\${1,3})(?P<name>[A-Z_][A-Z0-9_]*)")
_DOLLARS = re.compile(r"\$+(?=(.?))", re.DOTALL)


class NoSnippet(Exception):
    """A text is no snippet; ``hint`` says what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def snippet(grammar: str, text: str, selector: str = "") -> Snippet:
    """Parse a snippet; with a selector, what it stands for is the first node of that kind in the text."""
    import tree_sitter

    loaded = load(grammar)
    letter = _LETTERS.get(grammar, "$")
    root = tree_sitter.Parser(loaded.language).parse(_written(text, letter).encode()).root_node
    if root.child_count == 0:
        raise NoSnippet("the pattern is empty")
    if root.has_error and _wrong(root):  # what parsers make of errors differs from version to version
        hint = "give it as {context: code that holds it, selector: kind of the node}"
        raise NoSnippet(f"the pattern is no {grammar} as it stands: {' '.join(text.split())[:60]}", hint)
    node = _selected(root, selector, loaded) if selector else _single(root)
    piece = _piece(node, letter)
    if isinstance(piece, Gap):
        raise NoSnippet("$$$ stands for several nodes; a pattern is one", "write $A, or put it into something")
    return Snippet(piece, node.kind_id if selector else -1)


def _written(text: str, letter: str) -> str:
    def sigils(found: re.Match[str]) -> str:
        count, after = len(found[0]), found[1]
        hole = after == "_" or "A" <= after <= "Z" or count == 3  # noqa: PLR2004 -- $$$ alone
        return (letter if hole else "$") * count

    return _DOLLARS.sub(sigils, text) if letter != "$" else text


def _selected(root: Any, selector: str, loaded: Loaded) -> Any:
    wanted = {i for i in loaded.numbers.get(selector, ()) if loaded.named[i]}
    left = [root]
    while left:
        node = left.pop()
        if node.kind_id in wanted:
            return node
        left.extend(reversed(node.children))
    raise NoSnippet(f'there is no node of the kind "{selector}" in the context')


def _single(root: Any) -> Any:
    if not _alone(root):
        hint = "write one, or {context: …, selector: kind of the node}"
        raise NoSnippet("the pattern is several nodes", hint)
    node = root
    while _alone(node):
        node = node.children[0]
    return node


def _alone(node: Any) -> bool:
    """Say whether a node has one child; some grammars put an empty one behind it."""
    count = node.child_count
    return count == 1 or (count == 2 and (node.children[1].is_missing or not node.children[1].type))  # noqa: PLR2004


def _wrong(node: Any) -> bool:
    """Say whether there is an ERROR in a tree; what is missing at the end of a snippet is none."""
    return node.is_error or any(_wrong(child) for child in node.children if child.has_error)


def _piece(node: Any, letter: str) -> Piece:
    text: bytes = node.text
    hole = _hole(text.decode().replace(letter, "$"))
    if hole:
        return hole
    if node.child_count == 0:
        return Leaf(text, node.kind_id, node.is_named)
    return Inner(node.kind_id, tuple(_piece(child, letter) for child in node.children if not child.is_missing))


def _hole(text: str) -> Hole | Gap | None:
    if text == "$$$":
        return Gap("")
    found = _HOLE.fullmatch(text)
    if not found:
        return None
    name = "" if found["name"].startswith("_") else found["name"]
    return Gap(name) if len(found["sigils"]) == 3 else Hole(name, len(found["sigils"]) == 1)  # noqa: PLR2004
