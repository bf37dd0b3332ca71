"""What a repository's own CI files say about how it is built and tested.

Files are read loosely: what is not understood is passed over, as the manifests are there, too. Sources: the
documentation of GitHub Actions, GitLab CI/CD, Woodpecker, and of the services in :data:`GENERIC`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codestrata.ci.derive.files import Files, matching
from codestrata.ci.foreign import scripts
from codestrata.ci.foreign.values import Value, read
from codestrata.errors import StrataError

#: Files of other services, whose scripts are found by their keys.
GENERIC = (
    ".gitlab-ci.yml",
    ".woodpecker.yml",
    ".woodpecker.yaml",
    ".woodpecker/*.yml",
    ".woodpecker/*.yaml",
    ".travis.yml",
    ".circleci/config.yml",
    ".cirrus.yml",
    ".drone.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".semaphore/semaphore.yml",
    ".builds/*.yml",
)
_SCRIPTS = re.compile(r"(?:run|script|commands?|test|\w+_script|bash)")
_FOREIGN = re.compile(r"(?i)windows|macos|darwin|osx|freebsd")
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
#: Commands and files that are looked at, at most.
_MOST = 2000
#: Lines of a script that is no program of its own.
_SHORT = 15
_FILES = 60

_GOOD = re.compile(
    r"(?:^|[^a-z])(?:ci|cicd|tests?|build|main|check|linux|unit|python-package|run-tests|rust|go|node|maven|"
    r"gradle|cmake|java|workflow|pipeline|travis|gitlab)(?:[^a-z]|$)"
)
_BAD = re.compile(
    r"release|publish|deploy|docs?\b|bench|fuzz|nightly|codeql|windows|macos|website|docker|android|wasm|"
    r"stale|label|legacy|old|coverity|scorecard|schedul|daily|weekly|cron|container|browser|ecosystem"
)


#: What asks for tools or machines that are rarely there.
_ODD = re.compile(
    r"nextest|miri|tarpaulin|llvm-cov|cargo hack|\+nightly|-Z|valgrind|sanit|wasm|--target|\bcross\b|fuzz|"
    r"bench|coverage|playwright|cypress|puppeteer|\be2e\b|selenium|docker|emscripten|qemu|i686|install|richgo|go/bin"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A script of a CI file: what it is for, where it stands, what it needs; ``axes``: the matrix it asks for."""

    script: str
    kind: str
    file: str
    line: int
    job: str = ""
    folder: str = "."
    shell: str = "sh"
    env: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Give where it stands, for a comment."""
        return f"{self.file} line {self.line}"

    @property
    def score(self) -> int:
        """Say how likely it is what developers run: by the names of its file and its job."""
        name = self.file.rpartition("/")[2].lower() if "/" in self.file else self.file.lower()
        found = 3 * bool(_GOOD.search(name)) - 4 * bool(_BAD.search(name)) - 2 * bool(_BAD.search(self.job.lower()))
        return found + bool(_GOOD.search(self.job.lower())) + (not self.axes) - self._odd

    @property
    def _odd(self) -> int:
        return 2 * bool(_ODD.search(self.script)) + 2 * (self.script.count("\n") > _SHORT)


def said(files: Files) -> list[Said]:
    """Give everything that CI files say, in the order of the files."""
    found: list[Said] = []
    for path in matching(files, ".github/workflows/*.yml", ".github/workflows/*.yaml")[:_FILES]:
        found += _read(files, path, _github)
    for path in matching(files, *GENERIC)[:_FILES]:
        found += _read(files, path, _generic)
    return found[:_MOST]


def _read(files: Files, path: str, reader: object) -> list[Said]:
    try:
        value = read(files.text(path), path)
    except StrataError:
        return []
    return list(reader(path, value))  # type: ignore[operator]


def _github(path: str, workflow: Value) -> Iterator[Said]:
    for name, job in workflow.get("jobs").map.items():
        runs_on = " ".join(job.get("runs-on").texts)
        if _FOREIGN.search(_EXPRESSION.sub("", runs_on)):
            continue
        axes = _axes(job.get("strategy").get("matrix"))
        env = {**_static(workflow.get("env")), **_static(job.get("env"))}
        usual = job.get("defaults").get("run").get("working-directory") or workflow.get("defaults").get("run").get(
            "working-directory"
        )
        services = tuple(_service(key, one) for key, one in job.get("services").map.items())
        for step in _steps(job.get("steps")):
            if _FOREIGN.search(step.get("if").text) or step.get("shell").text.startswith(
                ("pwsh", "powershell", "cmd", "python")
            ):
                continue
            run = step.get("run")
            folder = (step.get("working-directory") or usual).text
            more = {**env, **_static(step.get("env"))}
            for script, line in _blocks(run):
                one = _settled(script, axes, more)
                if one is not None:
                    kind = scripts.kind(one[0])
                    own = _needed(more, one[0])
                    yield Said(one[0], kind, path, line, name, _folder(folder), "bash", own, one[1], services)


def _steps(steps: Value) -> Iterator[Value]:
    for step in steps.items:
        yield from step.get("parallel").items
        yield step


def _axes(matrix: Value) -> dict[str, tuple[str, ...]]:
    """Give axis → its values; what whole combinations name counts, too, those for other machines aside."""
    found = {name: tuple(one.texts) for name, one in matrix.map.items() if name not in {"include", "exclude"}}
    found = {name: texts for name, texts in found.items() if texts and len(texts) == len(matrix.get(name).items)}
    rows = [
        one.map for one in matrix.get("include").items if not any(_FOREIGN.search(v.text) for v in one.map.values())
    ]
    for name in dict.fromkeys(name for row in rows for name in row):
        texts = [row[name].text for row in rows if name in row and row[name].text]
        found[name] = tuple(dict.fromkeys([*found.get(name, ()), *texts]))
    return {name: texts for name, texts in found.items() if texts}


def _static(env: Value) -> dict[str, str]:
    return {
        name: one.text
        for name, one in env.map.items()
        if "${{" not in one.text
        and not isinstance(one.data, list | dict)
        and re.fullmatch(r"[A-Za-z_]\w{0,100}", name, re.ASCII)
    }


_DENY = re.compile(r"-D ?warnings ?")


def _needed(env: Mapping[str, str], script: str) -> dict[str, str]:
    """Leave out what no program reads, and what makes errors of warnings: another compiler has other ones."""
    kept = {name: text for name, text in env.items() if name.isupper() or name in script}
    return {name: text for name, one in kept.items() if (text := _DENY.sub("", one).strip()) or not one}


def _service(name: str, value: Value) -> str:
    image = value.get("image").text or value.text
    ports = ", ".join(value.get("ports").texts)
    return f"{name} ({image}{', port ' + ports if ports else ''})"


#: What names the work tree itself.
_ROOT = re.compile(r"^(?:\$\{\{\s*(?:github|runner)\.workspace\s*\}\}|\$GITHUB_WORKSPACE)/?")


def _folder(text: str) -> str:
    text = _ROOT.sub("", text).removeprefix("./").rstrip("/") or "."
    return "" if text.startswith("/") or ".." in text.split("/") or "${{" in text or "$" in text else text


def _settled(
    script: str, axes: Mapping[str, tuple[str, ...]], env: Mapping[str, str]
) -> tuple[str, dict[str, tuple[str, ...]]] | None:
    """Put what is known into a script; gives the axes that it still asks for. None where something is not known."""
    asked: dict[str, tuple[str, ...]] = {}
    for expression in _EXPRESSION.findall(script):
        root, _, name = expression.partition(".")
        if (
            root == "matrix"
            and len({*asked, name}) == 1
            and name in axes
            and re.fullmatch(r"[A-Za-z_][\w-]{0,31}", name, re.ASCII)
        ):
            asked[name] = axes[name]
        elif not (root == "env" and name in env) and expression not in _HERE:
            return None
    known = {f"env.{name}": text for name, text in env.items()} | _HERE
    text = _EXPRESSION.sub(lambda found: known.get(found[1], found[0]), script)
    return (text, asked) if "${{" not in _EXPRESSION.sub("", text) else None


_HERE = {"github.workspace": "/work", "runner.os": "Linux", "github.event_name": "push", "runner.temp": "/tmp"}  # noqa: S108


def _generic(path: str, value: Value) -> Iterator[Said]:
    stack: list[tuple[str, Value]] = [("", value)]
    seen = 0
    while stack and seen < _MOST:
        seen += 1
        name, one = stack.pop()
        for key, below in reversed(one.map.items()):
            if _SCRIPTS.fullmatch(key) and not below.map:
                for script, line in _blocks(below):
                    yield Said(script, scripts.kind(script), path, line, name)
            if below.map or isinstance(below.data, list):
                stack.append((key if not _SCRIPTS.fullmatch(key) else name, below))
        if isinstance(one.data, list):
            stack += [(name, below) for below in reversed(one.data) if below.map or isinstance(below.data, list)]


#: Kinds of commands that a script may hold and still be run as a whole, without a network.
_WHOLE = {"test", "lint", "build", ""}


def _blocks(value: Value) -> Iterator[tuple[str, int]]:
    """Give the parts of a script that can be run by themselves: all of it, or the lines that test, lint or build."""
    placed = [one for item in value.items for one in _placed(item)]
    script = "\n".join(text for text, _ in placed)
    if not script.strip() or "secrets." in script:
        return
    found = scripts.commands(script)
    if all(one.kind in _WHOLE for one in found):
        yield script.strip(), next(line for text, line in placed if text.strip())
        return
    lines = [text for text, _ in placed]
    for one in found:
        if one.kind in _WHOLE and one.kind:
            last = one.line
            while lines[last - 1].rstrip().endswith("\\") and last < len(lines):
                last += 1
            text = "\n".join(lines[one.line - 1 : last]).strip()
            whole = all(part.kind in _WHOLE for part in scripts.commands(text))
            yield text if whole else one.text, placed[one.line - 1][1]


def _placed(value: Value) -> list[tuple[str, int]]:
    """Give the lines of a text with their numbers in the file: those of a block stand below its key."""
    lines = value.text.strip("\n").split("\n")
    first = value.line + (len(lines) > 1)
    return [(text, first + at) for at, text in enumerate(lines)]
