"""The chain of evidence: which strategy tells which language."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.analyze.language import Detector, name_keys
from codestrata.store.columns import Varlen

C_HEADER = "#ifndef A_H\n#define A_H\n#include <stdio.h>\nint add(int a, int b);\n#endif\n"
CPP_HEADER = "#pragma once\n#include <vector>\nnamespace a {\nclass B {\npublic:\n  std::vector<int> c;\n};\n}\n"
OBJC_HEADER = "#import <Foundation/Foundation.h>\n\n@interface A : NSObject\n@end\n"
PERL = "use strict;\nuse warnings;\nmy %h = (a => 1);\nprint $h{a};\n"
PROLOG = "parent(tom, bob).\ngrand(X, Z) :- parent(X, Y), parent(Y, Z).\n"
MATLAB = "% add two numbers\nfunction y = add(a, b)\n  y = a + b;\nend\n"

CASES = [
    ("Makefile", "all:\n\tcc a.c\n", "Makefile", "filename"),
    ("a/Dockerfile", "FROM scratch\n", "Dockerfile", "filename"),
    ("Makefile", "#!/usr/bin/make -f\nall:\n", "Makefile", "filename"),
    ("tool", "#!/usr/bin/env python3\nprint(1)\n", "Python", "shebang"),
    ("tool", "#!/bin/sh\necho\n", "Shell", "shebang"),
    ("tool.py", "#!/bin/bash\necho\n", "Shell", "shebang"),
    ("run.mjs", "#!/usr/bin/env node\nf();\n", "JavaScript", "extension"),
    ("tool.py", "#!/opt/own/unheard-of\n", "Python", "extension"),
    ("config", "# vim: set ft=ruby :\nputs 1\n", "Ruby", "modeline"),
    ("a.h", "// -*- C++ -*-\nint a;\n", "C++", "modeline"),
    ("a.inc", "<html>\n<!-- -*- mode: html -*- -->\n", "HTML", "modeline"),
    ("notes", "text\n" * 40 + "# vim: ft=python\n", "Python", "modeline"),
    ("a.py", "print(1)\n", "Python", "extension"),
    ("a.PY", "", "Python", "extension"),
    ("a.rs.in", "fn main() {}\n", "Rust", "extension"),
    ("a.h", C_HEADER, "C", "heuristics"),
    ("a.h", CPP_HEADER, "C++", "heuristics"),
    ("a.h", "\ufeff" + CPP_HEADER, "C++", "heuristics"),
    ("a.h", "\ufefftemplate <class T> T f();\n", "C++", "heuristics"),
    ("a.h", OBJC_HEADER, "Objective-C", "heuristics"),
    ("a.h", "", "C", "heuristics"),
    ("a.pl", PERL, "Perl", "heuristics"),
    ("a.pl", PROLOG, "Prolog", "heuristics"),
    ("a.m", MATLAB, "MATLAB", "heuristics"),
    ("a.ts", "export const a: number = 1;\n", "TypeScript", "heuristics"),
    ("a.ts", '<?xml version="1.0"?>\n<TS version="2.1"></TS>\n', "XML", "heuristics"),
    ("a.json", '{"openapi": "3.0.0"}\n', "OASv3-json", "heuristics"),
    ("a.json", "{}\n", "JSON", "heuristics"),
    ("a.sol", "pragma solidity ^0.8.0;\ncontract A {}\n", "Solidity", "heuristics"),
    ("a.sol", "nothing to go by\n", "", ""),
    ("ls.1", '.TH LS 1 "2024"\n.SH NAME\nls\n', "Roff Manpage", "heuristics"),
    ("curl.3curl", '.TH CURL 3 "2024"\n.SH NAME\ncurl\n', "Roff Manpage", "manpage"),
    ("data", '<?xml version="1.0"?>\n<a/>\n', "XML", "xml"),
    ("app.config.in", '\n<?xml version="1.0"?>\n', "XML", "xml"),
    ("a.spec", "Name: a\nVersion: 1\n%description\nAn example.\n%files\n", "RPM Spec", "classifier"),
    ("README", "An example.\n", "", ""),
    ("a.inc", "", "", ""),
]


def detect(rows, binary=None):
    """Detect (path, content) rows in one batch."""
    content = Varlen.of((c.encode() if isinstance(c, str) else c for _, c in rows), text=False)
    flags = np.zeros(len(rows), np.bool_) if binary is None else np.array(binary, np.bool_)
    keys = name_keys(Varlen.of(p for p, _ in rows))
    return list(zip(*Detector().detect(keys, content.data, content.offsets, flags), strict=True))


@pytest.mark.parametrize(("path", "content", "language", "method"), CASES)
def test_each_strategy_answers_in_its_turn(path, content, language, method):
    """The first strategy that leaves one language decides, and its name is kept as the reason."""
    assert detect([(path, content)]) == [(language, method)]


def test_a_batch_answers_as_its_rows_do_alone():
    """Neighbours in the arena never change an answer."""
    rows = [(path, content) for path, content, _, _ in CASES]
    assert detect(rows) == [(language, method) for _, _, language, method in CASES]


def test_binary_content_has_no_language():
    """Bytes that are no text are in no language, whatever the name says."""
    assert detect([("a.py", b"\0\1"), ("a.py", "x = 1\n")], [True, False]) == [("", ""), ("Python", "extension")]


def _crlf(text):
    return text.replace("\n", "\r\n")


def _trailing_blanks(text):
    return text.replace("\n", "  \t\n")


def _no_last_newline(text):
    return text.removesuffix("\n")


def _more_newlines(text):
    return text + "\n" if text else text


@pytest.mark.parametrize("change", [_crlf, _trailing_blanks, _no_last_newline, _more_newlines])
@pytest.mark.parametrize(("path", "content", "language", "method"), CASES)
def test_layout_at_the_ends_of_lines_changes_nothing(path, content, language, method, change):
    """CRLF, blanks before a line's end and newlines at a file's end leave language and method as they were."""
    assert detect([(path, change(content))]) == [(language, method)]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from([p for p, *_ in CASES]), st.binary(max_size=300)), max_size=6),
    st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_bytes_get_an_answer_that_does_not_depend_on_the_batch(rows, flags):
    """No content is an error, and rows are independent of one another."""
    flags = flags[: len(rows)]
    assert detect(rows, flags) == [detect([row], [flag])[0] for row, flag in zip(rows, flags, strict=True)]


def test_detection_gives_the_same_answers_without_compiled_kernels(monkeypatch):
    """The gates only save time: with their Python twin the answers stay."""
    monkeypatch.setattr("codestrata.kernels.gate.library", lambda: None)
    rows = [(path, content) for path, content, _, _ in CASES]
    assert detect(rows) == [(language, method) for _, _, language, method in CASES]


LINES = st.sampled_from(
    [
        "class A {",
        "  public:",
        "#include <vector>",
        "@interface A",
        "x std::y",
        "\tkey: value:",
        '"openapi": "3.0"',
        "swagger: '2.0'",
        "<TS>",
        "# vim: ft=ruby",
        "-*- perl -*-",
        '<?xml version="1.0"?>',
        "int a;",
        "x" * 700,
        "",
    ]
)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.h", "a.json", "a.yml", "a.ts", "README", "a.html", "a.1"]), st.lists(LINES, max_size=14)
        )
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_the_gates_only_save_time(rows, newline, mark):
    """Looking at every undecided file finds what is found when the gates dismiss most of them."""
    texts = [(path, mark + newline.join(lines)) for path, lines in rows]
    gated = detect(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Detector, "_usual", lambda *_: [])
        assert gated == detect(texts)
