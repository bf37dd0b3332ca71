"""Acts: how each grammar writes what bodies of methods do to their own object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acts:
    """Kinds and fields, as tree-sitter's grammars name them.

    ``access``: kind of ``self.x``, its fields for the object and for the name. ``me``: kinds of the object itself;
    ``me_text``: what it must read, if anything; a receiver's own name (Go) with ``receiver``. ``bare``: fields are
    also used without their object. ``call``: kind of a call and its field for what is called; without one, the call
    holds object and name itself (Java). ``loops``: kinds of loops, and their field for what is looped over.
    ``nulls``, ``negations``, ``assigns``, ``returns``, ``throws``: kinds. ``creates``: kinds that make an object, and
    the way to its type. ``climbs``: kinds that hand a value on, unchanged.
    """

    access: tuple[str, str, str]
    me: tuple[str, ...]
    call: tuple[str, str]
    loops: tuple[tuple[str, str], ...]
    nulls: tuple[str, ...]
    assigns: tuple[str, ...]
    creates: tuple[tuple[str, str], ...]
    returns: tuple[str, ...]
    throws: tuple[str, ...]
    me_text: str = ""
    receiver: str = ""
    bare: bool = False
    negations: tuple[str, ...] = ()
    climbs: tuple[str, ...] = ("parenthesized_expression",)
    tails: bool = False


_SCRIPT = Acts(
    access=("member_expression", "object", "property"),
    me=("this",),
    call=("call_expression", "function"),
    loops=(("for_in_statement", "right"), ("for_statement", "condition")),
    nulls=("null", "undefined"),
    assigns=("assignment_expression", "augmented_assignment_expression"),
    creates=(("new_expression", "constructor"),),
    returns=("return_statement",),
    throws=("throw_statement",),
    negations=("unary_expression",),
    climbs=("parenthesized_expression", "as_expression", "await_expression"),
)
_C = Acts(
    access=("field_expression", "argument", "field"),
    me=("this",),
    call=("call_expression", "function"),
    loops=(("for_range_loop", "right"), ("for_statement", "condition")),
    nulls=("null", "nullptr"),
    assigns=("assignment_expression",),
    creates=(("new_expression", "type"),),
    returns=("return_statement",),
    throws=("throw_statement",),
    bare=True,
    negations=("unary_expression", "condition_clause"),
    climbs=("parenthesized_expression", "pointer_expression", "cast_expression"),
)
ACTS: Mapping[str, Acts] = {
    "python": Acts(
        access=("attribute", "object", "attribute"),
        me=("identifier",),
        me_text="self",
        call=("call", "function"),
        loops=(("for_statement", "right"), ("for_in_clause", "right")),
        nulls=("none",),
        assigns=("assignment", "augmented_assignment"),
        creates=(("call", "function"),),
        returns=("return_statement",),
        throws=("raise_statement",),
        negations=("not_operator",),
    ),
    "rust": Acts(
        access=("field_expression", "value", "field"),
        me=("self",),
        call=("call_expression", "function"),
        loops=(("for_expression", "value"),),
        nulls=(),
        assigns=("assignment_expression", "compound_assignment_expr"),
        creates=(("struct_expression", "name"), ("call_expression", "function.path")),
        returns=("return_expression",),
        throws=(),
        climbs=("parenthesized_expression", "reference_expression", "try_expression", "await_expression"),
        tails=True,
    ),
    "go": Acts(
        access=("selector_expression", "operand", "field"),
        me=("identifier",),
        receiver="receiver",
        call=("call_expression", "function"),
        loops=(("range_clause", "right"), ("for_clause", "condition")),
        nulls=("nil",),
        assigns=("assignment_statement",),
        creates=(("composite_literal", "type"),),
        returns=("return_statement",),
        throws=(),
        climbs=("parenthesized_expression", "unary_expression", "expression_list"),
    ),
    "java": Acts(
        access=("field_access", "object", "field"),
        me=("this",),
        call=("method_invocation", ""),
        loops=(("enhanced_for_statement", "value"), ("for_statement", "condition")),
        nulls=("null_literal",),
        assigns=("assignment_expression",),
        creates=(("object_creation_expression", "type"),),
        returns=("return_statement",),
        throws=("throw_statement",),
        bare=True,
        climbs=("parenthesized_expression", "cast_expression"),
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "c": _C,
    "cpp": _C,
}
