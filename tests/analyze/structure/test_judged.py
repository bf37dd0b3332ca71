"""L4, L6 and L7 of planted repositories, through ingest, syntax, rules and structure."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codestrata.settings import load
from codestrata.store.columns import Varlen

SITE = "\n".join(f"@app.route('/{i}')\ndef page_{i}():\n    return yaml.safe_load('{i}')\n" for i in range(4))
PYTHON = {
    "README.md": "# Shop\n\nShop is a small web application framework.\n",
    "pyproject.toml": """[project]
name = "shop"
requires-python = ">=3.8"
classifiers = ["Topic :: Internet :: WWW/HTTP :: WSGI"]
dependencies = [
  "flask>=3",
  "pyyaml",
  "left-alone>=1",
  "gunicorn",
  "werkzeug",
]
[project.scripts]
shop = "shop.cli:main"
""",
    "uv.lock": '[[package]]\nname = "flask"\nversion = "3.1.0"\nsource = { registry = "x" }\n',
    "shop/__init__.py": "",
    "shop/web.py": f"import yaml\nfrom flask import Flask\n\napp = Flask(__name__)\n\n{SITE}",
    "shop/cli.py": "import nowhere_lib\nfrom shop import web\n\n\ndef main():\n    return nowhere_lib.run(web)\n",
    "shop/new.py": "def pick(x):\n    match x:\n        case 1:\n            return 2\n",
    "shop/old.py": "import sys\n\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    tomllib = None\n",
    "tests/test_new.py": "import tomllib\n\n\ndef test():\n    type X[T] = list[T]\n",
}


@pytest.fixture
def judged(analysis, repository_of):
    """Give a maker of analyses: files → rows of **patterns**, with their figures read, and of other tables."""

    def make(files: dict[str, str], rules: str = "") -> Any:
        _, repository = repository_of("planted", files)
        flags = {"engine.inline": True, "analyze.levels": "L4,L6,L7"} | ({"analyze.rules": rules} if rules else {})
        analysis.settings = load(flags=flags)
        analysis.run(repository)

        def rows(name: str) -> list[dict[str, Any]]:
            table = analysis.table(name, repository)
            lists = [c.strings() if isinstance(c, Varlen) and c.text else list(c) for c in table.values()]
            found = [dict(zip(table, row, strict=True)) for row in zip(*lists, strict=True)]
            for row in found:
                row |= {key: json.loads(row[key]) for key in ("metrics", "places") if key in row}
            return found

        return rows

    return make


def test_python_is_judged(judged):
    """Frameworks, gaps, the version needed and what is promised, the domain: each at the line that shows it."""
    rows = judged(PYTHON)
    asked = {(r["purl"], r["locked"]) for r in rows("dependencies")}
    assert ("pkg:pypi/flask", "3.1.0") in asked
    purls = {(r["path"], r["import"]): r["purl"] for r in rows("edges")}
    assert purls[b"shop/web.py", "yaml"] == "pkg:pypi/pyyaml"
    assert purls[b"shop/cli.py", "nowhere_lib"] == ""
    found = {(r["type"], r["name"]): r for r in rows("patterns") if r["level"] in {"L4", "L6", "L7"}}

    framework = found["framework", "pkg:pypi/flask"]
    assert (framework["path"], framework["line"], framework["metrics"]["sites"]) == (b"shop/web.py", 6, 4)
    assert framework["metrics"]["locked"] == "3.1.0"
    assert framework["places"][0] == {"path": "pyproject.toml", "line": 6, "last_line": 6, "says": "asks for it"}

    unused = found["declared-unused", "pkg:pypi/left-alone"]
    assert (unused["path"], unused["line"]) == (b"pyproject.toml", 8)
    assert ("declared-unused", "pkg:pypi/gunicorn") not in found
    undeclared = found["imported-undeclared", "pkg:pypi/nowhere-lib"]
    assert (undeclared["path"], undeclared["line"]) == (b"shop/cli.py", 1)

    minimum = found["minimum-version", "Python 3.10"]
    assert (minimum["path"], minimum["line"], minimum["metrics"]["declared"]) == (b"shop/new.py", 2, "3.8")
    assert minimum["metrics"]["behind_guards"] == 1
    above = found["above-declared", "Python 3.10"]
    assert (above["path"], above["line"]) == (b"shop/new.py", 2)
    assert (above["places"][0]["path"], above["places"][0]["line"]) == ("pyproject.toml", 3)
    assert [name for kind, name in found if kind == "above-declared"] == ["Python 3.10"]

    assert [name for kind, name in found if kind == "domain"] == ["web-framework"]
    assert found["domain", "web-framework"]["path"] == b"pyproject.toml"


def test_rust_is_judged(judged):
    """Unsafe code, macros and foreign functions are counted, tests aside; a promise is held against what is used."""
    rows = judged(
        {
            "Cargo.toml": '[package]\nname = "deep"\nedition = "2021"\nrust-version = "1.60"\n'
            '[dependencies]\nserde = "1"\n',
            "src/lib.rs": "pub fn first(x: Option<u8>) -> u8 {\n    unsafe { y() }\n}\n\npub trait A {\n"
            "    type Item<'a>;\n}\n\n#[cfg(test)]\nmod tests {\n    fn t() {\n        unsafe { y() }\n    }\n}\n"
            'extern "C" {\n    fn y() -> u8;\n}\n',
        }
    )
    found = {(r["type"], r["name"]): r for r in rows("patterns") if r["level"] in {"L4", "L6", "L7"}}
    assert found["capability", "Rust: unsafe"]["metrics"]["count"] == 1
    assert found["capability", "Rust: ffi"]["line"] == 15
    assert found["above-declared", "Rust 1.65"]["metrics"] == {
        "needs": "1.65",
        "declared": "1.60",
        "sites": 1,
        "guarded": 0,
    }
    assert found["minimum-version", "Rust 1.65"]["metrics"]["edition_needs"] == "1.56"
    assert found["declared-unused", "pkg:cargo/serde"]["line"] == 6
    assert not [name for kind, name in found if kind == "domain"]


def test_a_look_alike_is_no_framework(judged):
    """Where manifests speak of a language's packages, a framework that none of them names is a look-alike."""
    app = "const app = make();\napp.use(a);\napp.get('/x', (req, res) => res.send(1));\napp.use(b);\n"
    without = {"package.json": '{"name": "n", "dependencies": {"other": "^4"}}', "a.js": app}
    names = [r["name"] for r in judged(without)("patterns") if "framework" in r["type"]]
    assert names == []


OWN_RULE = """- id: own.hook
  version: 1
  level: L4
  type: framework-use
  language: python
  domain: pkg:pypi/our-frame
  description: A function that our frame calls.
  tier: A
  rule: { kind: decorator, regex: '^@frame_hook$' }
  positive: ["@frame_hook\\ndef f(): pass\\n"]
  negative: ["@other\\ndef f(): pass\\n"]
"""


def test_rules_of_the_users_own_count(judged, tmp_path):
    """A folder of rules finds frameworks that we do not know."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.yaml").write_text(OWN_RULE)
    files = {
        "pyproject.toml": '[project]\nname = "n"\ndependencies = ["our-frame"]\n',
        "n/__init__.py": "",
        "n/a.py": "from our_frame import frame_hook\n\n\n@frame_hook\ndef f():\n    pass\n",
    }
    found = [r for r in judged(files, str(tmp_path / "rules"))("patterns") if r["type"] == "framework"]
    assert [(r["name"], r["path"], r["line"]) for r in found] == [("pkg:pypi/our-frame", b"n/a.py", 4)]
