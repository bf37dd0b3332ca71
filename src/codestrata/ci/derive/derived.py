"""A pipeline for one repository, put together from its kits and what its CI says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from codestrata.ci.derive.choice import bare, chosen, kit_of, plain_cargo
from codestrata.ci.derive.compiled import compiled_before, compiled_once, go, gradle, maven, offline, rust
from codestrata.ci.derive.dated import dated
from codestrata.ci.derive.environments import prepared
from codestrata.ci.derive.evidence import said
from codestrata.ci.derive.files import Files
from codestrata.ci.derive.jobs import jobs_of
from codestrata.ci.derive.kit import Kit
from codestrata.ci.derive.native import native, reported
from codestrata.ci.derive.node import node
from codestrata.ci.derive.others import TABLE, other
from codestrata.ci.derive.python import LINTERS, python
from codestrata.ci.derive.said import Said
from codestrata.ci.draft.document import Draft, Step, job_name
from codestrata.ci.draft.sound import sound
from codestrata.ci.draft.write import write
from codestrata.errors import NothingDone

_MANIFESTS = (python, node, rust, go, maven, gradle, other, native)
#: Endings of source files → the kit whose they are.
_ENDINGS: dict[str, str] = {
    "py": "python",
    "js": "node",
    "ts": "node",
    "tsx": "node",
    "mjs": "node",
    "cjs": "node",
    "jsx": "node",
    "vue": "node",
    "rs": "rust",
    "go": "go",
    "java": "jvm",
    "kt": "jvm",
    "scala": "jvm",
    "c": "native",
    "h": "native",
    "cc": "native",
    "cpp": "native",
    "hpp": "native",
    "cxx": "native",
}
_ENDINGS |= {ending: row.name for row in TABLE for ending in row.endings}
_NATIVE = {"cmake", "meson", "autotools", "make"}
#: Kits whose tests build what they need: a build that fails before them says nothing of single tests.
_BUILD_THEMSELVES = {"rust", "go", "maven", "gradle"}
#: The share of the largest kit's source files that a second kit needs.
_SHARE = 0.1
_MOST = 3
#: Kits whose source files count under another name.
_OTHERS = {**dict.fromkeys(_NATIVE, "native"), "maven": "jvm", "gradle": "jvm", "unittest": "python"}


@dataclass(frozen=True, slots=True)
class Derived:
    """The text of a proposed pipeline. ``tests``: kit → where its test command is from, "" for none.

    ``dates``: kit → what keeps its packages to a date, or why nothing does; empty where no date was asked for.
    """

    text: str
    kits: tuple[str, ...]
    tests: dict[str, str]
    jobs: int
    dates: dict[str, str] = field(default_factory=dict)


def derive(files: Files, name: str, *, ci: bool = True, only_tests: bool = False, until: str = "") -> Derived:
    """Propose a pipeline for a tree; ``name`` is the repository's. Raises NothingDone where nothing is recognised.

    ``ci``: have its CI files say how it is tested; otherwise each kit tests in its own way. ``only_tests``: nothing is
    done that tests do not need. ``until`` (ISO 8601): packages are to be as they were then.
    """
    evidence = said(files) if ci else []
    kits = _kits(files) or _from_ci(evidence, files)
    if not kits:
        hint = "write a pipeline by hand, or convert one: strata ci convert FILE"
        raise NothingDone("no manifest and no CI file that is known", where=name, hint=hint)
    draft = Draft(
        job_name(name.rpartition("/")[2]), f"What {name} needs to be built and tested, from what it says of itself"
    )
    draft.require = [kits[0].why.split(" ")[0]] if kits[0].name != "ci" else []
    draft.notes = ["Proposed from the repository's manifests and CI files: read it before you rely on it."]
    tests: dict[str, str] = {}
    dates: dict[str, str] = {}
    for at, kit in enumerate(kits):
        found = _tests(kit, evidence, files, first=not at)
        if only_tests:
            _bare(kit)
        if until:
            dates[kit.name] = dated(kit, until)
        tests[kit.name] = found[0].place if found else "default" if kit.test else ""
        draft.jobs += jobs_of(kit, found, suffix=f"-{kit.name}" if len(kits) > 1 else "")
    _columns(draft)
    if not any(tests.values()):
        draft.notes.append("No test command was found: there are no tests in it.")
    sound(draft, lambda _, what, why: draft.notes.append(f"left out, {what}: {why}"), name)
    return Derived(write(draft), tuple(kit.name for kit in kits), tests, len(draft.jobs), dates)


def _bare(kit: Kit) -> None:
    """Leave out what tests do not need."""
    kit.lint, kit.lints = [], []
    kit.fetch = [step for step in kit.fetch if step.name != LINTERS]
    kit.build = [] if kit.name in _BUILD_THEMSELVES else kit.build
    if kit.name == "go":
        compiled_once(kit)
    if kit.name == "rust":
        compiled_before(kit)


def _kits(files: Files) -> list[Kit]:
    """Give the kits whose manifests are there, the one with most source files first."""
    counts: dict[str, int] = {}
    for path in files.paths:
        kind = _ENDINGS.get(path.rpartition(".")[2], "")
        counts[kind] = counts.get(kind, 0) + 1
    kits = [kit for manifest in _MANIFESTS if (kit := manifest(files))]
    for kit in kits:
        kit.weight = counts.get(_OTHERS.get(kit.name, kit.name), 0)
    if any(kit.name not in _NATIVE and kit.weight for kit in kits):  # a Makefile beside a manifest only calls it
        kits = [
            kit for kit in kits if kit.name != "make" or kit.weight > max(k.weight for k in kits if k.name != "make")
        ]
    if len({"maven", "gradle"} & {kit.name for kit in kits}) > 1:
        kits = [kit for kit in kits if kit.name != "gradle"]
    kits.sort(key=lambda kit: -kit.weight)
    least = kits[0].weight * _SHARE if kits else 0
    return [kit for at, kit in enumerate(kits[:_MOST]) if not at or (kit.weight and kit.weight >= least)]


def _from_ci(evidence: list[Said], files: Files) -> list[Kit]:
    """Give a kit made of what CI says alone."""
    kit = Kit("ci", "its CI files")
    built = chosen((one for one in evidence if one.kind == "build"), files)
    tested = chosen((one for one in evidence if one.kind == "test"), files, least=-9)
    kit.build = [
        Step(one.script, shell=one.shell, folder=one.folder, notes=[f"from {one.place}"])
        for one in built
        if not one.axes
    ][:1]
    kit.notes = ["no manifest that is known: its packages cannot be fetched"]
    return [kit] if tested or kit.build else []


def _tests(kit: Kit, evidence: list[Said], files: Files, *, first: bool) -> list[Said]:
    """Give the test scripts that CI says for a kit, fit for running without a network."""
    if kit.name == "unittest":  # what CI says runs the same tests, and reports none
        return []
    names = {"native"} if kit.name in _NATIVE else {kit.name}
    names |= {""} if first else set()
    found = [one for one in evidence if one.kind == "test" and (kit.name == "ci" or kit_of(one.script) in names)]
    picked = chosen(found, files, least=0 if kit.test else -9)
    if kit.name == "python":
        picked, steps = prepared([bare(one) for one in picked], files)
        kit.fetch += steps
    if kit.name == "node" and picked:
        kit.means = ""
    if kit.name == "rust":
        picked = [plain_cargo(one) for one in picked]
    if kit.name == "cmake" and picked:
        picked = [replace(one, script=reported(one.script)) for one in picked]
        kit.means = "files" if any("--output-junit" in one.script for one in picked) else ""
    if kit.name in {"maven", "gradle"}:
        picked = [replace(one, script=offline(one.script)) for one in picked]
    return picked


def _columns(draft: Draft) -> None:
    """Give the columns that follow from the jobs there are."""
    names = [job.name for job in draft.jobs]
    built = [name for name in names if name.startswith("build")] or [name for name in names if name.startswith("fetch")]
    tested = [name for name in names if name.startswith("test")]
    reports = [report for job in draft.jobs if job.name.startswith("test") for report in job.reports]
    draft.columns["builds"] = _all(built or tested or names)
    if tested:
        draft.columns["tests_ok"] = _all(tested)
    if reports:
        draft.columns["tests_passed"] = 'count(tests, status == "passed")'
        draft.columns["tests_failed"] = 'count(tests, status in ["failed", "error"])'
        draft.columns["flaky"] = "flaky(tests)"
    if any(job.reports for job in draft.jobs if job.name.startswith("lint")):
        draft.columns["lint_warnings"] = "count(findings)"


def _all(names: list[str]) -> str:
    return " and ".join(f'job("{name}").passed' for name in names)
