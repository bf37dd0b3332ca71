"""The jobs of a kit: fetch with a network, then build, lint and test without one."""

from __future__ import annotations

from collections.abc import Sequence

from codestrata.ci.derive.kit import Kit
from codestrata.ci.derive.said import Said
from codestrata.ci.draft.document import Job, Matrix, Report, Step
from codestrata.sandbox.base import WORK

#: Formats of what tests print → the file it is kept in.
_PRINTED = {"libtest": "cargo-test.txt", "go-test-json": "go-test.json"}
#: Values of a matrix, and combinations, that are taken.
_MOST = 12


def jobs_of(kit: Kit, found: Sequence[Said], *, suffix: str) -> list[Job]:
    """Give the jobs; ``found`` are test scripts from CI, which are preferred to the kit's own."""
    jobs = []
    if kit.fetch:
        fetch = Job(f"fetch{suffix}", kit.fetch, registries=list(kit.registries), caches=kit.caches)
        fetch.env = kit.fetching
        jobs.append(fetch)
    if kit.build:
        jobs.append(Job(f"build{suffix}", kit.build, [job.name for job in jobs]))
    before = [jobs[-1].name] if jobs else []
    if kit.lint:
        lint = Job(f"lint{suffix}", kit.lint, [jobs[0].name] if kit.fetch else [], continue_on_error=True)
        lint.reports = kit.lints
        for step in lint.steps:
            step.run = _begun(kit, step.run)
        jobs.append(lint)
    for job in _tests(kit, found, f"test{suffix}"):
        job.needs = before
        jobs.append(job)
    for job in jobs:
        if not job.registries:
            job.env = {**kit.env, **job.env}
    if jobs:
        jobs[0].notes = [f"{kit.name}: {kit.why}", *kit.notes]
    return jobs


def _tests(kit: Kit, found: Sequence[Said], name: str) -> list[Job]:
    """Give the jobs that test: one for each script, as the same tests may end otherwise under other options."""
    if not found:
        steps = [_own(kit, step) for step in kit.test]
        return [_told(Job(name, steps, reports=_reports(kit)))] if steps else []
    return [_told(_test(kit, one, name if at == 1 else f"{name}-{at}", at)) for at, one in enumerate(found, 1)]


def _test(kit: Kit, one: Said, name: str, at: int) -> Job:
    """Give the job for one script of CI."""
    axes = {axis: list(texts[:_MOST]) for axis, texts in one.axes.items()}
    job = Job(name, [_step(kit, one, at)], matrix=Matrix(axes), reports=_reports(kit))
    services = dict.fromkeys(one.services)
    job.notes = [f"beside it there: {text}; here it needs a command, or an image and docker" for text in services]
    return job


def _told(job: Job) -> Job:
    """Say so where nothing will be known of single tests."""
    if not job.reports:
        job.notes.append("no report of its tests is read: only whether they passed is known")
    return job


def _step(kit: Kit, one: Said, at: int) -> Step:
    """Give a step for a script of CI."""
    env = dict(one.env)
    if kit.means == "pytest":
        env["PYTEST_ADDOPTS"] = " ".join(
            filter(None, [env.get("PYTEST_ADDOPTS", ""), f"--junitxml={WORK}/junit-{at}.xml"])
        )
    script = _begun(kit, one.script)
    if kit.means == "stdout":
        script = _printed(kit, script, at, env)
    return Step(script, shell=one.shell, folder=one.folder, env=env, notes=[f"from {one.place}"], line=one.line)


def _own(kit: Kit, step: Step) -> Step:
    """Give the kit's own test step, made to report."""
    step.run = _begun(kit, step.run)
    if kit.means == "pytest":
        step.env = {"PYTEST_ADDOPTS": f"--junitxml={WORK}/junit-1.xml"}
    if kit.means == "stdout":
        step.run = _printed(kit, step.run, 1, step.env)
    return step


def _begun(kit: Kit, script: str) -> str:
    return f"{kit.before}\n{script}" if kit.before and not script.startswith(kit.before) else script


def _printed(kit: Kit, script: str, at: int, env: dict[str, str]) -> str:
    """Keep what is printed in a file, and print it all the same."""
    if kit.name == "go":
        env["GOFLAGS"] = " ".join(filter(None, [env.get("GOFLAGS", ""), "-json"]))
    stem, _, ending = _PRINTED[kit.report].partition(".")
    file = f"{WORK}/{stem}-{at}.{ending}"
    return f"exec 3>&1 >{file}; trap 'cat {file} >&3' EXIT\n{script}"


def _reports(kit: Kit) -> list[Report]:
    if kit.means == "pytest":
        return [Report("tests", "junit", "junit-*.xml")]
    if kit.means == "stdout":
        stem, _, ending = _PRINTED[kit.report].partition(".")
        return [Report("tests", kit.report, f"{stem}-*.{ending}")]
    return [Report("tests", kit.report, kit.path)] if kit.means == "files" else []
