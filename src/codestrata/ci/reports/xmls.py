"""XML that somebody else wrote, without its dangers: it declares nothing, so it has no entity, and no file beside it.

A document type with declarations ends the reading at once: that is where "billion laughs" and external entities come
from. One that only names a DTD elsewhere, as reports of Cobertura do, is passed over: nothing is ever fetched.
Source: XML 1.0 (fifth edition), sections 2.8 and 4.2; CWE-611, CWE-776.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from codestrata.ci.reports.base import Unreadable

MAX_DEPTH = 64
MAX_ELEMENTS = 2_000_000


@dataclass(slots=True)
class Element:
    """An element: its name without its namespace, its attributes, all text right in it, and what is below it."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def get(self, *names: str) -> str:
        """Give the first of these attributes that it has, or ""."""
        return next((self.attributes[name] for name in names if name in self.attributes), "")

    def all(self, name: str) -> list[Element]:
        """Give its children of this name."""
        return [child for child in self.children if child.name == name]

    def walk(self, name: str) -> Iterator[Element]:
        """Give everything of this name below it, and itself, in the order of the document."""
        if self.name == name:
            yield self
        for child in self.children:
            yield from child.walk(name)


class Refused(Unreadable):
    """A document is not read at all: it holds what is dangerous."""


class _Builder:
    def __init__(self) -> None:
        self.top = Element("", {})
        self._open = [self.top]
        self._texts: list[list[str]] = [[]]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH:
            raise Unreadable(f"elements are nested more than {MAX_DEPTH} deep")
        if self._count > MAX_ELEMENTS:
            raise Unreadable(f"it has more than {MAX_ELEMENTS:,} elements")
        element = Element(name.rsplit("}", 1)[-1].rsplit(":", 1)[-1], attributes)
        self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def end(self, _: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def doctype(self, name: str, _system: str | None, _public: str | None, declares: int) -> None:
        if declares:
            self.refuse(name)

    def refuse(self, name: str, *_: object) -> None:
        raise Refused(f"it has declarations of its own ({name[:80]}), which are never read")


def load(data: bytes) -> tuple[Element, str]:
    """Read a document: its root, and what is wrong with it ("" if nothing).

    Of a document that breaks off, what came before is there. Raises Unreadable where nothing is.
    """
    builder, parser = _Builder(), expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.refuse
    parser.buffer_text = True
    problem = ""
    try:
        parser.Parse(data, True)  # noqa: FBT003 -- expat's own signature: this is all of it
    except Refused:
        raise
    except Unreadable as error:
        problem = str(error)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        problem = f"no valid XML: line {error.lineno}, column {error.offset + 1}: {what}"
    except (LookupError, ValueError) as error:
        problem = f"no valid XML: {error}"
    if not builder.top.children:
        raise Unreadable(problem or "it is empty")
    return builder.top.children[0], problem
