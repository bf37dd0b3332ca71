"""Go. Source: node-types.json of tree-sitter-go 0.25; The Go Programming Language Specification."""

from codestrata.analyze.syntax.outline.forms.form import Def, Form

FORM = Form(
    definitions=(
        Def("function", ("function_declaration",), parameters="parameters"),
        Def("method", ("method_declaration",), parameters="parameters"),
        Def("method", ("method_elem",), body="", parameters="parameters"),
        Def("struct", ("type_spec",), body="type", needs="type", value=("struct_type",)),
        Def("interface", ("type_spec",), body="type", needs="type", value=("interface_type",)),
        Def("type", ("type_spec", "type_alias"), body="type", binding=True),
        Def("constant", ("const_spec",), each="name", name="", body="", binding=True),
        Def("variable", ("var_spec",), each="name", name="", body="", binding=True),
    ),
    wrappers=frozenset(
        {"type_declaration", "const_declaration", "var_declaration", "const_spec", "var_spec", "var_spec_list"}
    ),
    documents=(b"//", b"/*"),
    receiver="receiver",
    shared=True,
)
