"""Python. Source: tree-sitter-python 0.25, node-types.json; PEP 8 and PEP 257 for names and docstrings."""

from codestrata.analyze.syntax.outline.forms.form import Def, Form

FORM = Form(
    definitions=(
        Def("function", ("function_definition",), parameters="parameters"),
        Def("class", ("class_definition",)),
        Def("type", ("type_alias_statement",), name="left", body="right", binding=True),
        Def("variable", ("assignment",), name="left", body="", needs="left", value=("identifier",), binding=True),
    ),
    wrappers=frozenset({"decorated_definition", "expression_statement"}),
    docstrings=True,
    constructors=frozenset({"__init__"}),
    not_parameters=frozenset({"keyword_separator", "positional_separator"}),
)
