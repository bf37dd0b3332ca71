"""Guards of versions: code behind them asks nothing of the whole; versions of manifests are found on one scale."""

from __future__ import annotations

import pytest

from codestrata.analyze.structure.conditions import Conditions, lines_of_tests
from codestrata.analyze.structure.guards import guarded
from codestrata.analyze.structure.manifests import read
from codestrata.analyze.structure.versions import Promises, needed

PLACES = [
    ("Python", "if sys.version_info >= (3, 11):\n    import tomllib  # here\n", True),
    ("Python", "if sys.version_info < (3, 11):\n    import a\nelse:\n    import tomllib  # here\n", True),
    ("Python", "try:\n    import tomllib  # here\nexcept ImportError:\n    tomllib = None\n", True),
    ("Python", "try:\n    import a\nexcept ImportError:\n    import tomllib  # here\n", True),
    (
        "Python",
        "def f():\n    if sys.version_info >= (3, 8):\n        for x in y:\n\n            (z := x)  # here\n",
        True,
    ),
    ("Python", "if TYPE_CHECKING:\n    from x import y  # here\n", True),
    ("Python", "if x > 3:\n    import tomllib  # here\nelse:\n    pass\n", False),
    ("Python", "try:\n    (z := x)  # here\nexcept KeyError:\n    pass\n", False),
    ("Python", "if sys.version_info >= (3, 8):\n    pass\nimport tomllib  # here\n", False),
    ("Rust", '#[cfg(feature = "nightly")]\nfn f() {\n    c"";  // here\n}\n', True),
    ("Rust", "#[cfg(tokio_unstable)]\nmod a {\n    fn f() {\n        x(); // here\n    }\n}\n", True),
    ("Rust", "#![cfg(rustversion)]\n\nfn f() {} // here\n", True),
    ("Rust", '#[cfg(feature = "net")]\nfn f() {\n    x(); // here\n}\n', False),
    ("Rust", "#[cfg(unix)]\nfn f() {\n    x(); // here\n}\n", False),
    ("Rust", "#[cfg(test)]\nmod t {\n    x(); // here\n}\n", True),
    ("Go", "//go:build go1.21\n\npackage a\n\nvar x = min(1, 2) // here\n", True),
    ("Go", "//go:build linux\n\npackage a\n\nvar x = min(1, 2) // here\n", False),
    ("C++", "#if __cplusplus >= 201703L\nif constexpr (x) {} // here\n#endif\n", True),
    ("C++", "#if A\n#elif defined(FMT_CPP_LIB_X)\nint x; // here\n#endif\n", True),
    ("C++", "#if __cplusplus >= 201703L\n#endif\nif constexpr (x) {} // here\n", False),
    ("C", "#ifdef WIN32\nint x; // here\n#endif\n", False),
    ("JavaScript", "if (x) {\n  a ??= b // here\n}\n", False),
]


@pytest.mark.parametrize(("language", "text", "held"), PLACES)
def test_guards(language, text, held):
    """A condition on the version, an import that may fail, a cfg, a build constraint, the preprocessor."""
    line = next(i for i, row in enumerate(text.split("\n"), 1) if "here" in row)
    assert guarded(text, line, language, "a") is held


def test_guards_by_path():
    """Sources for one release of Java, and the module's declaration, are compiled apart."""
    assert guarded("x", 1, "Java", "src/main/java9/module-info.java")
    assert guarded("x", 1, "Java", "src/META-INF/versions/11/A.java")
    assert not guarded("x", 1, "Java", "src/main/java/A.java")


def test_conditions_of_modules(files_of):
    """A file of Rust is under what is on the ``mod`` that names it, or on that of a module above, or in a macro."""
    files = files_of(
        {
            "src/lib.rs": "mod plain;\n#[cfg(my_unstable)]\nmod odd;\ncfg_new! {\n    mod made;\n}\n"
            "cfg_net! {\n    mod net;\n}\n",
            "src/plain.rs": "",
            "src/odd/mod.rs": "mod deep;\n",
            "src/odd/deep.rs": "",
            "src/made.rs": "",
            "src/net.rs": "",
            "src/macros/cfg.rs": "macro_rules! cfg_new {\n    ($($i:item)*) => {\n"
            "        $(#[cfg(all(my_unstable, unix))] $i)*\n"
            "    }\n}\n"
            'macro_rules! cfg_net {\n    ($($i:item)*) => { $(#[cfg(feature = "net")] $i)* }\n}\n',
        }
    )
    conditions = Conditions(files)
    held = {path for path in files.by_path if conditions.of(path)}
    assert held == {"src/odd/mod.rs", "src/odd/deep.rs", "src/made.rs"}


def test_tests_within_files():
    """A module for tests is not what the file offers."""
    text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n"
    assert lines_of_tests(text) == ((3, 6),)


def test_versions_and_promises(files_of):
    """Versions compare as their languages count them; the manifest nearest above promises."""
    assert needed("C99", "C").scale < needed("C11", "C").scale < needed("C23", "C").scale
    assert needed("C++98", "C++").scale < needed("C++11", "C++").scale
    assert needed("C99", "C++") is None
    assert needed("3.10", "Python").scale > needed("3.9", "Python").scale
    assert needed("ES2020", "TypeScript").language == "ECMAScript"
    planted = {
        "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.9"\n',
        "sub/pyproject.toml": '[project]\nname = "b"\nrequires-python = ">=3.11"\n',
        "package.json": '{"name": "n", "engines": {"node": ">=14"}}',
    }
    promises = Promises.of(read(files_of(planted)))
    assert promises.at("Python", "x.py")[1] == (3, 9)
    assert promises.at("Python", "sub/x.py")[1] == (3, 11)
    assert promises.at("Python", "subway/x.py")[1] == (3, 9)
    assert promises.at("ECMAScript", "x.js")[1] == (2020,)
    assert promises.at("Go", "x.go") is None


def test_what_is_compiled_promises_nothing(files_of):
    """With a compiler at hand, the version of Node.js says nothing about the source."""
    planted = {
        "package.json": '{"name": "n", "engines": {"node": ">=14"}, "devDependencies": {"typescript": "^5.3"}}',
        "tsconfig.json": '{"compilerOptions": {"target": "ES2016"}}',
    }
    promises = Promises.of(read(files_of(planted)))
    assert promises.at("ECMAScript", "x.ts") is None
    assert promises.at("TypeScript", "x.ts")[1] == (5, 3)
