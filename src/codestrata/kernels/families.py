"""Comment-syntax families: how comments and strings look, and which words and operators are decisions, per family.

A family id is one byte that travels beside each document into :func:`codestrata.kernels.measure`. Languages are mapped
to families by ``analyze/language``. Ids are positions in :data:`FAMILIES`: append, never reorder.
The syntax is the core of each language's own manual; nested languages (a script inside HTML) are not entered.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from codestrata.kernels.syntax import Family, Kind, Rule, Where


def _line(*marks: str, where: Where = Where.ANYWHERE) -> tuple[Rule, ...]:
    return tuple(Rule(Kind.LINE, mark, where=where) for mark in marks)


def _block(opening: str, closing: str, *, nested: bool = False, where: Where = Where.ANYWHERE) -> tuple[Rule, ...]:
    return (Rule(Kind.BLOCK, opening, closing, where=where, nested=nested, multiline=True),)


def _string(*quotes: str, escape: bool = True, multiline: bool = False) -> tuple[Rule, ...]:
    return tuple(Rule(Kind.STRING, quote, quote, multiline=multiline, escape=escape) for quote in quotes)


_CHARACTER = (Rule(Kind.CHARACTER, "'", "'", escape=True),)
_SLASHES = _line("//") + _block("/*", "*/")
_NESTED_SLASHES = _line("//") + _block("/*", "*/", nested=True)
_TRIPLE = _string('"""', multiline=True)
_PYTHON = _line("#") + _string('"""', "'''", multiline=True) + _string('"', "'")
_HASH = _line("#", where=Where.SPACED) + _string('"', "'")
_DASHES = _line("--")
_CODE = ("if", "for", "while", "case", "catch")
_LOGIC = ("&&", "||")
_TERNARY = (" ? ", "a?b")

FAMILIES: Final[tuple[Family, ...]] = (
    Family("none"),
    # C, C++, Objective-C, CUDA, OpenCL, GLSL, …
    Family("c", _SLASHES + _string('"') + _CHARACTER, _CODE, (*_LOGIC, "?")),
    # Java, C#, Kotlin, Scala, Swift, Groovy, Dart and others with text blocks
    Family(
        "jvm",
        _NESTED_SLASHES + _TRIPLE + _string('"') + _CHARACTER,
        (*_CODE, "foreach", "when", "guard"),
        (*_LOGIC, *_TERNARY),
    ),
    Family(
        "rust", _NESTED_SLASHES + _string('"', multiline=True) + _CHARACTER, ("if", "for", "while", "match"), _LOGIC
    ),
    Family(
        "go",
        _SLASHES + _string('"') + _string("`", escape=False, multiline=True) + _CHARACTER,
        ("if", "for", "case"),
        _LOGIC,
    ),
    # JavaScript, TypeScript and their JSX forms
    Family("javascript", _SLASHES + _string("`", multiline=True) + _string('"', "'"), _CODE, (*_LOGIC, *_TERNARY)),
    Family(
        "php",
        _SLASHES + _line("#") + _string('"', "'", multiline=True),
        (*_CODE, "elseif", "foreach", "match"),
        (*_LOGIC, *_TERNARY),
    ),
    Family("css", _block("/*", "*/") + _string('"', "'")),
    # SCSS, Less, Stylus
    Family("scss", _SLASHES + _string('"', "'")),
    # slashes without decisions: Protocol Buffers, JSON with comments, …
    Family("slashes", _SLASHES + _string('"', "'")),
    # HCL, Thrift, Jsonnet
    Family("slashes-hash", _SLASHES + _line("#") + _string('"', "'")),
    # docstrings are strings, not comments
    Family("python", _PYTHON, ("if", "elif", "for", "while", "except", "and", "or", "case")),
    Family("shell", _HASH, ("if", "elif", "for", "while", "until"), _LOGIC),
    # YAML, TOML, Make, Dockerfile, properties, ignore lists, …
    Family("hash", _HASH),
    Family(
        "ruby",
        _block("=begin", "=end", where=Where.COLUMN) + _HASH,
        ("if", "elsif", "unless", "while", "until", "for", "when", "rescue", "and", "or"),
        (*_LOGIC, " ? "),
    ),
    Family(
        "perl",
        _block("=pod", "=cut", where=Where.COLUMN)
        + _block("=head", "=cut", where=Where.COLUMN)
        + _block("=over", "=cut", where=Where.COLUMN)
        + _block("=item", "=cut", where=Where.COLUMN)
        + _block("=begin", "=cut", where=Where.COLUMN)
        + _block("=for", "=cut", where=Where.COLUMN)
        + _HASH,
        ("if", "elsif", "unless", "while", "until", "for", "foreach", "and", "or"),
        (*_LOGIC, " ? "),
    ),
    Family("sql", _DASHES + _block("/*", "*/") + _string("'", '"', escape=False, multiline=True), ignore_case=True),
    Family(
        "lua",
        _block("--[[", "]]") + _DASHES + (Rule(Kind.STRING, "[[", "]]", multiline=True),) + _string('"', "'"),
        ("if", "elseif", "for", "while", "until", "and", "or"),
    ),
    # Haskell, Elm, PureScript, Idris, Agda, Dhall
    Family("haskell", _block("{-", "-}", nested=True) + _DASHES + _string('"') + _CHARACTER, ("if", "case"), _LOGIC),
    # Ada, VHDL
    Family(
        "ada",
        _DASHES + _string('"', escape=False) + _CHARACTER,
        ("if", "elsif", "for", "while", "when", "and", "or"),
        ignore_case=True,
    ),
    # Lisp, Scheme, Racket, Clojure, Emacs Lisp
    Family("lisp", _block("#|", "|#", nested=True) + _line(";") + _string('"', multiline=True)),
    Family("tex", _line("%", where=Where.UNESCAPED)),
    Family("erlang", _line("%") + _string('"', multiline=True), ("if", "case", "when", "catch", "andalso", "orelse")),
    # MATLAB, Octave; a single quote is transposition more often than a string
    Family(
        "matlab",
        _block("%{", "%}", where=Where.FIRST) + _line("%") + _string('"', escape=False),
        ("if", "elseif", "for", "while", "case", "catch"),
        _LOGIC,
    ),
    # HTML, XML, SVG, Markdown, Vue, …
    Family("markup", _block("<!--", "-->")),
    # GNU, NASM, ARM: a mark counts where what follows cannot be a directive
    Family("assembly", _SLASHES + _line(";") + _line("# ", "@ ", "#\t", "@\t", where=Where.SPACED) + _string('"')),
    Family(
        "fortran",
        _line("!") + _string('"', "'", escape=False),
        ("if", "elseif", "do", "case", "where", "and", "or"),
        ignore_case=True,
    ),
    Family(
        "fortran-fixed",
        _line("c", "*", where=Where.COLUMN) + _line("!") + _string('"', "'", escape=False),
        ("if", "elseif", "do", "case", "where", "and", "or"),
        ignore_case=True,
    ),
    Family(
        "basic",
        _line("'") + _line("rem ", where=Where.FIRST) + _string('"', escape=False),
        ("if", "elseif", "for", "while", "until", "case", "catch", "and", "or", "andalso", "orelse"),
        ignore_case=True,
    ),
    Family(
        "pascal",
        _line("//") + _block("{", "}") + _block("(*", "*)") + _string("'", escape=False),
        ("if", "for", "while", "repeat", "case", "except", "and", "or"),
        ignore_case=True,
    ),
    # OCaml, Standard ML, Rocq, Isabelle
    Family(
        "ml",
        _block("(*", "*)", nested=True) + _string('"', multiline=True) + _CHARACTER,
        ("if", "for", "while", "match", "when"),
        _LOGIC,
    ),
    Family(
        "fsharp",
        _line("//") + _block("(*", "*)", nested=True) + _TRIPLE + _string('"', multiline=True) + _CHARACTER,
        ("if", "elif", "for", "while", "match", "when"),
        _LOGIC,
    ),
    Family(
        "batch",
        _line("rem ", "@rem ", "::", where=Where.FIRST),
        ("if", "for"),
        ignore_case=True,
    ),
    Family("vim", _line('"', where=Where.FIRST) + _string("'", escape=False), ("if", "elseif", "for", "while"), _LOGIC),
    Family(
        "powershell",
        _block("<#", "#>") + _HASH,
        ("if", "elseif", "for", "foreach", "while", "until", "catch"),
        (" ? ",),
        ignore_case=True,
    ),
    Family(
        "julia",
        _block("#=", "=#", nested=True) + _line("#") + _TRIPLE + _string('"') + _CHARACTER,
        ("if", "elseif", "for", "while", "catch"),
        (*_LOGIC, " ? "),
    ),
    Family(
        "nim",
        _block("#[", "]#", nested=True) + _line("#") + _TRIPLE + _string('"') + _CHARACTER,
        ("if", "elif", "for", "while", "of", "except", "when", "and", "or"),
    ),
    Family(
        "elixir", _line("#") + _TRIPLE + _string('"'), ("if", "unless", "cond", "case", "rescue", "and", "or"), _LOGIC
    ),
    Family("r", _line("#") + _string('"', "'", "`"), ("if", "for", "while", "repeat", "switch", "ifelse"), _LOGIC),
    Family(
        "cmake",
        _block("#[[", "]]") + _line("#") + _string('"', multiline=True),
        ("if", "elseif", "foreach", "while"),
        ignore_case=True,
    ),
    # INI, registry files, git configuration
    Family("ini", _line(";", "#", where=Where.FIRST)),
    # Verilog, SystemVerilog: a quote is a number's base
    Family(
        "verilog", _SLASHES + _string('"'), ("if", "for", "while", "case", "casez", "casex", "foreach"), (*_LOGIC, "?")
    ),
    # awk, Tcl: hash comments with C's operators
    Family("awk", _line("#") + _string('"'), ("if", "for", "while", "elseif", "foreach", "switch"), (*_LOGIC, "?")),
    Family(
        "zig", _line("//") + _string('"') + _CHARACTER, ("if", "for", "while", "catch", "and", "or", "orelse", "switch")
    ),
    # Twig, Jinja, Liquid-like templates over markup
    Family("template", _block("<!--", "-->") + _block("{#", "#}") + _block("{{!", "}}")),
    # D: three kinds of comment
    Family(
        "d",
        _SLASHES + _block("/+", "+/", nested=True) + _string('"', "`", multiline=True) + _CHARACTER,
        _CODE,
        (*_LOGIC, "?"),
    ),
    # Forth: a word by itself
    Family("forth", _line("\\ ", where=Where.SPACED) + _block("( ", ")", where=Where.SPACED)),
    # Smalltalk: comments in double quotes
    Family("smalltalk", _block('"', '"') + _string("'", escape=False, multiline=True)),
    # ABAP: an asterisk in the first column, a double quote to the end of the line
    Family(
        "abap",
        _line("*", where=Where.COLUMN) + _line('"') + _string("'", escape=False),
        ("if", "elseif", "while", "loop", "when", "and", "or"),
        ignore_case=True,
    ),
    # COBOL, fixed and free form
    Family(
        "cobol",
        _line("*>") + _line("*", "/", where=Where.FIRST) + _string('"', "'", escape=False),
        ("if", "when", "until", "and", "or"),
        ignore_case=True,
    ),
    Family(
        "coffeescript",
        _block("###", "###") + _PYTHON,
        ("if", "unless", "for", "while", "until", "when", "catch", "and", "or"),
        _LOGIC,
    ),
)

#: family name → id.
FAMILY_IDS: Final = MappingProxyType({family.name: i for i, family in enumerate(FAMILIES)})
