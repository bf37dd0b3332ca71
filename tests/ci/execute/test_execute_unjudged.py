"""What could not be run is never taken for a result: neither as a pass, nor as a count of nothing."""

from __future__ import annotations

import pytest
from tests.ci.execute.acting import Stage, ends, job, plan, step, the

from codestrata.ci.execute import ToolUse
from codestrata.ci.plan import ColumnPlan, ReportPlan, StepPlan
from codestrata.ci.verdict import verdict
from codestrata.errors import RegistryUnknown

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
