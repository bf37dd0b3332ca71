"""Shebangs and modelines: the words a file uses about itself."""

import time

import pytest

from codestrata.analyze.language import modeline, shebang

SHEBANGS = [
    ("#!/bin/sh\n", "sh"),
    ("#! /usr/bin/perl -w\n", "perl"),
    ("#!/usr/bin/python3.11\n", "python3"),
    ("#!/usr/bin/env python\n", "python"),
    ("#!/usr/bin/env -S deno run --allow-net\n", "deno"),
    ("#!/usr/bin/env LANG=C -i ruby -w\n", "ruby"),
    ("#!/usr/bin/env\n", ""),
    ("#!\n", ""),
    ("#!", ""),
    ("  #!/bin/sh\n", ""),
    ("#!/usr/bin/osascript -l JavaScript\n", ""),
    ("#!/usr/bin/osascript\n", "osascript"),
    ('#!/bin/sh\n# next line\nexec scala "$0" "$@"\n', "scala"),
    ("#!/bin/sh\necho exec\n", "sh"),
    ("#!/bin/bash\r\n", "bash"),
]

MODELINES = [
    ("# -*- ruby -*-", "ruby"),
    ("# -*- mode: Python; coding: utf-8 -*-", "python"),
    ("# -*- coding: utf-8; mode: perl -*-", "perl"),
    ("# -*-mode:lisp-*-", "lisp"),
    ("# -*- coding: utf-8 -*-", ""),
    ("# -*- two words -*-", ""),
    ("# --*- ruby", ""),
    ("# vim: ft=ruby", "ruby"),
    ("# vim: set filetype=yaml :", "yaml"),
    ("# vim: se ft=yaml: more", "yaml"),
    ("# vim: set ft=yaml", ""),
    ("/* vim: noai:ts=4:ft=c:sw=4 */", "c"),
    ("# vim600: syntax=sh", "sh"),
    ("# vi: ft=tcl", "tcl"),
    ("# ex: ft=perl", "perl"),
    ("lex: ft=perl", ""),
    ("# vim:titlestring=a\\ ft=perl ts=4", ""),
    ("# vim: ft =sh", "sh"),
    ("# vim: ft\t=sh", "sh"),
    ("UseVimball\n# vim: ft=vim", ""),
]


@pytest.mark.parametrize(("line", "program"), SHEBANGS)
def test_a_shebang_names_its_interpreter(line, program):
    """Without path, version, ``env`` and its options; the ``exec`` trick of shell scripts is seen through."""
    assert shebang.interpreter(line.encode()) == program


@pytest.mark.parametrize(("line", "mode"), MODELINES)
def test_a_modeline_names_its_mode(line, mode):
    """Emacs and Vim modelines, as those editors read them."""
    assert modeline.mode(line.encode()) == mode


@pytest.mark.parametrize(("line", "mode"), [row for row in MODELINES if row[1]])
def test_a_line_with_a_mode_holds_a_trace(line, mode):
    """The gate looks for the traces, so no modeline may be without one."""
    assert any(trace in line.encode() for trace in modeline.TRACES)


@pytest.mark.parametrize("newline", ["", "\n"])
def test_only_the_first_and_last_five_lines_count(newline):
    """A modeline in line 5 from either end counts, in line 6 it does not; a newline at the end is no line."""
    lines = [f"line {i}" for i in range(20)]
    found = []
    for i in range(20):
        text = "\n".join([*lines[:i], "# vim: ft=ruby", *lines[i + 1 :]]) + newline
        found.append(modeline.mode(modeline.ends(text.encode(), text.encode())))
    assert [i for i, mode in enumerate(found) if mode] == [0, 1, 2, 3, 4, 15, 16, 17, 18, 19]


@pytest.mark.parametrize("unit", [b"vim: a=", b" : ", b"-*-", b" vim:ft =", b"\\ ", b"-*- mode", b"vi:set "])
def test_hostile_lines_cost_no_more_than_their_length(unit):
    """Lines made to confuse a backtracking matcher are read in bounded time."""
    text = unit * (modeline.END_BYTES // len(unit))
    start = time.process_time()
    modeline.mode(modeline.ends(text, text))
    shebang.interpreter(b"#!" + text)
    assert time.process_time() - start < 0.5
