"""Path marks: vendored, documentation, test, generated."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.analyze.marks import generated_rules, marks
from codestrata.analyze.marks.generated import GENERATED
from codestrata.analyze.marks.search import Paths, Rules
from codestrata.analyze.marks.tests import TESTS
from codestrata.store.columns import Varlen

LINGUIST_GENERATED = {
    "xcode_file": "a/Main.nib",
    "intellij_file": "a/.idea/workspace.xml",
    "cocoapods": "ios/Pods/A/a.m",
    "carthage_build": "Carthage/Build/iOS/a.h",
    "net_designer_file": "Form.Designer.cs",
    "net_specflow_feature_file": "a/Login.feature.cs",
    "node_modules": "web/node_modules/a/index.js",
    "go_vendor": "vendor/github.com/a/b.go",
    "go_lock": "Gopkg.lock",
    "package_resolved": "Package.resolved",
    "poetry_lock": "poetry.lock",
    "pdm_lock": "pdm.lock",
    "uv_lock": "uv.lock",
    "pixi_lock": "pixi.lock",
    "esy_lock": "a/esy.lock",
    "deno_lock": "deno.lock",
    "npm_shrinkwrap_or_package_lock": "web/package-lock.json",
    "pnpm_lock": "pnpm-lock.yaml",
    "bun_lock": "bun.lockb",
    "yarn_plugnplay": ".pnp.cjs",
    "godeps": "Godeps/Godeps.json",
    "composer_lock": "composer.lock",
    "zephir": "ext/a.zep.c",
    "cargo_lock": "a/Cargo.lock",
    "cargo_orig": "Cargo.toml.orig",
    "flake_lock": "flake.lock",
    "bazel_lock": "MODULE.bazel.lock",
    "gradle_wrapper": "gradlew.bat",
    "maven_wrapper": "mvnw",
    "mise_lock": "mise.lock",
    "secrets_baseline": ".secrets.baseline",
    "julia_manifest": "Manifest.toml",
    "pipenv_lock": "Pipfile.lock",
    "terraform_lock": ".terraform.lock.hcl",
    "graphql_relay": "src/__generated__/a.ts",
    "pascal_tlb": "Word_TLB.pas",
    "htmlcov": "htmlcov/index.html",
    "sqlx_query": ".sqlx/query-" + "0a" * 32 + ".json",
    "source_map": "dist/a.css.map",
}
"""An example of each of Linguist's rules that we take."""

VENDORED = [
    "node_modules/a/a.js",
    "vendor/a/a.rb",
    "src/third_party/a.c",
    "deps/lua/a.c",
    ".github/workflows/a.yml",
    "jquery.js",
    "web/jquery-1.10.0.min.js",
    "css/bootstrap.min.css",
    "types/a.d.ts",
    "gradle/wrapper/a.properties",
    ".vscode/settings.json",
    "configure",
    "debian/rules",
    "Vagrantfile",
    "testdata/a.txt",
    "Jenkinsfile",
    "docs/_build/a.html",
    "packages/A.1.2/a.cs",
    "inst/extdata/a.csv",
]
NOT_VENDORED = [
    "src/a.c",
    "vendored.py",
    "deploy/a.sh",
    "src/configure.c",
    "distribution/a.py",
    "a/debian/rules",
    "lib/thirdparty.c",
]
DOCUMENTATION = [
    "docs/a.md",
    "doc/a.html",
    "a/Documentation/b.rst",
    "README",
    "README.md",
    "a/readme.txt",
    "LICENSE",
    "a/COPYING",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "examples/a.py",
    "samples/a.c",
    "man/a.1",
    "INSTALL",
    "a/CITATION.cff",
]
NOT_DOCUMENTATION = ["src/docs/a.md", "a/README-like/x.c", "src/examples/a.py", "licences.c", "human/a.c"]


def one(path, kind):
    """Mark one path."""
    return marks(Varlen.of([path]))[kind]


@pytest.mark.parametrize("rule", [*TESTS, *GENERATED], ids=lambda rule: rule.name)
def test_each_rule_does_what_its_examples_say(rule):
    """A rule matches each path it shows as a match and none that it shows as none, and shows both."""
    pattern = re.compile(rule.pattern)
    assert rule.yes
    assert rule.no
    assert [path for path in rule.yes if not pattern.search(path)] == []
    assert [path for path in rule.no if pattern.search(path)] == []


@pytest.mark.parametrize("rule", TESTS, ids=lambda rule: rule.name)
def test_examples_of_tests_are_marked(rule):
    """Whatever a row shows as a test is marked as one; what it shows as none is none by any other row either."""
    assert marks(Varlen.of(rule.yes))["test"].all()
    assert not marks(Varlen.of(rule.no))["test"].any()


@pytest.mark.parametrize("rule", GENERATED, ids=lambda rule: rule.name)
def test_examples_of_generated_files_are_marked(rule):
    """Whatever a row shows as generated has a reason; what it shows as written by hand has none."""
    assert "" not in marks(Varlen.of(rule.yes))["generated_path"].strings()
    assert set(marks(Varlen.of(rule.no))["generated_path"].strings()) == {""}


def test_every_rule_of_linguist_has_an_example():
    """A rule that appears in the tables must appear here."""
    assert {name for name, _ in generated_rules()} == LINGUIST_GENERATED.keys() | {rule.name for rule in GENERATED}


@pytest.mark.parametrize(("rule", "path"), LINGUIST_GENERATED.items())
def test_linguist_says_which_paths_are_generated(rule, path):
    """The reason is the name of the first rule that matches."""
    assert one(path, "generated_path").strings() == [rule]


@pytest.mark.parametrize(("kind", "yes", "no"), [
    ("vendored", VENDORED, NOT_VENDORED),
    ("documentation", DOCUMENTATION, NOT_DOCUMENTATION),
])  # fmt: skip
def test_linguist_says_which_paths_are_not_the_projects_own_code(kind, yes, no):
    """Vendored and documentation paths by Linguist's rules."""
    assert [path for path in yes if not one(path, kind)[0]] == []
    assert [path for path in no if one(path, kind)[0]] == []


def test_an_ordinary_path_has_no_mark():
    """Most files are nothing special."""
    columns = marks(Varlen.of(["src/main.c", "lib/a/b.py"]))
    assert [columns[k].tolist() for k in ("vendored", "test", "documentation")] == [[False, False]] * 3
    assert columns["generated_path"].strings() == ["", ""]


def test_no_paths_give_no_rows():
    """An empty snapshot is no special case."""
    columns = marks(Varlen.of([]))
    assert {k: len(v) for k, v in columns.items()} == dict.fromkeys(
        ("vendored", "test", "documentation", "generated_path"), 0
    )


def test_a_newline_in_a_path_is_a_byte_like_any_other():
    """A file name may hold a newline; it neither splits the path in two nor moves the marks of others."""
    paths = [b"a\ntests/x.c", b"tests/x.c", b"vendor\n/x.c", b"src/\nx.c", b"src/vendor/\n.c"]
    columns = marks(Varlen.of(paths, text=False))
    assert columns["test"].tolist() == [False, True, False, False, False]
    assert columns["vendored"].tolist() == [False, False, False, False, True]


PARTS = st.sampled_from(
    [
        "src",
        "test",
        "tests",
        "a.c",
        "vendor",
        "x.min.js",
        "node_modules",
        "",
        "README",
        "latest",
        "\n",
        "é",
        "docs",
        "a_test.go",
    ]
)


@settings(deadline=None)
@given(st.lists(st.lists(PARTS, min_size=1, max_size=4).map("/".join), max_size=12))
def test_paths_searched_together_are_marked_as_alone(paths):
    """Searching many paths as the lines of one text finds what searching each by itself finds."""
    together = marks(Varlen.of(paths))
    alone = [marks(Varlen.of([path])) for path in paths]
    for kind in ("vendored", "test", "documentation"):
        assert together[kind].tolist() == [bool(row[kind][0]) for row in alone]
    assert together["generated_path"].strings() == [row["generated_path"].strings()[0] for row in alone]


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet="ab/.\n", max_size=8), max_size=10),
    st.lists(st.sampled_from(["(?:^|/)a/", "b$", "^ab", r"(?:^|/)[^/\n]*\.b", "a.*b"]), min_size=1, max_size=4),
)
def test_the_first_rule_that_matches_is_the_reason(paths, patterns):
    """Folders first, then names; within each the rules in order: as a plain loop over rules would say."""
    found = Paths(Varlen.of(paths)).rule_of(Rules(patterns, numbered=True))
    for path, rule in zip(paths, found.tolist(), strict=True):
        plain = path.replace("\n", "\x1f")
        folder = plain[: plain.rfind("/") + 1]
        hits = [i for i, p in enumerate(patterns) if re.search(p, folder)] or [
            i for i, p in enumerate(patterns) if re.search(p, plain)
        ]
        assert rule == (hits[0] if hits else -1)


def test_many_paths_keep_their_order():
    """Row i of every column is path i."""
    paths = [f"{'tests' if i % 3 == 0 else 'src'}/{i}{'_pb2.py' if i % 5 == 0 else '.py'}" for i in range(1000)]
    columns = marks(Varlen.of(paths))
    assert columns["test"].tolist() == [i % 3 == 0 for i in range(1000)]
    assert np.flatnonzero([name == "protobuf" for name in columns["generated_path"].strings()]).tolist() == list(
        range(0, 1000, 5)
    )
