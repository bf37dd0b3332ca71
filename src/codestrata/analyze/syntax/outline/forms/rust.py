"""Rust. Source: tree-sitter-rust 0.24, node-types.json; The Rust Reference, "Items" and "Comments"."""

import re

from codestrata.analyze.syntax.outline.forms.form import Def, Form

_ARGUMENTS = re.compile(r"<.*", re.DOTALL)


def _split(name: str) -> tuple[str, str]:
    """Take generic arguments, references and paths off the type of an impl block."""
    if name.isidentifier():
        return "", name
    return "", _ARGUMENTS.sub("", name).rsplit("::", 1)[-1].strip("&* \n") or name


FORM = Form(
    definitions=(
        Def("function", ("function_item", "function_signature_item"), parameters="parameters"),
        Def("struct", ("struct_item",)),
        Def("enum", ("enum_item",)),
        Def("union", ("union_item",)),
        Def("trait", ("trait_item",)),
        Def("impl", ("impl_item",), name="type"),
        Def("module", ("mod_item",)),
        Def("macro", ("macro_definition",), body="", binding=True),
        Def("type", ("type_item", "associated_type"), body="type", binding=True),
        Def("constant", ("const_item", "static_item"), body="value", binding=True),
    ),
    leading=frozenset({"attribute_item"}),
    documents=(b"///", b"/**"),
    no_documents=(b"////", b"/***", b"/**/"),
    split=_split,
    not_parameters=frozenset({"attribute_item"}),
)
