"""What could not be run is never taken for a result: neither as a pass, nor as a count of nothing."""

from __future__ import annotations

import pytest
from tests.ci.execute.acting import Stage, ends, job, plan, step, the

from codestrata.ci.execute import ToolUse
from codestrata.ci.execute.missing import judged
from codestrata.ci.plan import ColumnPlan, JobPlan, ReportPlan, StepPlan
from codestrata.ci.records import Results
from codestrata.ci.reports import parse
from codestrata.ci.verdict import verdict
from codestrata.errors import RegistryUnknown
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Exit

COLUMNS = (
    ColumnPlan(name="warnings", expression="count(findings)", type="int"),
    ColumnPlan(name="clean", expression="warnings == 0", type="bool"),
    ColumnPlan(name="built", expression='job("build").passed', type="bool"),
)


def _tool(name: str, _: object) -> ToolUse:
    return ToolUse("linter --all", (ReportPlan(name=name, format="x", path="x.report", tool=name),))


@pytest.mark.parametrize("lenient", [False, True])
def test_continue_does_not_pass_over_a_tool_that_is_missing(stage: Stage, lenient: bool) -> None:
    """The job is refused, and so is the run, also where the job may fail; what the tool counts is not known."""
    lint = StepPlan(name="lint", uses="tool/linter", on_failure="continue")
    after = job("after", "true", needs=("lint",))
    whole = plan(job("build", "true"), job("lint", lint, continue_on_error=lenient), after, columns=COLUMNS)
    results = stage.run(whole, tool=_tool)
    assert ends(results) == {"build": "passed", "lint": "refused", "after": "skipped"}
    assert the(results, "lint").reason == 'step 1 "lint": linter is not installed'
    assert str(verdict(whole, results).result) == "refused"
    assert results.columns == {"warnings": None, "clean": None, "built": True}


def test_a_command_that_is_missing_is_no_failure_of_the_code(stage: Stage) -> None:
    """A plain command ends as refused, too; one that ran and failed is passed over as before."""
    results = stage.run(
        plan(
            job("a", step("nowhere-installed x", on_failure="continue"), "true"),
            job("b", step("exit 4", on_failure="continue"), "true"),
        )
    )
    assert ends(results) == {"a": "refused", "b": "passed"}


def test_jobs_that_stand_on_what_did_not_pass_say_nothing(stage: Stage) -> None:
    """Where the fetch failed, the linter was never run: no warnings is no statement."""
    lint = StepPlan(name="lint", uses="tool/linter")
    whole = plan(job("build", "false"), job("lint", lint, needs=("build",)), columns=COLUMNS)
    assert stage.run(whole, tool=_tool).columns == {"warnings": None, "clean": None, "built": False}


def test_a_registry_that_is_not_known_refuses_its_job(stage: Stage) -> None:
    """It is not infra, so nothing tries it again, and the run has a result."""
    from codestrata.ci.plan import NetworkPlan, RetryPlan

    def hosts(*_: object) -> tuple[list[str], dict[str, str]]:
        raise RegistryUnknown("its hosts could not be learnt: no", where="registry crates", hint="name them")

    fetch = job("fetch", "true", network=NetworkPlan(registries=("crates",)), retry=RetryPlan(max=2))
    whole = plan(fetch)
    results = stage.run(whole, hosts=hosts)
    assert ends(results) == {"fetch": "refused"}
    assert "could not be learnt" in the(results, "fetch").reason
    assert the(results, "fetch").attempts == 1
    assert str(verdict(whole, results).result) == "refused"


def test_the_live_log_has_values_in_titles_and_words_for_constants(stage: Stage) -> None:
    """A title shows what a template stands for; a condition that is constant is not told as "false" alone."""
    results = stage.run(plan(job("a", step("true", "say ${{ repo.name }}"), step("true", "no", condition="false"))))
    assert stage.seen("step_started")[0]["name"] == "say owner/name"
    assert "parameters" in results.steps[1].reason


RUFF, LINES, MIR = "ruff-json", "lines", "mir"
NOTHING = "write {0}.report []"


def _told(stage: Stage, *jobs: JobPlan, **columns: str) -> Results:
    """Run jobs with columns; steps ``use`` what their name says: a script that writes NAME.report, as FORMAT NAME."""

    def tool(name: str, _: object) -> ToolUse:
        kind, called, script = name.split(" ", 2)
        report = ReportPlan(name=called, format=kind, path=f"{called}.report", tool=called)
        return ToolUse(script, (report,), judging=(1,))

    made = tuple(ColumnPlan(name=name, expression=value, type="int") for name, value in columns.items())
    return stage.run(plan(*jobs, columns=made), tool=tool, parse=parse)


def _use(kind: str, name: str, script: str) -> StepPlan:
    return StepPlan(name=name, uses=f"{kind} {name} {script}", on_failure="continue")


@pytest.mark.parametrize(
    ("kind", "script", "known"),
    [
        (RUFF, "write a.report []", True),
        (RUFF, "write a.report []\nexit 1", True),
        (RUFF, "exit 1", False),
        (RUFF, "write a.report [\nexit 1", False),
        (RUFF, "write a.report []\nexit 2", False),
        (RUFF, "write a.report []\nexit 137", False),
        (LINES, "write a.report x", True),
        (LINES, "write a.report x\nexit 3", False),
    ],
)
def test_a_tool_that_broke_found_nothing_out(stage: Stage, kind: str, script: str, known: bool) -> None:
    """It judged when it passed, or ended as it does when it finds faults, and its report is there and whole."""
    results = _told(stage, job("a", _use(kind, "a", script)), n="count(findings)", clean="n + 1")
    assert ends(results) == {"a": "passed"}
    assert results.columns == ({"n": 0, "clean": 1} if known else {"n": None, "clean": None})
    assert known or any("columns n, clean are not known: a: " in one for one in results.problems)


@pytest.mark.parametrize(
    ("kind", "script", "known"),
    [
        (RUFF, "exit 2", False),
        (RUFF, "true", False),
        (RUFF, "write r.txt []\nexit 2", True),
        (RUFF, "write r.txt [{", False),
        (LINES, "write r.txt nothing\nexit 2", False),
        (LINES, "write r.txt a.c:1:warning:odd\nexit 2", True),
        (LINES, "write r.txt a.c:1:warning:odd\nsleep 9", False),
        (LINES, "write r.txt nothing\necho sh:cc:not-found", True),
        (LINES, "write r.txt nothing\necho sh: 1: cc: not found", False),
    ],
)
def test_a_script_that_wrote_no_whole_report_found_nothing_out(
    stage: Stage, kind: str, script: str, known: bool
) -> None:
    """Missing, broken, cut off by time, or empty beside a failure or a missing program: the column is null."""
    reports = (ReportPlan(name="r", format=kind, path="r.txt"),)
    one = step(script, "lint", on_failure="continue", timeout=0.5)
    results = _told(stage, job("a", one, reports=reports), n="count(findings) * 0", t="count(steps)")
    assert ends(results) == {"a": "passed"}
    assert results.columns == {"n": 0 if known else None, "t": 1}


def test_only_what_a_column_reads_makes_it_unknown(stage: Stage) -> None:
    """A predicate over tools, reports or jobs leaves others aside; a metric is known where it was given."""
    mir = "write ast.report fn"
    steps_ = (_use("mir", "ast", mir), _use(RUFF, "good", "write good.report []"), _use("cargo-deny", "deny", "exit 9"))
    results = _told(
        stage,
        job("a", *steps_),
        functions='metric("mir.functions")',
        blocks='sum(metrics, value, name == "mir.blocks")',
        errors='metric("bans.errors")',
        good='count(findings, tool == "good" and level != "none")',
        some='count(findings, tool in ["good", "other"])',
        either='count(findings, tool == "good" or level == "error")',
        other='count(findings, not (tool != "deny"))',
        whole="count(findings)",
        elsewhere='count(findings, job == "b")',
        tested="count(tests)",
    )
    unknown = {name for name, value in results.columns.items() if value is None}
    assert unknown == {"errors", "either", "other", "whole"}


def test_what_steps_beside_a_missing_tool_said_is_known(stage: Stage) -> None:
    """The job is refused, and no file of it is kept; the tools that ran did judge, those after it as well."""
    steps_ = (
        _use("mir", "ast", "write ast.report fn f"),
        _use(RUFF, "gone", "gone"),
        _use(RUFF, "later", "write later.report []"),
    )
    results = _told(
        stage,
        job("a", *steps_),
        functions='metric("mir.functions")',
        gone='count(findings, tool == "gone")',
        later='count(findings, tool == "later")',
    )
    assert ends(results) == {"a": "refused"}
    assert results.columns == {"functions": 1, "gone": None, "later": 0}


def test_what_a_condition_set_aside_is_no_judgement_by_itself(stage: Stage) -> None:
    """Beside others that judged it does not count; where nothing at all was judged, nothing is known."""
    away = job("py", _use(RUFF, "ruff", "exit 0"), condition="has_file('*.py')")
    here = job("c", _use(RUFF, "lint", "write lint.report []"))
    results = _told(stage, away, here, all_="count(findings)", ruff='count(findings, tool == "ruff")')
    assert results.columns == {"all_": 0, "ruff": None}


def test_a_whole_report_of_one_job_does_not_speak_for_another(stage: Stage) -> None:
    """Reports of one name in two jobs are two; a run that was cut off in one of them makes the count unknown."""
    reports = (ReportPlan(name="r", format="libtest", path="t.txt"),)
    whole = "write t.txt test result: ok."
    jobs = (job("a", whole, reports=reports), job("b", "write t.txt running 1 test", reports=reports))
    results = _told(stage, *jobs, n="count(tests)", a='count(tests, job == "a")')
    assert results.columns == {"n": None, "a": 0}


@pytest.mark.parametrize(
    ("code", "log", "reason"),
    [
        (127, "sh: 1: pytest: not found", "pytest is not installed: get it by pip install pytest"),
        (127, "bash: line 1: ruff: command not found", "ruff is not installed: get it by pip install ruff"),
        (127, "sh: 1: frobnicate: not found", "frobnicate is not installed"),
        (
            101,
            "error: no such command: `nextest`",
            "cargo-nextest is not installed: get it by cargo install --locked cargo-nextest",
        ),
        (101, "error: no such command: `deny`", "cargo-deny is not installed: get it by cargo install cargo-deny"),
        (
            1,
            "/usr/bin/python3: No module named pytest",
            "the Python module pytest is not installed: get it by pip install pytest",
        ),
        (1, "/usr/bin/python3: No module named theirs", "the Python module theirs is not installed"),
        (127, "sh: 1: cargo: not found", "cargo is not installed"),
    ],
)
def test_a_missing_program_says_how_to_get_it_where_that_is_certain(code: int, log: str, reason: str) -> None:
    """Of what nobody knows, only that it is missing is said."""
    ended = judged(Exit(code, ResultClass.FAILED), log.encode())
    assert (str(ended.result), ended.reason) == ("refused", reason)
