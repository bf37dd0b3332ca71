"""What comes of jobs: artifacts, reports, columns; what goes wrong with them is a problem, never a failure."""

from __future__ import annotations

import hashlib
import tarfile

from msgspec.structs import replace
from tests.ci.execute.acting import Stage, ends, job, plan, step, the

from codestrata.ci.execute import ToolUse
from codestrata.ci.plan import ArtifactPlan, ColumnPlan, RepeatPlan, ReportPlan, RetryPlan
from codestrata.ci.reports import parse

JUNIT = "<testsuite name='s'><testcase name='{}' classname='c'>{}</testcase></testsuite>"
SARIF = (
    '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"R","level":"error",'
    '"message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/main.c"},'
    '"region":{"startLine":2}}}]}]}]}'
)


def quoted(text: str) -> str:
    """Quote a text for the dummy's language."""
    return "'" + text.replace("'", '"') + "'"


def test_artifacts_are_kept_under_their_hash(stage: Stage) -> None:
    """The tar file has the files that match; without any, that is a problem."""
    results = stage.run(
        plan(
            job(
                "a",
                "write out/x.txt 1\nwrite out/y.log 2",
                artifacts=(
                    ArtifactPlan(name="texts", paths=("out/*.txt",)),
                    ArtifactPlan(paths=("none/*", "**/*.zip")),
                    ArtifactPlan(paths=("out",)),
                ),
            )
        )
    )
    texts, whole = results.artifacts
    assert (texts.job, texts.name, texts.files, whole.name, whole.files >= 2) == ("a", "texts", 1, "artifact-3", True)
    kept = stage.scene.artifacts / f"{texts.sha256}.tar"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == texts.sha256
    assert kept.stat().st_size == texts.bytes
    with tarfile.open(kept) as archive:
        assert archive.getnames() == ["out/x.txt"]
    assert results.problems == ["job a: artifact artifact-2: no file matches none/*, **/*.zip"]
    assert sorted(path.name for path in stage.scene.artifacts.iterdir()) == sorted(
        f"{one.sha256}.tar" for one in results.artifacts
    )


def test_reports_are_read_also_when_steps_failed(stage: Stage) -> None:
    """A failing test run is when they matter; records say which job and report they are of."""
    files = "\n".join(
        (
            f"write r/a.xml {quoted(JUNIT.format('ok', ''))}",
            f"write r/b.xml {quoted(JUNIT.format('bad', '<failure/>'))}",
            f"write r/s.sarif {quoted(SARIF)}".replace("'{", "'{"),
            "exit 1",
        )
    )
    reports = (
        ReportPlan(name="tests", format="junit", path="r/*.xml"),
        ReportPlan(name="lint", format="sarif", path="r/s.sarif", tool="mine"),
    )
    results = stage.run(plan(job("a", files, reports=reports)), parse=parse)
    assert ends(results) == {"a": "failed"}
    assert results.problems == []
    assert [(one.name, one.status, one.job, one.report) for one in results.tests] == [
        ("ok", "passed", "a", "tests"),
        ("bad", "failed", "a", "tests"),
    ]
    (finding,) = results.findings
    assert (finding.tool, finding.path, finding.line, finding.snippet) == ("mine", "src/main.c", 2, "two")
    assert (finding.job, finding.report) == ("a", "lint")


def test_reports_that_cannot_be_read_are_problems(stage: Stage) -> None:
    """Missing, broken, of an unknown format, or links: the job's result stays, what was read stays."""
    script = "\n".join(
        (
            f"write good.xml {quoted(JUNIT.format('ok', ''))}",
            "write z.xml <<<",
            "ln -s /etc/passwd link.xml",
        )
    )
    reports = (
        ReportPlan(name="gone", format="junit", path="none.xml"),
        ReportPlan(name="mixed", format="junit", path="*.xml"),
        ReportPlan(name="odd", format="nonsense", path="good.xml"),
    )
    results = stage.run(plan(job("a", script, reports=reports)), parse=parse)
    assert ends(results) == {"a": "passed"}
    assert [one.name for one in results.tests] == ["ok"]
    told = "\n".join(results.problems)
    assert "report gone: no file matches none.xml" in told
    assert "report mixed: link.xml: not a regular file" in told
    assert "report mixed: z.xml: " in told
    assert "report odd: good.xml: " in told
    assert len(stage.seen("problem")) == len(results.problems)


def test_a_report_that_is_too_large_is_refused_by_its_size(stage: Stage, monkeypatch) -> None:
    """It is never read; the problem has its size."""
    monkeypatch.setattr("codestrata.ci.execute.collect.MOST_REPORT", 100)
    script = f"write a.xml {quoted(JUNIT.format('x' * 200, ''))}"
    reports = (ReportPlan(name="big", format="junit", path="a.xml"),)
    results = stage.run(plan(job("a", script, reports=reports)), parse=parse)
    assert results.tests == []
    assert "report big: a.xml: " in results.problems[0]
    assert "at most 100 are read" in results.problems[0]
    monkeypatch.setattr("codestrata.ci.execute.collect.MOST_REPORTS", 1000)
    huge = stage.run(plan(job("a", f"{script}\nfill 0\nwrite b.xml {'y' * 20000}", reports=(
        ReportPlan(name="all", format="junit", path="*.xml"),))), parse=parse)  # fmt: skip
    assert "report all: " in huge.problems[0]


def test_a_parser_that_breaks_is_a_problem(stage: Stage) -> None:
    """Whatever it raises."""

    def broken(*_):
        raise ZeroDivisionError

    reports = (ReportPlan(name="r", format="x", path="README"),)
    results = stage.run(plan(job("a", "true", reports=reports)), parse=broken)
    assert ends(results) == {"a": "passed"}
    assert results.problems == ["job a: report r: README: ZeroDivisionError"]


def test_repeats_give_tests_of_each_run_and_findings_of_one(stage: Stage) -> None:
    """Tests know their run; findings are not counted once for each."""
    script = "\n".join(
        (
            f"write a.xml {quoted(JUNIT.format('t', ''))}",
            f"write s.sarif {quoted(SARIF)}",
            "echo $STRATA_REPEAT > n.txt",
        )
    )
    one = job(
        "a",
        script,
        reports=(
            ReportPlan(name="tests", format="junit", path="a.xml"),
            ReportPlan(name="lint", format="sarif", path="s.sarif"),
        ),
        artifacts=(ArtifactPlan(name="n", paths=("n.txt",)),),
        repeat=RepeatPlan(runs=3),
    )
    results = stage.run(plan(one), parse=parse)
    assert [(test.name, test.repeat) for test in results.tests] == [("t", 1), ("t", 2), ("t", 3)]
    assert len(results.findings) == 1
    assert [one.name for one in results.artifacts] == ["n", "n (run 2)", "n (run 3)"]


def test_only_the_last_attempt_is_reported(stage: Stage) -> None:
    """What an attempt left that was tried again is not counted twice."""
    script = f"write a.xml {quoted(JUNIT.format('t', ''))}\nfail-until 2 1"
    reports = (ReportPlan(name="tests", format="junit", path="a.xml"),)
    one = job("a", script, reports=reports, retry=RetryPlan(max=1, on=("failed",), backoff=0.01))
    results = stage.run(plan(one), parse=parse)
    assert (the(results, "a").attempts, len(results.tests)) == (2, 1)


def test_tools_bring_their_reports(stage: Stage) -> None:
    """They are read like the job's own."""
    use = ToolUse(f"write t.sarif {quoted(SARIF)}", (ReportPlan(name="t", format="sarif", path="t.sarif"),))
    results = stage.run(plan(job("a", step("", "t", uses="tool/t"))), parse=parse, tool=lambda *_: use)
    assert [(one.report, one.rule) for one in results.findings] == [("t", "R")]


def test_columns_are_computed_over_everything(stage: Stage) -> None:
    """Typed, in order, each seeing those before; one that cannot be read is absent and a problem."""
    columns = (
        ColumnPlan(name="n", type="int", expression='count(findings, level == "error")'),
        ColumnPlan(name="builds", type="bool", expression='job("a").passed'),
        ColumnPlan(name="bad", type="float", expression="1 +"),
        ColumnPlan(name="good", type="bool", expression="builds and n == 1"),
        ColumnPlan(name="end", type="str", expression='job("b").result'),
        ColumnPlan(name="time", type="float", expression='step("a", "run").seconds'),
    )
    script = f"write s.sarif {quoted(SARIF)}"
    reports = (ReportPlan(name="lint", format="sarif", path="s.sarif"),)
    jobs = (job("a", step(script, "run"), reports=reports), job("b", "exit 1"))
    results = stage.run(plan(*jobs, columns=columns), parse=parse)
    time = results.columns.pop("time")
    assert isinstance(time, float)
    assert results.columns == {"n": 1, "builds": True, "bad": -1.0, "good": True, "end": "failed"}
    assert len(results.problems) == 1
    assert results.problems[0].startswith("column bad: ")
    assert list(stage.run(plan(*jobs, columns=columns)).columns) == [one.name for one in columns]


def filled(name: str, size: int) -> str:
    """Give a line that writes a file of so many bytes."""
    return f"write {name} {'x' * size}"


KEPT = tuple(ArtifactPlan(name=name, paths=(name,)) for name in ("a", "b", "c"))


def test_artifacts_of_a_job_have_a_bound_together(stage: Stage, monkeypatch) -> None:
    """What fits is kept, what does not ends a job that passed as disk, with evidence; one that failed stays so."""
    monkeypatch.setattr("codestrata.ci.execute.allowance._MB", 50_000)
    settings = replace(stage.scene.settings, artifacts_mb=1, artifacts_repository_mb=100)
    script = "\n".join(filled(name, size) for name, size in (("a", 15_000), ("b", 30_000), ("c", 1_000)))
    results = stage.run(plan(job("one", script, artifacts=KEPT), job("two", f"{script}\nexit 3", artifacts=KEPT)),
                        settings=settings)  # fmt: skip
    one, two = the(results, "one"), the(results, "two")
    assert (one.result, two.result) == ("disk", "failed")
    assert "artifact b is not kept" in one.reason
    assert "sandbox.artifacts_mb" in one.reason
    assert one.evidence == {"artifact": "b", "bytes_allowed": 50_000, "bytes_kept": 20_480}
    assert [each.name for each in results.artifacts] == ["a", "c", "a", "c"]
    assert any("artifact b is not kept" in text for text in results.problems)


def test_artifacts_of_a_run_have_a_bound_together(stage: Stage, monkeypatch) -> None:
    """Jobs share what a repository's artifacts may take; the same files twice are kept, and counted, once."""
    monkeypatch.setattr("codestrata.ci.execute.allowance._MB", 50_000)
    settings = replace(stage.scene.settings, artifacts_mb=1, artifacts_repository_mb=1)
    jobs = [job(name, filled("a", 14_000), artifacts=KEPT[:1], needs=needs) for name, needs in
            (("one", ()), ("two", ("one",)), ("three", ("two",)))]  # fmt: skip
    other = job("four", filled("b", 40_000), artifacts=KEPT[1:2], needs=("three",))
    results = stage.run(plan(*jobs, other), settings=settings, parallel=1)
    assert ends(results) == {"one": "passed", "two": "passed", "three": "passed", "four": "disk"}
    assert "sandbox.artifacts_repository_mb" in the(results, "four").reason


def test_a_repeated_job_with_too_many_artifacts_is_not_called_flaky(stage: Stage, monkeypatch) -> None:
    """Its later runs have nothing left: that is the bound's doing, not a test's."""
    monkeypatch.setattr("codestrata.ci.execute.allowance._MB", 50_000)
    settings = replace(stage.scene.settings, artifacts_mb=1)
    script = f"{filled('a', 15_000)}\necho $STRATA_REPEAT > r"
    artifacts = (ArtifactPlan(name="a", paths=("a", "r")),)
    results = stage.run(plan(job("one", script, artifacts=artifacts, repeat=RepeatPlan(runs=3))), settings=settings)
    assert the(results, "one").result == "disk"
    assert "artifact a (run 3) is not kept" in the(results, "one").reason
