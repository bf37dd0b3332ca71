"""Imports: targets, names, other names and when, of small programs in every language."""

from __future__ import annotations

import pytest

#: Grammar, program, and its imports: line, use, target, names, other name, how far relative.
PROGRAMS = [
    (
        "python",
        """
from . import a
from ..b import c as d, e, g as g
import x.y as z, w
from q import *
from __future__ import annotations
if TYPE_CHECKING:
    from t import T
else:
    from u import U
if typing.TYPE_CHECKING: import v
if not TYPE_CHECKING: import nv
try:
    import fast
except ImportError:
    import slow
try:
    import always
finally: pass
if sys.version_info >= (3, 11):
    import tomllib
def f():
    import late
class C:
    import inner
from .m import Pub, Own
from .n import Pub as Public, K
__all__ = ["Pub", "K", "Own"]
""",
        """
        2 runtime|.|a||1
        3 runtime|..b|e||2
        3 runtime|..b|c|d|2
        3 reexport|..b|g|g|2
        4 runtime|x.y||z|0
        4 runtime|w|||0
        5 runtime|q|*||0
        6 runtime|__future__|annotations||0
        8 typing|t|T||0
        10 lazy|u|U||0
        11 typing|v|||0
        12 lazy|nv|||0
        14 lazy|fast|||0
        16 lazy|slow|||0
        18 runtime|always|||0
        21 lazy|tomllib|||0
        23 lazy|late|||0
        25 runtime|inner|||0
        26 reexport|.m|Pub,Own||1
        27 reexport|.n|K||1
        27 runtime|.n|Pub|Public|1
        """,
    ),
    (
        "rust",
        """
use std::{fmt, io::{self, Read as R, Write}, a::*};
pub(crate) use crate::x::Y as Z;
extern crate foo as bar;
use super::*;
use std::collections::HashMap;
use std::mem::swap;
#[cfg(unix)] // reason
use std::os::unix;
#[cfg(test)]
mod tests { use super::*; }
fn f() { use a::b; }
use {self::c, d as e};
""",
        """
        2 runtime|std::io|||0
        2 runtime|std|fmt||0
        2 runtime|std::io|Write||0
        2 runtime|std::io|Read|R|0
        2 runtime|std::a|*||0
        3 reexport|crate::x|Y|Z|1
        4 runtime|foo||bar|0
        5 runtime|super|*||1
        6 runtime|std::collections|HashMap||0
        7 runtime|std::mem::swap|||0
        9 lazy|std::os::unix|||0
        11 lazy|super|*||1
        12 lazy|a::b|||0
        13 runtime|self::c|||1
        13 runtime|d||e|0
        """,
    ),
    (
        "go",
        """package x
import "fmt"
import (
	. "a/b"
	_ "c"
	y "github.com/d/e"
	`./raw`
)
""",
        """
        2 runtime|fmt|||0
        4 runtime|a/b|*||0
        5 runtime|c||_|0
        6 runtime|github.com/d/e||y|0
        7 runtime|./raw|||1
        """,
    ),
    (
        "tsx",
        """
import React, { type A, b as c, d } from 'react'
import type X from "./x"
import * as ns2 from '../y'
import 'side'
import z = require('z')
export { a, b as e } from './y'
export * as ns from 'z'
export * from 'w'
export type { T } from './t'
export const q = 1
const fs = require('fs'), { join, sep: s } = require('path')
const r = require('x').r
require(variable)
function f() { require('lazy'); return import('dyn') }
if (q) require('./maybe')
""",
        """
        2 runtime|react|default|React|0
        2 runtime|react|d||0
        2 runtime|react|b|c|0
        2 typing|react|A||0
        3 typing|./x|default|X|1
        4 runtime|../y|*|ns2|1
        5 runtime|side|||0
        6 runtime|z||z|0
        7 reexport|./y|a||1
        7 reexport|./y|b|e|1
        8 reexport|z|*|ns|0
        9 reexport|w|*||0
        10 typing|./t|T||1
        12 runtime|fs||fs|0
        12 runtime|path|join||0
        12 runtime|path|sep|s|0
        13 runtime|x|r||0
        15 lazy|lazy|||0
        15 lazy|dyn|||0
        16 lazy|./maybe|||1
        """,
    ),
    (
        "java",
        "package p;\nimport static a.b.C.m;\nimport a.b.*;\nimport a.B;\nimport static a.b.C.*;\n",
        """
        2 runtime|a.b.C|m||0
        3 runtime|a.b|*||0
        4 runtime|a.B|||0
        5 runtime|a.b.C|*||0
        """,
    ),
    (
        "cpp",
        """
#ifndef X_H
#define X_H
#include <vector>
#include "x/y.h"
#include MACRO
#ifdef FOO
#include "foo.h"
#else
#include "bar.h"
#endif
#endif
""",
        """
        4 runtime|vector|||0
        5 runtime|x/y.h|||1
        6 runtime|MACRO|||0
        8 lazy|foo.h|||1
        10 lazy|bar.h|||1
        """,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("grammar", "program", "expected"), PROGRAMS)
def test_what_programs_import(read, grammar, program, expected):
    """Every import, once for each name it is bound to."""
    found = [
        f"{row['line']} {row['use']}|{row['target']}|{row['names']}|{row['alias']}|{row['relative']}"
        for row in read("imports", grammar, program)
    ]
    assert found == [" ".join(line.split()) for line in expected.strip().splitlines()]


def test_braces_in_braces_end(read):
    """A hostile depth of braces is cut, and no recursion without end."""
    program = "use " + "a::{" * 300 + "b" + "}" * 300 + ";\n"
    assert len(read("imports", "rust", program)) <= 1
