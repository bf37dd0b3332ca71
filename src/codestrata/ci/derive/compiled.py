"""Rust, Go and Java: Cargo.toml, go.mod, pom.xml, build.gradle."""

from __future__ import annotations

import re

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.kit import Kit
from codestrata.ci.draft.document import Cache, Report, Step

_RUST_TEST = "no test command in its CI: cargo's own"


def rust(files: Files) -> Kit | None:
    """Give Rust's kit. Source: The Cargo Book."""
    if "Cargo.toml" not in files.paths:
        return None
    locked = " --locked" if "Cargo.lock" in files.paths else ""
    whole = " --workspace" if "[workspace" in files.text("Cargo.toml") else ""
    kit = Kit(
        "rust", "Cargo.toml and Cargo.lock" if locked else "Cargo.toml", ("crates",), means="stdout", report="libtest"
    )
    kit.lock = "Cargo.lock" if locked else ""
    kit.env = {"CARGO_NET_OFFLINE": "true", "CARGO_TERM_COLOR": "never"}
    kit.caches = [Cache('cargo-${{ hash("**/Cargo.toml", "Cargo.lock") }}', ["~/.cargo/registry", "~/.cargo/git"])]
    kit.fetch = [Step(f"cargo fetch{locked}", "crates", notes=[f"from {kit.why}"])]
    kit.build = [
        Step(f"cargo build{whole} --all-targets", notes=["Cargo.toml has a workspace" if whole else "from Cargo.toml"])
    ]
    clippy = f"cargo clippy{whole} --all-targets --message-format=json > clippy.json"
    fmt = "cargo fmt --all --check > fmt.txt"
    kit.lint = [
        Step(clippy, "clippy", on_failure="continue", notes=["what rustc and Clippy warn of"]),
        Step(fmt, "fmt", on_failure="continue", notes=["what is not formatted"]),
    ]
    kit.lints = [Report("clippy", "cargo-json", "clippy.json"), Report("fmt", "rustfmt", "fmt.txt")]
    kit.test = [Step(f"cargo test{whole} --no-fail-fast", notes=[_RUST_TEST])]
    return kit


def go(files: Files) -> Kit | None:
    """Give Go's kit. Source: Go's command documentation."""
    if "go.mod" not in files.paths:
        return None
    kit = Kit("go", "go.mod", ("go",), means="stdout", report="go-test-json", lock="go.mod")
    kit.env = {"GOPROXY": "off", "GOTOOLCHAIN": "local"}
    kit.caches = [Cache('go-${{ hash("**/go.sum") }}', ["~/go/pkg/mod"])]
    kit.fetch = [Step("go mod download all", "modules", notes=["from go.mod"])]
    kit.build = [Step("go build ./...", notes=["from go.mod"])]
    kit.lint = [Step("go vet -json ./... > vet.json 2>&1", "vet", on_failure="continue", notes=["what go vet says"])]
    kit.lints = [Report("vet", "go-vet-json", "vet.json")]
    kit.test = [Step("go test ./...", notes=["no test command in its CI: Go's own"])]
    return kit


def compiled_before(kit: Kit) -> None:
    """Have cargo compile tests in a job of its own: the limit of the tests is theirs, what does not build fails there.

    Nothing of it is kept for another commit: cargo goes by times of files, and those of a work tree say nothing.
    """
    command = kit.test[0].run.replace(" --no-fail-fast", " --no-run")
    kit.build = [
        Step(command, "tests", on_failure="continue", notes=["they fail by themselves where it does not build"])
    ]


def compiled_once(kit: Kit) -> None:
    """Have Go compile the standard library and other modules once for many commits: its cache goes by content alone.

    Source: ``go help cache``; ``-exec`` in ``go help run``: tests are compiled, and nothing of them is run.
    """
    step = Step(
        "go test -exec true ./... > /dev/null 2>&1",
        "what is compiled but once",
        on_failure="continue",
        notes=["for the cache"],
    )
    kit.fetch.append(step)
    kit.caches = [Cache('go-build-${{ hash("**/go.sum") }}', ["~/go/pkg/mod", "~/.cache/go-build"], ["go-build-"])]


#: Every class of tests is looked at, and no test of it is run.
_NONE = "-Dtest='*#noSuchTest' -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false"


def maven(files: Files) -> Kit | None:
    """Give Maven's kit. Surefire looks for its provider when it has tests to run, so that is done once with a network.

    That must not end where a module does not build (``-fn``): what is missing is seen where it is needed.
    Source: ``mvn --help``; Surefire's manual, "Using JUnit Platform".
    """
    if "pom.xml" not in files.paths:
        return None
    command = "sh mvnw" if "mvnw" in files.paths else "mvn"
    kit = Kit(
        "maven",
        "pom.xml",
        ("maven",),
        lock="pom.xml",  # versions stand in it; ranges of them are rare
        means="files",
        report="junit",
        path="**/target/surefire-reports/TEST-*.xml",
    )
    kit.caches = [Cache('maven-${{ hash("**/pom.xml") }}', ["~/.m2/repository"])]
    several = "<modules>" in files.text("pom.xml")
    if not several:  # it wants other modules to lie in a repository already
        everything = f"{command} -B -ntp dependency:go-offline"
        kit.fetch = [Step(everything, "dependencies and plug-ins", notes=["from pom.xml"])]
    kit.fetch.append(
        Step(
            f"{command} -B -ntp -fn {_NONE} clean {'package' if several else 'test'}",
            "what plug-ins ask for when they run",
            notes=["Surefire fetches its provider for the tests' framework only then"],
        )
    )
    build, test = ("-DskipTests package", "-fae package") if several else ("test-compile", "test")
    kit.build = [Step(f"{command} -o -B -ntp {build}", notes=["from pom.xml"])]
    kit.test = [Step(f"{command} -o -B -ntp {test}", notes=["no test command in its CI: Maven's own"])]
    return kit


def gradle(files: Files) -> Kit | None:
    """Give Gradle's kit."""
    manifest = next(
        (
            one
            for one in ("build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle")
            if one in files.paths
        ),
        "",
    )
    if not manifest:
        return None
    command = "sh gradlew" if "gradlew" in files.paths else "gradle"
    kit = Kit("gradle", manifest, ("maven",), means="files", report="junit", path="**/build/test-results/**/*.xml")
    kit.caches = [Cache('gradle-${{ hash("**/*.gradle*") }}', ["~/.gradle/caches", "~/.gradle/wrapper"])]
    kit.fetch = [
        Step(f"{command} --no-daemon testClasses", "dependencies, by compiling once", notes=[f"from {manifest}"])
    ]
    if command != "gradle":
        kit.notes = ["gradlew fetches Gradle itself: its host has to be in sandbox.hosts"]
    kit.build = [Step(f"{command} --no-daemon --offline assemble", notes=[f"from {manifest}"])]
    kit.test = [Step(f"{command} --no-daemon --offline test", notes=["no test command in its CI: Gradle's own"])]
    return kit


_MVN = re.compile(r"(?<![\w.-])((?:\./)?mvnw?)(?= )")
_GRADLE = re.compile(r"(?<![\w.-])((?:\./)?gradlew?)(?= )")


def offline(script: str) -> str:
    """Tell Maven and Gradle in a script to do without a network."""
    return _GRADLE.sub(r"\1 --offline", _MVN.sub(r"\1 -o", script))
