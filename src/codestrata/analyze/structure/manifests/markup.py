"""XML as manifests have it: a tree with lines. Document types and entities are refused: nothing is fetched or grown."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

#: Elements within elements.
DEEPEST = 100


class Refused(ValueError):
    """XML that is broken, or that brings declarations of its own."""


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, the text directly in it, its line."""

    name: str
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def get(self, *path: str) -> Element | None:
        """Give the first element on a path of names, or None."""
        here: Element | None = self
        for name in path:
            here = next((child for child in here.children if child.name == name), None) if here else None
        return here

    def all(self, *path: str) -> list[Element]:
        """List the children of that name below a path of names."""
        above = self.get(*path[:-1])
        return [child for child in above.children if child.name == path[-1]] if above else []

    def say(self, *path: str) -> str:
        """Give the text of an element, or ""."""
        found = self.get(*path)
        return found.text.strip() if found else ""


def tree(text: str) -> Element:
    """Parse a document. Raises Refused (a ValueError) for what is broken, deep, or declares a document type."""
    parser = expat.ParserCreate()
    top = Element("", 0)
    stack = [top]

    def start(name: str, _: object) -> None:
        if len(stack) > DEEPEST:
            raise Refused("elements within elements beyond the limit")
        one = Element(name.rpartition(":")[2], parser.CurrentLineNumber)
        stack[-1].children.append(one)
        stack.append(one)

    def refuse(*_: object) -> None:
        raise Refused("a document type of its own")

    def data(piece: str) -> None:
        stack[-1].text += piece

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)  # noqa: FBT003 -- expat takes no names
    except expat.ExpatError as error:
        raise Refused(str(error)) from error
    return top
