"""What manifests of every ecosystem tell, in planted repositories."""

from __future__ import annotations

import pytest

from codestrata.analyze.structure.manifests import Manifests, read
from codestrata.analyze.structure.manifests.read import MOST_MANIFEST, table


def wants(found: Manifests) -> set[tuple[str, str, str, str]]:
    """Give (package URL, constraint, scope, locked) of what is asked for."""
    return {(d.purl.removeprefix("pkg:"), d.constraint, d.scope, d.locked) for d in found.direct}


def lines_hold(found: Manifests, planted: dict[str, str]) -> None:
    """Every row's line names its package."""
    for one in found.dependencies:
        line = planted[one.manifest].split("\n")[one.line - 1].lower().replace("_", "-").replace("%2f", "/")
        name = one.purl.rsplit("/", 1)[-1].lower().replace("_", "-")
        assert one.line > 0, one
        assert name in line or one.manifest.endswith(("pom.xml", "build.gradle", "go.mod")), (one, line)


PYTHON = {
    "pyproject.toml": """[build-system]
requires = ["hatchling>=1.2"]
[project]
name = "My.Tool"
requires-python = ">=3.10"
keywords = ["parser"]
classifiers = ["Topic :: Database"]
dependencies = [
  "requests[socks]>=2.0,<3",
  'PyYAML ; python_version < "3.12"',
]
[project.optional-dependencies]
fast = ["orjson"]
[dependency-groups]
test = ["pytest>=8", {include-group = "x"}]
[project.scripts]
my-tool = "my_tool:main"
[project.entry-points."pytest11"]
mine = "my_tool.plug"
""",
    "uv.lock": """version = 1
[[package]]
name = "requests"
version = "2.31.0"
source = { registry = "https://example.org/simple" }
[[package]]
name = "my-tool"
version = "0.1"
source = { editable = "." }
[[package]]
name = "urllib3"
version = "2.2.1"
source = { registry = "https://example.org/simple" }
""",
    "requirements-dev.txt": "-r more/needs.list\nruff==0.4.1  # why\n-e .\ngit+https://example.org/x.git\n",
    "more/needs.list": "tox>=4\n",
    "old/setup.py": """import os
NEEDS = ["six>=1.4"]
setup(name="old-one", install_requires=NEEDS, extras_require={"doc": ["sphinx"]}, version=os.environ["X"],
      python_requires=">=3.6", entry_points={"console_scripts": ["old = old:main"]})
""",
    "cfg/setup.cfg": """[metadata]
name = cfg-one
[options]
python_requires = >=3.7
install_requires =
    attrs>=20
    # a note
[options.entry_points]
console_scripts =
    cfg = cfg:main
""",
    "poetry/pyproject.toml": """[tool.poetry]
name = "poems"
[tool.poetry.dependencies]
python = "^3.9"
click = "^8.1"
rich = {version = "^13", optional = true}
[tool.poetry.group.dev.dependencies]
black = "*"
""",
    "pip/Pipfile": '[packages]\nflask = "*"\n[dev-packages]\nmypy = {version = ">=1"}\n[requires]\npython_version = "3.11"\n',  # noqa: E501
}


def test_python(files_of):
    """PEP 621, groups, extras, Poetry, setuptools, requirements and Pipfile; versions from uv.lock."""
    found = read(files_of(PYTHON))
    assert wants(found) == {
        ("pypi/hatchling", ">=1.2", "build", ""),
        ("pypi/requests", ">=2.0,<3", "runtime", "2.31.0"),
        ("pypi/pyyaml", "", "runtime", ""),
        ("pypi/orjson", "", "optional", ""),
        ("pypi/pytest", ">=8", "test", ""),
        ("pypi/ruff", "==0.4.1", "dev", ""),
        ("pypi/tox", ">=4", "runtime", ""),
        ("pypi/six", ">=1.4", "runtime", ""),
        ("pypi/sphinx", "", "dev", ""),
        ("pypi/attrs", ">=20", "runtime", ""),
        ("pypi/click", "^8.1", "runtime", ""),
        ("pypi/rich", "^13", "optional", ""),
        ("pypi/black", "*", "dev", ""),
        ("pypi/flask", "*", "runtime", ""),
        ("pypi/mypy", ">=1", "dev", ""),
    }
    assert [d.purl for d in found.dependencies if d.scope == "indirect"] == ["pkg:pypi/urllib3"]
    lines_hold(found, PYTHON)
    assert found.units == {"my_tool": "", "cfg_one": "cfg", "old_one": "old", "poems": "poetry"}
    assert {(d.manifest, d.version) for d in found.declared} == {
        ("pyproject.toml", "3.10"),
        ("old/setup.py", "3.6"),
        ("cfg/setup.cfg", "3.7"),
        ("poetry/pyproject.toml", "3.9"),
        ("pip/Pipfile", "3.11"),
    }
    assert {(p.kind, p.name) for p in found.points} == {
        ("script", "my-tool"),
        ("plugin", "pytest11"),
        ("script", "old"),
        ("script", "cfg"),
    }
    assert {t.text for t in found.topics} == {"parser", "Topic :: Database"}


RUST = {
    "Cargo.toml": """[workspace]
members = ["crates/*", "tests-build"]
exclude = ["crates/out"]
[workspace.package]
edition = "2021"
rust-version = "1.70"
[workspace.dependencies]
serde = { version = "1.0.1", features = ["derive"] }
""",
    "crates/one-a/Cargo.toml": """[package]
name = "one-a"
edition.workspace = true
rust-version = { workspace = true }
categories = ["command-line-utilities"]
[[bin]]
name = "one"
[dependencies]
serde.workspace = true
renamed = { package = "real-name", version = "2" }
two = { path = "../two", version = "0.1" }
extra = { version = "3", optional = true }
[dev-dependencies]
tempfile = "3"
[build-dependencies]
cc = "1"
[target.'cfg(target_env = "musl")'.dependencies.jemalloc]
version = "0.5"
""",
    "crates/two/Cargo.toml": '[package]\nname = "two"\nedition = "2018"\n[lib]\nname = "second"\n',
    "tests-build/Cargo.toml": '[package]\nname = "tests-build"\n[dependencies]\ntwo = "0.1"\n',
    "crates/one-a/examples/fixture/Cargo.toml": '[package]\nname = "serde"\n',
    "Cargo.lock": """[[package]]
name = "serde"
version = "1.0.200"
source = "registry+https://example.org"

[[package]]
name = "real-name"
version = "1.9.0"
source = "registry+https://example.org"

[[package]]
name = "real-name"
version = "2.4.0"
source = "registry+https://example.org"

[[package]]
name = "two"
version = "0.1.0"
""",
}


def test_rust(files_of):
    """Workspaces with globs and inheritance, renamed, optional and target dependencies, several locked versions."""
    found = read(files_of(RUST))
    assert wants(found) == {
        ("cargo/serde", "1.0.1", "runtime", "1.0.200"),
        ("cargo/real-name", "2", "runtime", "2.4.0"),
        ("cargo/two", "0.1", "runtime", ""),
        ("cargo/two", "0.1", "test", ""),
        ("cargo/extra", "3", "optional", ""),
        ("cargo/tempfile", "3", "dev", ""),
        ("cargo/cc", "1", "build", ""),
        ("cargo/jemalloc", "0.5", "runtime", ""),
    }
    assert {d.purl for d in found.dependencies if d.workspace} == {"pkg:cargo/two"}
    assert found.units == {"one_a": "crates/one-a", "second": "crates/two", "tests_build": "tests-build"}
    assert {(d.manifest, d.language, d.version) for d in found.declared} == {
        ("crates/one-a/Cargo.toml", "Rust", "1.70"),
        ("crates/one-a/Cargo.toml", "Rust edition", "2021"),
        ("crates/two/Cargo.toml", "Rust edition", "2018"),
    }
    assert [(p.kind, p.name) for p in found.points] == [("bin", "one")]
    assert all(d.line for d in found.dependencies)


GO = {
    "go.work": "go 1.22\nuse (\n\t.\n\t./tool\n)\n",
    "go.mod": """module example.org/big/app

go 1.21.3

require github.com/gorilla/mux v1.8.0
require (
	example.org/big/lib v0.1.0
	golang.org/x/text v0.3.0 // indirect
)

replace example.org/big/lib => ./lib
""",
    "tool/go.mod": "module example.org/big/tool\ngo 1.20\n",
}


def test_go(files_of):
    """Requirements alone and in blocks, indirect ones, replacements by folders."""
    found = read(files_of(GO))
    assert wants(found) == {
        ("golang/github.com/gorilla/mux", "v1.8.0", "runtime", ""),
        ("golang/example.org/big/lib", "v0.1.0", "runtime", ""),
    }
    assert [d.purl for d in found.dependencies if d.scope == "indirect"] == ["pkg:golang/golang.org/x/text"]
    assert [d.line for d in found.dependencies] == [5, 7, 8]
    assert [d.workspace for d in found.dependencies] == [False, True, False]
    assert found.units == {"example.org/big/app": "", "example.org/big/tool": "tool"}
    assert {(d.manifest, d.version) for d in found.declared} == {
        ("go.work", "1.22"),
        ("go.mod", "1.21.3"),
        ("tool/go.mod", "1.20"),
    }


SCRIPT = {
    "package.json": """{
  "name": "root", "workspaces": ["packages/*"],
  "engines": {"node": ">=18.12"},
  "bin": {"run-it": "x.js"},
  "dependencies": {"left": "^1.2.0", "@scope/kit": "workspace:*"},
  "devDependencies": {
    "alias": "npm:@real/thing@^2"
  },
  "peerDependencies": {"react": ">=17"}
}""",
    "packages/kit/package.json": '{"name": "@scope/kit", "keywords": ["cli"]}',
    "package-lock.json": """{"lockfileVersion": 3, "packages": {
  "node_modules/left": {"version": "1.2.9"},
  "node_modules/deep/node_modules/left": {"version": "0.9.0"},
  "node_modules/deep": {"version": "4.0.0"},
  "node_modules/@scope/kit": {"resolved": "packages/kit", "link": true}
}}""",
    "yarn/package.json": '{"name": "y", "dependencies": {"a": "^1.0", "@s/b": "^2"}}',
    "yarn/yarn.lock": '# yarn lockfile v1\n\n"@s/b@^2", "@s/b@^2.1":\n  version "2.2.0"\n\na@^1.0:\n  version "1.0.4"\n',  # noqa: E501
    "pnpm/package.json": '{"name": "p", "dependencies": {"a": "^1.0", "@s/b": "^2"}}',
    "pnpm/pnpm-lock.yaml": "packages:\n\n  '@s/b@2.3.0':\n    x: 1\n\n  a@1.0.7(peer@1):\n    x: 1\n",
    "pnpm/pnpm-workspace.yaml": "packages:\n  - 'sub/*'\n",
    "pnpm/sub/in/package.json": '{"name": "inner"}',
    "tsconfig.json": '{\n // what runs\n "compilerOptions": {"target": "ES2020",},\n}',
}


def test_script(files_of):
    """Scopes, aliases, workspaces; versions of package-lock, yarn and pnpm; tsconfig with comments."""
    found = read(files_of(SCRIPT))
    assert wants(found) == {
        ("npm/left", "^1.2.0", "runtime", "1.2.9"),
        ("npm/%40scope/kit", "workspace:*", "runtime", ""),
        ("npm/%40real/thing", "^2", "dev", ""),
        ("npm/react", ">=17", "peer", ""),
        ("npm/a", "^1.0", "runtime", "1.0.4"),
        ("npm/%40s/b", "^2", "runtime", "2.2.0"),
        ("npm/a", "^1.0", "runtime", "1.0.7"),
        ("npm/%40s/b", "^2", "runtime", "2.3.0"),
    }
    assert {d.purl for d in found.dependencies if d.workspace} == {"pkg:npm/%40scope/kit"}
    assert found.units["@scope/kit"] == "packages/kit"
    assert found.units["inner"] == "pnpm/sub/in"
    assert {(d.language, d.version) for d in found.declared} == {("Node.js", "18.12"), ("ECMAScript", "2020")}
    assert [(p.kind, p.name) for p in found.points] == [("bin", "run-it")]


JAVA = {
    "pom.xml": """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>org.x</groupId><artifactId>top</artifactId><version>1</version>
  <modules><module>core</module></modules>
  <properties><maven.compiler.release>11</maven.compiler.release><guava.v>33.0</guava.v></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId>
      <version>${guava.v}</version></dependency>
  </dependencies></dependencyManagement>
</project>""",
    "core/pom.xml": """<project>
  <parent><groupId>org.x</groupId><artifactId>top</artifactId><version>1</version></parent>
  <artifactId>core</artifactId>
  <dependencies>
    <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.1</version>
      <scope>test</scope></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>top</artifactId>
      <version>${project.version}</version></dependency>
    <dependency><groupId>a</groupId><artifactId>${unknown}</artifactId></dependency>
  </dependencies>
</project>""",
    "app/settings.gradle": "rootProject.name = 'app'\ninclude ':one', ':two:deep'\n",
    "app/one/build.gradle": "",
    "app/two/deep/build.gradle.kts": """plugins { java }
dependencies {
    implementation("com.squareup.okio:okio:3.2")
    testImplementation(libs.junit.core)
    api(project(":one"))
}
java { sourceCompatibility = JavaVersion.VERSION_17 }
""",
    "app/gradle/libs.versions.toml": '[versions]\nj = "5.1"\n[libraries]\njunit-core = { module = "org.junit:core", version.ref = "j" }\n',  # noqa: E501
}


def test_java(files_of):
    """Parents, properties and management of Maven; Gradle's scripts with a version catalogue."""
    found = read(files_of(JAVA))
    assert wants(found) == {
        ("maven/com.google.guava/guava", "33.0", "runtime", ""),
        ("maven/junit/junit", "4.1", "test", ""),
        ("maven/org.x/top", "1", "runtime", ""),
        ("maven/com.squareup.okio/okio", "3.2", "runtime", ""),
        ("maven/org.junit/core", "5.1", "test", ""),
        ("maven/project/one", "", "runtime", ""),
    }
    assert {d.purl for d in found.dependencies if d.workspace} == {"pkg:maven/org.x/top", "pkg:maven/project/one"}
    assert found.units["org.x:core"] == "core"
    assert found.units[":two:deep"] == "app/two/deep"
    assert {(d.manifest, d.version) for d in found.declared} == {
        ("pom.xml", "11"),
        ("core/pom.xml", "11"),
        ("app/two/deep/build.gradle.kts", "17"),
    }


NATIVE = {
    "CMakeLists.txt": "set(CMAKE_CXX_STANDARD 17)\nfind_package(Boost 1.70 REQUIRED)\npkg_check_modules(X REQUIRED zlib>=1.2)\n"  # noqa: E501
    'FetchContent_Declare(fmt\n  GIT_REPOSITORY "https://github.com/fmtlib/fmt.git"\n  GIT_TAG 10)\n',
    "vcpkg.json": '{"name": "x", "dependencies": ["curl", {"name": "zstd", "version>=": "1.5"}]}',
    "conanfile.txt": "[requires]\npoco/1.9.4@a/b\n[tool_requires]\ncmake/3.2\n[options]\nx=y/z\n",
    "conan/conanfile.py": 'class A(ConanFile):\n    requires = "b/1.0", "c/2"\n    def build(self):\n        self.tool_requires("d/3")\n'  # noqa: E501
    "        self.requires(name())\n",
    "src/Makefile": "CFLAGS += -std=gnu11\n",
    "debian/control": "Source: s\nSection: net\nBuild-Depends: debhelper (>= 12),\n libssl-dev | libtls-dev\n\nPackage: s-a\n"  # noqa: E501
    "Depends: ${misc:Depends}, s-b (= 1), adduser\n\nPackage: s-b\n",
}


def test_native(files_of):
    """CMake, vcpkg, Conan, Makefiles and Debian."""
    found = read(files_of(NATIVE))
    assert wants(found) == {
        ("generic/Boost", "1.70", "runtime", ""),
        ("generic/zlib", ">=1.2", "runtime", ""),
        ("github/fmtlib/fmt", "", "build", ""),
        ("generic/curl", "", "runtime", ""),
        ("generic/zstd", ">=1.5", "runtime", ""),
        ("conan/poco", "1.9.4", "runtime", ""),
        ("conan/cmake", "3.2", "build", ""),
        ("conan/b", "1.0", "runtime", ""),
        ("conan/c", "2", "runtime", ""),
        ("conan/d", "3", "build", ""),
        ("deb/debian/debhelper", ">= 12", "build", ""),
        ("deb/debian/libssl-dev", "", "build", ""),
        ("deb/debian/s-b", "= 1", "runtime", ""),
        ("deb/debian/adduser", "", "runtime", ""),
    }
    assert {d.purl for d in found.dependencies if d.workspace} == {"pkg:deb/debian/s-b"}
    assert {(d.language, d.version) for d in found.declared} == {("C++", "17"), ("C", "11")}


def test_tests_examples_and_others_code(files_of):
    """What tests and examples ask for is of scope test, and they declare nothing; vendored manifests do not count."""
    found = read(
        files_of(
            {
                "package.json": '{"name": "top", "dependencies": {"react": "1"}}',
                "tests/fix/package.json": '{"name": "react", "engines": {"node": "9"}, "dependencies": {"q": "1"}}',
                "examples/e/package.json": '{"name": "e", "dependencies": {"top": "1"}}',
                "vendor/v/package.json": '{"name": "v", "dependencies": {"z": "1"}}',
            }
        )
    )
    assert {(d.purl, d.scope, d.workspace) for d in found.direct} == {
        ("pkg:npm/react", "runtime", False),
        ("pkg:npm/q", "test", False),
        ("pkg:npm/top", "test", True),
    }
    assert (found.units, found.declared) == ({"top": ""}, [])


HOSTILE = {
    "a/pyproject.toml": "[project\nname=",
    "b/pyproject.toml": "a = " + "[" * 20_000,
    "c/package.json": "[" * 100_000,
    "d/package.json": '{"name": 3, "dependencies": ["x"], "bin": 7, "workspaces": {"packages": 4}, "engines": []}',
    "e/pom.xml": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project><artifactId>&b;</artifactId></project>',
    "f/pom.xml": "<a>" * 10_000,
    "g/setup.py": "setup(name=" + "(" * 5_000,
    "h/setup.py": "x = " + "-" * 100_000 + "1",
    "i/Cargo.toml": '[package]\nname = ["x"]\n[dependencies]\na = 1\nb = {version = []}\n',
    "j/package.json": '{"name": "' + "x" * MOST_MANIFEST + '"}',
    "k/pnpm-lock.yaml": "a: &a [x, x]\npackages: [*a, *a]\n  ? {",
    "l/tsconfig.json": '"' + '\\"' * 100_000 + "/*" * 50_000,
    "m/go.mod": "replace a =>\nrequire\nmodule\n(\n)",
    "n/requirements.txt": "-r ../../../etc/passwd\n-r n.txt\n\x0c\n==\n" + "[" * 100_000,
    "o/build.gradle": "implementation(" * 20_000 + "include " + "'a', " * 20_000,
    "p/setup.cfg": "no section\n",
    "q/go.mod": b"module \xff\xfe\n",
    "r/CMakeLists.txt": "FetchContent_Declare(" * 20_000,
}


def test_broken_and_hostile(files_of):
    """Nothing raises, nothing hangs; what could not be read is named with a reason."""
    found = read(files_of(HOSTILE))
    why = dict(found.skipped)
    named = "abcefghjp"
    assert {path.partition("/")[0] for path in why} >= set(named), why
    assert "a document type of its own" in why["e/pom.xml"]
    assert "more than" in why["j/package.json"]
    assert all(one.purl for one in found.dependencies)


def test_table(files_of):
    """The table holds a row for each, manifests as bytes."""
    columns = table(read(files_of(GO)))
    assert list(columns["manifest"]) == [b"go.mod"] * 3
    assert columns["scope"].strings() == ["runtime", "runtime", "indirect"]


@pytest.mark.parametrize("planted", [PYTHON, RUST, GO, SCRIPT, JAVA, NATIVE])
def test_every_row_has_its_line(planted, files_of):
    """A row without a line could not be checked by a reader."""
    assert all(one.line > 0 for one in read(files_of(planted)).dependencies)
