"""Java. Source: tree-sitter-java 0.23, node-types.json; The Java Language Specification, 6.6 and 9.4."""

from codestrata.analyze.syntax.outline.forms.form import Def, Form

FORM = Form(
    definitions=(
        Def("method", ("method_declaration", "annotation_type_element_declaration"), parameters="parameters"),
        Def(
            "constructor",
            ("constructor_declaration", "compact_constructor_declaration"),
            parameters="parameters",
        ),
        Def("class", ("class_declaration", "record_declaration")),
        Def("interface", ("interface_declaration", "annotation_type_declaration")),
        Def("enum", ("enum_declaration",)),
        Def("module", ("module_declaration",)),
        Def(
            "constant",
            ("field_declaration", "constant_declaration"),
            each="declarator",
            body="value",
            binding=True,
        ),
    ),
    wrappers=frozenset({"field_declaration", "constant_declaration"}),
    documents=(b"/**", b"///"),
    no_documents=(b"/**/",),
)
