"""Comments, strings and decisions, family by family."""

from __future__ import annotations

import numpy as np
import pytest

from codestrata.kernels.families import FAMILIES, FAMILY_IDS
from codestrata.kernels.measure import COLUMNS, measure

#: family, text, comment lines, complexity
CASES = [
    ("c", '// a\nint x; // b\n/* c\n\n   d */ y;\n/* e */\nchar *s = "// /*";\n', 3, 1),
    ("c", "if (a && b || c ? d : e) for (;;) while (1) { case 1: }\n", 0, 8),
    ("c", '/* if && */ x = \'"\'; // while\ny = "for || ?";\n/* case */\n', 1, 1),
    ("c", "char c = '\\''; /* a */\n// b\n", 1, 1),
    ("jvm", 'String s = """\n// not\n""";\n/* /* nested */ still */\nx = a ? b : c; T? d;\n', 1, 2),
    ("rust", "fn f<'a>(x: &'a str) -> char { '\"' } // c\n// d\nmatch x { _ => y? }\n", 1, 2),
    ("go", "s := `// raw\n/* raw */`\n// c\nif a && b {\n", 1, 3),
    ("javascript", "// a\nlet s = `x // ${y}\n// z`; if (a?.b) c = d ? e : f;\n", 1, 3),
    ("php", "# a\n// b\n/* c */\n$x = '# d'; elseif\n", 3, 2),
    ("css", "/* a */\nb { c: url(//d); }\n", 1, -1),
    ("scss", "// a\nb { c: d; }\n", 1, -1),
    ("python", '# a\ndef f():\n    """doc\n    # not\n    """\n    return x if a and b else \'# c\'\n', 1, 3),
    ("shell", '#!/bin/sh\n# a\necho "$#" a#b ${x#y} # c\nif a && b; then :; fi\n', 2, 3),
    ("hash", "# a\nkey: value#1 # b\n", 1, -1),
    ("ruby", "=begin\na\n=end\n# b\nx unless y # c\n", 4, 2),
    ("perl", "=pod\n\na\n\n=cut\n# b\n$#x if 1;\n", 4, 2),
    ("sql", "-- a\nselect '-- b' /* c */\n/* d */\n", 2, -1),
    ("lua", "--[[ a\nb ]]\n-- c\nx = [[\n-- d\n]] if y and z then\n", 3, 3),
    ("haskell", "{- a {- b -}\nc -}\n-- d\nf' = if x then '\"' else y\n", 3, 2),
    ("ada", '-- a\nX : String := "--"; IF y AND THEN z\n', 1, 3),
    ("lisp", '; a\n(f "; b" #| c |#)\n#| d\n|#\n', 3, -1),
    ("tex", "% a\nb 50\\% c % d\n", 1, -1),
    ("erlang", '% a\nf() -> "%b". case x of\n', 1, 2),
    ("matlab", "%{\na\n%}\n% b\nx = y'; if z\n", 4, 2),
    ("markup", "<!-- a\nb -->\n<p>c</p>\n", 2, -1),
    ("assembly", "; a\n# b\n#include <c>\nmov r0, #1 @ d\n@ e\n", 3, -1),
    ("fortran", "! a\nIF (x) THEN\nprint *, '! b'\n", 1, 2),
    ("fortran-fixed", "C a\n* b\n      call f\n      if (c) d ! e\n", 2, 2),
    ("basic", "' a\nREM b\nx = \"' c\"\nIf y And z Then\n", 2, 3),
    ("pascal", "{ a }\n(* b *)\n// c\nx := '{'; IF y THEN\n", 3, 2),
    ("ml", "(* a (* b *)\nc *)\nlet x = if '\"' = y then z\n", 2, 2),
    ("fsharp", "// a\n(* b *)\nlet x = match y with\n", 2, 2),
    ("batch", "REM a\n:: b\n@rem c\necho rem d\nIF x y\n", 3, 2),
    ("vim", '" a\nlet x = "b" | if y\n', 1, 2),
    ("powershell", "<# a\nb #>\n# c\nIf ($x) { }\n", 3, 2),
    ("julia", "#= a\n=#\n# b\nx = y ? z : w\n", 3, 2),
    ("nim", "#[ a ]#\n# b\nif x and y:\n", 2, 3),
    ("elixir", '# a\nx = """\n# b\n"""\ncond do\n', 1, 2),
    ("r", "# a\nx <- '# b'\nif (y && z)\n", 1, 3),
    ("cmake", "#[[ a\nb ]]\n# c\nIF(x)\n", 3, 2),
    ("ini", "; a\n# b\nc = d ; e\n", 2, -1),
    ("verilog", "// a\nx = 8'hFF; /* b */\nif (c)\n", 1, 2),
    ("awk", "# a\n$1 ~ /b/ && c { d }\n", 1, 2),
    ("zig", '// a\nx = "//"; if y and z\n', 1, 3),
    ("template", "{# a #}\n{{! b }}\n<!-- c -->\n{{ d }}\n", 3, -1),
    ("d", "/+ a /+ b +/\n+/\n// c\nif (d)\n", 3, 2),
    ("forth", "\\ a\n( b )\n: c d ;\n", 2, -1),
    ("smalltalk", '"a\nb"\nx := \'y "z"\'.\n', 2, -1),
    ("abap", "* a\n\" b\nIF x = '\"'.\n", 2, 2),
    ("cobol", "*> a\n      * b\nIF X AND Y\n", 2, 3),
    ("slashes", "// a\n/* b */\nmessage C {}\n", 2, -1),
    ("slashes-hash", "# a\n// b\nx = 1 /* c */\n", 2, -1),
    ("coffeescript", "###\na\n###\n# b\nx = y if z\n", 4, 2),
    ("none", "# // /* -- ;\n", 0, -1),
]


def told(laid, family: str, text: str) -> tuple[int, int]:
    """Give comment lines and complexity."""
    got = measure(*laid([text.encode()]), np.array([FAMILY_IDS[family]], np.uint8)).counts[0]
    return int(got[COLUMNS.index("comment_lines")]), int(got[COLUMNS.index("complexity")])


#: family, text, decisions
TERNARIES = [
    ("jvm", "x = a?b:c; y = f(1)?\"d\":e[0]?'g':h;", 3),
    ("jvm", "x = a ? b : c;\ny = a\n    ? b\n    : c;", 2),
    ("jvm", "String? s; x?.y(); a ?: b; List<?> l; try? f(); f?(x); a?[0]; int? i = null; g(Int?, T?);", 0),
    ("javascript", "x=a?b:c;y=f()?`d`:$e;z=a?$b:c", 3),
    ("javascript", "interface A { b?: string; c?(d): void } e?.f; g ?? h; i??j; k?.[0]", 0),
    ("php", "$x=$a?$b:$c; $y = f($a)?'d':\"e\";", 2),
    ("php", "<?php function f(?int $a): ?string { return $a?->b ?? $c ?: $d; } ?>", 0),
    ("jvm", '"a?b"; // a?b\n/* a?b */', 0),
    ("jvm", "?a", 0),
    ("jvm", "a?", 0),
    ("c", "x = a?b:c ? d:e;", 2),
]


@pytest.mark.parametrize(("family", "text", "decisions"), TERNARIES)
def test_question_marks(laid, family, text, decisions):
    """A conditional expression is a decision with and without spaces; optional types and calls are none."""
    assert told(laid, family, text)[1] == 1 + decisions


@pytest.mark.parametrize("shift", range(60, 70))
def test_a_question_mark_between_blocks(laid, shift):
    """Where the text is cut into blocks of 64 bytes makes no difference."""
    assert told(laid, "jvm", " " * shift + "a?b:c")[1] == 2
    assert told(laid, "jvm", " " * shift + "a?.b")[1] == 1


@pytest.mark.parametrize(("family", "text", "comments", "complexity"), CASES)
def test_a_family_tells_comments_strings_and_decisions(laid, family, text, comments, complexity):
    """Comment lines hold comments only, marks in strings open nothing, decisions count in code only."""
    assert told(laid, family, text) == (comments, complexity)


def test_every_family_has_a_case():
    """No family without an example."""
    assert {family.name for family in FAMILIES} == {case[0] for case in CASES}


def test_ids_are_what_was_published():
    """An id is for ever: facts are stored with what it meant."""
    published = "none c jvm rust go javascript php css scss slashes slashes-hash python shell hash ruby perl sql lua"
    assert [family.name for family in FAMILIES[:18]] == published.split()
    assert len(FAMILY_IDS) == len(FAMILIES) < 255


def test_unclosed_comments_and_strings(laid):
    """A block comment without end reaches the end of the text; a string without end ends with its line."""
    assert told(laid, "c", "x;\n/* a\nb\n") == (2, 1)
    assert told(laid, "c", 'x = "a;\n// b\n') == (1, 1)


def test_decisions_are_whole_words_of_the_right_case(laid):
    """A decision inside a word or in other letters is none, unless the family ignores case."""
    assert told(laid, "c", "iffy IF if_ If if\n") == (0, 2)
    assert told(laid, "pascal", "iffy IF If if\n") == (0, 4)
