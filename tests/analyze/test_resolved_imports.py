"""Which file an import means, language by language."""

from __future__ import annotations

import pytest

from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.resolve import Import, Index, python_name, resolve

PYTHON = [
    "src/pkg/__init__.py",
    "src/pkg/a.py",
    "src/pkg/sub/__init__.py",
    "src/pkg/sub/b.py",
    "tools/x.py",
    "tools/y.py",
]
RUST = [
    "Cargo.toml",
    "app/src/main.rs",
    "app/src/net/mod.rs",
    "app/src/net/tcp.rs",
    "app/src/text.rs",
    "base/src/lib.rs",
    "base/src/io.rs",
]
GO = ["go.mod", "main.go", "store/a.go", "store/a_test.go", "store/b.go"]
SCRIPT = [
    "src/index.ts",
    "src/a.ts",
    "src/deep/index.tsx",
    "src/deep/b.js",
    "packages/kit/src/index.ts",
    "packages/kit/extra.ts",
]
JAVA = ["core/src/main/java/org/x/A.java", "core/src/main/java/org/x/y/B.java", "core/src/main/java/org/x/y/C.java"]
C = ["src/a.c", "src/a.h", "include/lib/b.h", "other/a.h"]

CASES = [
    ("Python", PYTHON, {}, ("src/pkg/sub/b.py", "pkg.a", (), 0), ["src/pkg/a.py"]),
    ("Python", PYTHON, {}, ("src/pkg/sub/b.py", "pkg", ("a",), 0), ["src/pkg/a.py"]),
    ("Python", PYTHON, {}, ("src/pkg/sub/b.py", "pkg.a", ("f",), 0), ["src/pkg/a.py"]),
    ("Python", PYTHON, {}, ("src/pkg/sub/b.py", "..", ("a",), 2), ["src/pkg/a.py"]),
    ("Python", PYTHON, {}, ("src/pkg/sub/b.py", "..a", ("f",), 2), ["src/pkg/a.py"]),
    ("Python", PYTHON, {}, ("src/pkg/sub/__init__.py", ".b", ("f",), 1), ["src/pkg/sub/b.py"]),
    ("Python", PYTHON, {}, ("src/pkg/a.py", "os.path", (), 0), []),
    ("Python", PYTHON, {}, ("tools/x.py", "y", (), 0), ["tools/y.py"]),
    ("Rust", RUST, {}, ("app/src/main.rs", "crate::net::tcp", ("Stream",), 1), ["app/src/net/tcp.rs"]),
    ("Rust", RUST, {}, ("app/src/net/tcp.rs", "super::super::text", ("cut",), 1), ["app/src/text.rs"]),
    ("Rust", RUST, {}, ("app/src/net/mod.rs", "self::tcp", ("Stream",), 1), ["app/src/net/tcp.rs"]),
    ("Rust", RUST, {"base": "base"}, ("app/src/text.rs", "base::io", ("Read",), 0), ["base/src/io.rs"]),
    ("Rust", RUST, {"base": "base"}, ("app/src/text.rs", "base", ("Thing",), 0), ["base/src/lib.rs"]),
    ("Rust", RUST, {}, ("app/src/text.rs", "std::io", ("Read",), 0), []),
    ("Go", GO, {"example.org/m": ""}, ("main.go", "example.org/m/store", (), 0), ["store/a.go"]),
    ("Go", GO, {"example.org/m": ""}, ("main.go", "fmt", (), 0), []),
    ("TypeScript", SCRIPT, {}, ("src/index.ts", "./a", (), 1), ["src/a.ts"]),
    ("TypeScript", SCRIPT, {}, ("src/index.ts", "./a.js", (), 1), ["src/a.ts"]),
    ("TypeScript", SCRIPT, {}, ("src/index.ts", "./deep", (), 1), ["src/deep/index.tsx"]),
    ("TypeScript", SCRIPT, {}, ("src/index.ts", "@/deep/b", (), 0), ["src/deep/b.js"]),
    (
        "TypeScript",
        SCRIPT,
        {"@x/kit": "packages/kit"},
        ("src/index.ts", "@x/kit", (), 0),
        ["packages/kit/src/index.ts"],
    ),
    (
        "TypeScript",
        SCRIPT,
        {"@x/kit": "packages/kit"},
        ("src/index.ts", "@x/kit/extra", (), 0),
        ["packages/kit/extra.ts"],
    ),
    ("JavaScript", SCRIPT, {}, ("src/deep/b.js", "react", (), 0), []),
    ("Java", JAVA, {}, (JAVA[0], "org.x.y.B", (), 0), [JAVA[1]]),
    ("Java", JAVA, {}, (JAVA[0], "org.x.y.B.Inner", (), 0), [JAVA[1]]),
    ("Java", JAVA, {}, (JAVA[0], "org.x.y", ("*",), 0), [JAVA[1]]),
    ("Java", JAVA, {}, (JAVA[0], "java.util.List", (), 0), []),
    ("C", C, {}, ("src/a.c", "a.h", (), 1), ["src/a.h"]),
    ("C", C, {}, ("src/a.c", "lib/b.h", (), 0), ["include/lib/b.h"]),
    ("C", C, {}, ("src/a.c", "stdio.h", (), 0), []),
]


@pytest.mark.parametrize(("language", "paths", "units", "one", "expected"), CASES)
def test_an_import_means_the_file_that_its_language_says(language, paths, units, one, expected):
    """By the rules of the language, with nothing built; what is not here leaves the repository."""
    index = Index.of([File(path.encode(), b"", 1, language) for path in paths], units)
    path, target, names, relative = one
    assert resolve(Import(path, target, names, relative, "runtime", 1), language, index) == expected


def test_a_name_that_fits_two_files_alike_means_neither():
    """Two headers of one name, none nearer than the other: no guess."""
    index = Index.of([File(p.encode(), b"", 1, "C") for p in ("x/a.h", "y/a.h", "z/m.c")], {})
    assert resolve(Import("z/m.c", "a.h", (), 0, "runtime", 1), "C", index) == []


def test_a_package_begins_at_the_topmost_folder_that_is_one():
    """Folders above without ``__init__.py`` are no part of the name."""
    files = {p: File(p.encode(), b"", 1) for p in PYTHON}
    names = {p: python_name(p, files) for p in PYTHON}
    assert names["src/pkg/sub/b.py"] == "pkg.sub.b"
    assert names["src/pkg/__init__.py"] == "pkg"
    assert names["tools/x.py"] == "x"
