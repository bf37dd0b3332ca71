"""JavaScript, TypeScript. Source: node-types.json of tree-sitter-javascript 0.25, tree-sitter-typescript 0.23."""

from codestrata.analyze.syntax.outline.forms.form import Def, Form

_FUNCTIONS = ("arrow_function", "function_expression", "generator_function")
_UNSAID = {"prototype", "exports", "module", "this", "window", "globalThis", "self"}


def _split(name: str) -> tuple[str, str]:
    """Give the owner and the name of what a function is assigned to: ``Foo.prototype.bar`` is bar of Foo."""
    *owners, last = name.split(".")
    return ".".join(o for o in owners if o not in _UNSAID), last.strip("\"'`")


FORM = Form(
    definitions=(
        Def(
            "function",
            ("function_declaration", "generator_function_declaration", "function_signature"),
            parameters="parameters",
        ),
        Def(
            "method",
            ("method_definition", "abstract_method_signature", "method_signature"),
            parameters="parameters",
        ),
        Def("class", ("class_declaration", "abstract_class_declaration", "class")),
        Def("interface", ("interface_declaration",)),
        Def("enum", ("enum_declaration",)),
        Def("module", ("internal_module", "module")),
        Def("type", ("type_alias_declaration",), body="value", binding=True),
        Def(
            "function",
            ("variable_declarator",),
            body="value.body",
            parameters="value.parameters|value.parameter",
            needs="value",
            value=_FUNCTIONS,
        ),
        Def(
            "class",
            ("variable_declarator",),
            body="value.body",
            needs="value",
            value=("class",),
        ),
        Def("variable", ("variable_declarator",), body="value", needs="name", value=("identifier",), binding=True),
        Def(
            "method",
            ("public_field_definition", "field_definition"),
            name="name|property",
            body="value.body",
            parameters="value.parameters|value.parameter",
            needs="value",
            value=_FUNCTIONS,
        ),
        Def(
            "function",
            ("assignment_expression",),
            name="left",
            body="right.body",
            parameters="right.parameters|right.parameter",
            needs="right",
            value=_FUNCTIONS,
        ),
    ),
    wrappers=frozenset(
        {
            "export_statement",
            "lexical_declaration",
            "variable_declaration",
            "ambient_declaration",
            "expression_statement",
        }
    ),
    leading=frozenset({"decorator"}),
    documents=(b"/**",),
    no_documents=(b"/**/",),
    constructors=frozenset({"constructor"}),
    split=_split,
)
