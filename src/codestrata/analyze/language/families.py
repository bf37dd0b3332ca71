"""How each language writes comments and strings: its family among :mod:`codestrata.kernels.families`.

Source: each language's own manual. A language that is not listed has no comments we know how to find.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from codestrata.kernels.families import FAMILY_IDS

LANGUAGES = {
    "c": """AGS Script, AL, AngelScript, ANTLR, Asymptote, Bison, Boogie, C, C++, C3, Cuda, DM, DTrace, eC, Edje Data
        Collection, Filterscript, Game Maker Language, GDShader, GLSL, GSC, HIP, HLSL, HolyC, HyPhy, ImHex Pattern
        Language, ISPC, Jai, JFlex, Lex, Logos, LSL, Metal, Modelica, Monkey C, Motoko, MQL4, MQL5, nesC, NWScript,
        Objective-C, Objective-C++, Objective-J, ooc, OpenCL, OpenSCAD, Pawn, Pike, POV-Ray SDL, Pro*C, Promela, QuakeC,
        Reason, RenderScript, RPC, ShaderLab, Slang, SmPL, SourcePawn, SQF, Squirrel, Stan, SWIG, Unified Parallel C,
        UnrealScript, WGSL, Witcher Script, X BitMap, X PixMap, XC, XS, Yacc""",
    "jvm": """ActionScript, Apex, AspectJ, Ballerina, Beef, C#, Cadence, Cangjie, Ceylon, Chapel, ChucK, Dafny, Dart,
        EQ, Fantom, Flix, Gosu, Gradle, Gradle Kotlin DSL, Groovy, Haxe, Java, Jolie, Kotlin, Nemerle, Nextflow, Pony,
        Processing, Scala, Swift, Toit, Uno, Vala, Wollok, Wren, X10, Xtend""",
    "rust": "Aiken, Cairo, Carbon, Leo, MoonBit, Move, Noir, RON, Rust, Sway",
    "go": "Gno, Go, Odin, V",
    "javascript": """Cycript, Glimmer JS, Glimmer TS, JavaScript, JavaScript+ERB, Jest Snapshot, PEG.js, QML, Qt Script,
        ReScript, Solidity, TSX, TypeScript, ucode, Yul""",
    "php": "Hack, PHP, Zephir",
    "css": "B, CSS, Linker Script, REXX, SAS",
    "scss": "CartoCSS, Less, PostCSS, Sass, SCSS, Stylus, SugarSS",
    "slashes": """1C Enterprise, 4D, ABAP CDS, AIDL, Aleo, Alloy, Avro IDL, BAML, Bicep, CAP CDS, Circom, Cloud
        Firestore Security Rules, CodeQL, CUE, Cypher, Daslang, DataWeave, ECL, Faust, FlatBuffers, FLUX, GAML, Genie,
        Gleam, Go Module, Go Workspace, Graphviz (DOT), Harbour, IGOR Pro, ImageJ Macro, JASS, Jison, JSON with
        Comments, JSON5, KDL, KerboScript, KFramework, Koka, KoLmafia ASH, KRL, Kusto, Lambdapi, Langium, Lobster,
        MiniScript, Mint, NetLinx, ObjectScript, OMNeT++ MSG, OMNeT++ NED, Opa, OpenEdge ABL, OpenQASM, OverpassQL, Ox,
        P4, Pkl, Power Query, PowerBuilder, Prisma, Protocol Buffer, Pug, Q#, Quint, Ragel, Rascal, Redscript, RPGLE,
        Sail, Scilab, Slice, Slint, Smithy, Soong, Stata, SuperCollider, Tact, TypeSpec, Typst, Valve Data Format,
        WebAssembly Interface Type, WebIDL, Whiley, xBase, YANG, YARA, ZenScript, Zmodel""",
    "slashes-hash": "HCL, HOCON, Io, Jsonnet, Ring, Terraform Template, Thrift, VCL",
    "python": """Boo, Cython, Easybuild, GDScript, Meson, Mojo, NumPy, Python, Ren'Py, Sage, Scenic, Snakemake,
        Starlark, Vyper, Xonsh""",
    "shell": "Alpine Abuild, Elvish, fish, Gentoo Ebuild, Gentoo Eclass, Nushell, OpenRC runscript, Shell, Tcsh",
    "hash": """AMPL, ApacheConf, Berry, BIRD2, BitBake, Browserslist, BuildStream, Caddyfile, Cairo Zero, Cap'n Proto,
        CODEOWNERS, Common Workflow Language, crontab, cURL Config, D2, Debian Package Control File, desktop, dircolors,
        Dockerfile, Dotenv, Earthly, EdgeQL, FPP, GAP, GDB, Gherkin, Git Attributes, GN, Gnuplot, Golo, GraphQL,
        HAProxy, Hosts File, Hurl, Ignore List, Imba, Jac, Janet, Java Properties, jq, Just, Kaitai Struct, KCL,
        Kickstart, Limbo, Liquidsoap, LookML, Makefile, mcfunction, MiniYAML, nanorc, Nasal, NASL, Nginx, Nickel, Ninja,
        Nit, Nix, OASv2-yaml, OASv3-yaml, Open Policy Agent, Pan, Pip Requirements, pkg-config, Polar, Praat, Procfile,
        Puppet, Pyret, QMake, RAML, Readline Config, Redirect Rules, RobotFramework, Robots Exclusion Rules, Roc,
        RouterOS Script, RPM Spec, Salt, sed, Sieve, Singularity, Smali, SPARQL, SSH Config, Talon, TOML, Tor Config,
        Turtle, Unity3D Asset, Verse, Vim Snippet, WDL, Wget Config, YAML, Zeek, Zimpl""",
    "ruby": "Crystal, Mirah, RBS, Ruby",
    "perl": "Perl, Raku",
    "sql": "CQL, HiveQL, MAXScript, PigLatin, PLpgSQL, PLSQL, SQL, SQLPL, SurrealQL, TSQL",
    "lua": "Lua, Luau, MoonScript, Teal, Terra, Xmake",
    "haskell": """Agda, Bluespec BH, C2hs Haskell, Curry, Dhall, Elm, Frege, Futhark, Grammatical Framework, Haskell,
        Idris, Lean, Lean 4, PureScript""",
    "ada": "Ada, Eiffel, Euphoria, VHDL",
    "lisp": """Arc, Clarity, CLIPS, Clojure, Common Lisp, Dune, edn, Emacs Lisp, Fennel, GCC Machine Description, Hy,
        LFE, MeTTa, NetLogo, NewLisp, Nu, PDDL, PicoLisp, Racket, Rebol, Red, Rouge, Scheme, SMT, Tree-sitter Query,
        WebAssembly, wisp""",
    "tex": "BibTeX Style, LilyPond, PostScript, Sweave, TeX",
    "erlang": "Answer Set Programming, ECLiPSe, Erlang, Logtalk, Mercury, MiniZinc, Oz, Prolog, Turing",
    "matlab": "MATLAB",
    "markup": """Ant Build System, API Blueprint, ASP.NET, Astro, Bikeshed, Classic ASP, ColdFusion, ColdFusion CFC,
        COLLADA, Eagle, Ecmarkup, Edge, EJS, Genshi, Groovy Server Pages, HTML, HTML+ECR, HTML+EEX, HTML+ERB, HTML+PHP,
        HTML+Razor, Java Server Pages, JetBrains MPS, Kit, LabVIEW, Markdown, Marko, Maven POM, mdsvex, MDX, MTML, Riot,
        RMarkdown, StringTemplate, Svelte, SVG, Vue, Web Ontology Language, Wikitext, XML, XML Property List, XPages,
        XProc, XSLT""",
    "assembly": """Assembly, AutoHotkey, AutoIt, BlitzBasic, Csound, FIRRTL, IDL, IL Assembly, Jasmin, LLVM, M, MLIR,
        Motorola 68K Assembly, NCL, NSIS, Papyrus, Parrot Assembly, Pep8, PureBasic, Redcode, Unix Assembly""",
    "fortran": "Fortran Free Form",
    "fortran-fixed": "Fortran",
    "basic": """B4X, BASIC, BrighterScript, Brightscript, FreeBASIC, Monkey, Propeller Spin, QuickBASIC, REALbasic, VBA,
        VBScript, Visual Basic .NET, Visual Basic 6.0, Xojo""",
    "pascal": "Oxygene, Pascal",
    "ml": """AppleScript, ATS, CameLIGO, Component Pascal, Cool, F*, Isabelle, Isabelle ROOT, Modula-2, Modula-3,
        Oberon, OCaml, Rocq Prover, Standard ML, TLA, UrWeb, Wolfram Language""",
    "fsharp": "F#",
    "batch": "Batchfile",
    "vim": "Vim script",
    "powershell": "PowerShell",
    "julia": "Julia",
    "nim": "Nim",
    "elixir": "Elixir",
    "r": "R",
    "cmake": "CMake",
    "ini": "EditorConfig, Git Config, Godot Resource, INI, Inno Setup, NPM Config, Windows Registry Entries",
    "verilog": "Bluespec, SystemVerilog, TL-Verilog, Verilog",
    "awk": "Awk, Glyph, Tcl",
    "zig": "Hare, Zig",
    "template": """Antlers, Blade, FreeMarker, Go Template, Handlebars, Jinja, Latte, Liquid, Mustache, Nunjucks,
        Smarty, Twig, Velocity Template Language, Vento""",
    "d": "D, Volt",
    "forth": "Forth, MUF",
    "smalltalk": "Smalltalk",
    "abap": "ABAP",
    "cobol": "COBOL",
    "coffeescript": "CoffeeScript, CSON, EmberScript, LiveScript",
}
"""Family → languages, between commas."""


@cache
def _ids() -> dict[str, int]:
    return {" ".join(name.split()): FAMILY_IDS[family] for family, row in LANGUAGES.items() for name in row.split(",")}


def families(languages: Sequence[str]) -> NDArray[np.uint8]:
    """Give each language's comment-syntax family as its id; 0 for a language without one, or none. uint8[k]."""
    ids = _ids()
    return np.fromiter((ids.get(name, 0) for name in languages), np.uint8, len(languages))
