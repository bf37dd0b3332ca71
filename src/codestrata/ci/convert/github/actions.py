"""Well-known actions, and what stands for them: nothing, a step, a cache, an artifact, a remark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from codestrata.ci.convert.github.texts import Texts
from codestrata.ci.draft.document import Artifact, Cache, Job, Step
from codestrata.ci.foreign.values import Value

#: Makes what setup-python gives: a Python that packages can be installed into.
VENV = "python3 -m venv ~/.venv"
ACTIVATE = ". ~/.venv/bin/activate"


@dataclass(slots=True)
class Action:
    """A ``uses`` step: its name without version, its inputs, the job it is in; ``why`` says why it is left out."""

    name: str
    value: Value
    job: Job
    texts: Texts
    before: list[str] = field(default_factory=list)
    why: str = ""

    def given(self, name: str) -> str:
        """Give an input as a text of ours; "" where there is none or it is not known here."""
        one = self.value.get("with").get(name)
        return self.texts.text(one.text, one.line, f"{self.name}: {name}") or "" if one else ""

    def lines(self, name: str) -> list[str]:
        """Give an input of several lines."""
        return [line.strip() for line in self.given(name).splitlines() if line.strip()]


def act(action: Action) -> list[Step]:
    """Give the steps for an action, and change its job; ``why`` is set where there is nothing for it."""
    for prefix, known in _KNOWN.items():
        if action.name.lower() == prefix or action.name.lower().startswith(f"{prefix}/"):
            return known(action)
    action.why = "actions are programs of others; only well-known ones have a counterpart"
    return []


def _checkout(action: Action) -> list[Step]:
    if action.given("repository") or action.given("submodules") not in {"", "false"}:
        action.why = "only the repository itself is there, without submodules"
    return []


def _nothing(_: Action) -> list[Step]:
    return []


def _toolchain(tool: str, *inputs: str) -> Callable[[Action], list[Step]]:
    def note(action: Action) -> list[Step]:
        version = (
            next(filter(None, (action.given(name) for name in inputs)), "")
            or action.value.get("uses").text.rpartition("@")[2]
        )
        shown = f" {version}" if len(version) < 40 else ""  # noqa: PLR2004 -- a commit's id is no version
        action.job.notes.append(
            f"line {action.value.line}: wants {tool}{shown}; the machine's own (or the image's) is used"
        )
        return []

    return note


def _python(action: Action) -> list[Step]:
    _toolchain("Python", "python-version", "python-version-file")(action)
    if ACTIVATE in action.before:
        return []
    action.before.append(ACTIVATE)
    return [Step(VENV, name="a Python to install into", line=action.value.line)]


def _cache(action: Action) -> list[Step]:
    key, paths = action.given("key"), action.lines("path")
    ours = [path for path in paths if not path.startswith(("/", "!", "${"))]
    if key and ours:
        action.job.caches.append(Cache(key, ours, action.lines("restore-keys")))
    if not key or len(ours) < len(paths):
        action.why = "only paths of the work tree and of the home folder are kept"
    return []


def _rust_cache(action: Action) -> list[Step]:
    action.job.caches.append(Cache('cargo-${{ hash("**/Cargo.lock") }}', ["~/.cargo/registry", "~/.cargo/git"]))
    return []


def _upload(action: Action) -> list[Step]:
    paths = [path.removeprefix("./") for path in action.lines("path") if not path.startswith(("/", "!", "~"))]
    days = action.value.get("with").get("retention-days").number
    if paths:
        action.job.artifacts.append(Artifact(paths, action.given("name"), days))
    else:
        action.why = "only files of the work tree are kept"
    return []


def _cargo(action: Action) -> list[Step]:
    toolchain = action.given("toolchain")
    words = ["cargo", f"+{toolchain}" if toolchain else "", action.given("command"), action.given("args")]
    return [Step(" ".join(filter(None, words)), name=action.value.get("name").text, line=action.value.line)]


def _clippy(action: Action) -> list[Step]:
    return [Step(f"cargo clippy {action.given('args')}".strip(), line=action.value.line)]


def _pre_commit(action: Action) -> list[Step]:
    arguments = action.given("extra_args") or "--all-files"
    install = Step("pip install pre-commit", line=action.value.line)
    return [install, Step(f"pre-commit run --show-diff-on-failure --color=never {arguments}", line=action.value.line)]


def _golangci(action: Action) -> list[Step]:
    return [Step(f"golangci-lint run {action.given('args')}".strip(), line=action.value.line)]


_KNOWN: dict[str, Callable[[Action], list[Step]]] = {
    "actions/checkout": _checkout,
    "actions/setup-python": _python,
    "actions/setup-node": _toolchain("Node.js", "node-version", "node-version-file"),
    "actions/setup-go": _toolchain("Go", "go-version", "go-version-file"),
    "actions/setup-java": _toolchain("Java", "java-version", "java-version-file"),
    "actions/setup-dotnet": _toolchain(".NET", "dotnet-version"),
    "ruby/setup-ruby": _toolchain("Ruby", "ruby-version"),
    "dtolnay/rust-toolchain": _toolchain("Rust", "toolchain"),
    "actions-rs/toolchain": _toolchain("Rust", "toolchain"),
    "actions-rust-lang/setup-rust-toolchain": _toolchain("Rust", "toolchain"),
    "hecrj/setup-rust-action": _toolchain("Rust", "rust-version"),
    "pnpm/action-setup": _toolchain("pnpm", "version"),
    "astral-sh/setup-uv": _toolchain("uv", "version"),
    "oven-sh/setup-bun": _toolchain("Bun", "bun-version"),
    "denoland/setup-deno": _toolchain("Deno", "deno-version"),
    "gradle/actions/setup-gradle": _toolchain("Gradle", "gradle-version"),
    "gradle/gradle-build-action": _toolchain("Gradle", "gradle-version"),
    "gradle/wrapper-validation-action": _nothing,
    "taiki-e/install-action": _toolchain("tools of Rust:", "tool"),
    "actions/cache": _cache,
    "swatinem/rust-cache": _rust_cache,
    "actions/upload-artifact": _upload,
    "actions/download-artifact": _nothing,  # what the jobs before left is there
    "actions-rs/cargo": _cargo,
    "actions-rs/clippy-check": _clippy,
    "actions-rs/audit-check": lambda _: [Step("cargo audit")],
    "pre-commit/action": _pre_commit,
    "golangci/golangci-lint-action": _golangci,
    "step-security/harden-runner": _nothing,  # the sandbox is the stricter one
}
