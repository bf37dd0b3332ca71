"""What a form is: how one grammar shows definitions, their names, bodies, documentation and visibility."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Def:
    """One way to define something: nodes of ``node`` kinds are of this definition ``kind``.

    ``each``: the children known by this field are what is defined, one by one (``const A, B = 1, 2``). ``name``,
    ``body``, ``parameters``: ways from it by fields (``a.b|c``), empty for itself (a name) or for none; a star at the
    end of ``name`` goes on into declarators (C), and as ``parameters`` stands for those of the innermost declarator;
    ``needs``: a way that must lead somewhere; ``value``: kinds of what the way ``needs`` leads to. ``binding``: a name
    for a value, not a scope; kept at the level of modules and types alone.
    """

    kind: str
    node: tuple[str, ...]
    each: str = ""
    name: str = "name"
    body: str = "body"
    parameters: str = ""
    needs: str = ""
    value: tuple[str, ...] = ()
    binding: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """How a grammar shows what it defines.

    ``definitions``: the first row that fits wins. ``wrappers``: kinds of nodes that belong to the only definition in
    them. ``leading``: kinds of siblings in front of a definition that belong to it. ``declarators``: kinds that stand
    around a name (C). ``documents``: how comments start that document what follows them, less ``no_documents``;
    ``docstrings``: the first string of a body does. ``constructors``: names of methods that are constructors;
    ``split``: from a name as written to what it says of its owner, and the name; ``receiver``: a field that names the
    owner. ``not_parameters``: kinds in a parameter list that are none; ``shared``: what is one there may have several
    names.
    """

    definitions: tuple[Def, ...]
    wrappers: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()
    declarators: frozenset[str] = frozenset()
    documents: tuple[bytes, ...] = ()
    no_documents: tuple[bytes, ...] = ()
    docstrings: bool = False
    constructors: frozenset[str] = frozenset()
    split: Callable[[str], tuple[str, str]] | None = None
    receiver: str = ""
    not_parameters: frozenset[str] = field(default_factory=frozenset)
    shared: bool = False
