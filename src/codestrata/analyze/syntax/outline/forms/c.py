"""C and C++. Source: node-types.json of tree-sitter-c 0.24, tree-sitter-cpp 0.23; Doxygen, "Documenting the code"."""

import re
from functools import lru_cache

from codestrata.analyze.syntax.outline.forms.form import Def, Form

_ARGUMENTS = re.compile(r"<[^<>]*>")


@lru_cache(maxsize=4096)
def _split(name: str) -> tuple[str, str]:
    """Give the owner and the name of ``a::F<T>::f``: a.F and f."""
    if name.isidentifier():
        return "", name
    if "operator" not in name:
        while (plain := _ARGUMENTS.sub("", name)) != name:
            name = plain
    *owners, last = re.sub(r"\s*::\s*", "::", name).split("::")
    # a macro that the grammar does not know may stand in front
    return ".".join(o.split()[-1] for o in owners if o.strip()), " ".join(last.split())


FORM = Form(
    definitions=(
        Def("function", ("function_definition",), name="declarator*", parameters="*", needs="declarator"),
        Def("struct", ("struct_specifier",), needs="body"),
        Def("union", ("union_specifier",), needs="body"),
        Def("enum", ("enum_specifier",), needs="body"),
        Def("class", ("class_specifier",), needs="body"),
        Def("module", ("namespace_definition",)),
        Def("type", ("alias_declaration", "concept_definition"), body="type", binding=True),
        Def("macro", ("preproc_def",), body="value", binding=True),
        Def("macro", ("preproc_function_def",), body="value", parameters="parameters", binding=True),
        Def("type", ("type_definition",), each="declarator", name="*", body="", binding=True),
        # a prototype or a variable: what stands around the name tells
        Def("variable", ("declaration",), each="declarator", name="*", body="value", parameters="*", binding=True),
        Def("field", ("field_declaration",), each="declarator", name="*", body="", parameters="*", binding=True),
    ),
    wrappers=frozenset({"template_declaration", "declaration", "field_declaration", "type_definition"}),
    declarators=frozenset(
        {
            "pointer_declarator",
            "function_declarator",
            "array_declarator",
            "parenthesized_declarator",
            "reference_declarator",
            "init_declarator",
            "attributed_declarator",
        }
    ),
    documents=(b"//", b"/*"),
    split=_split,
)
