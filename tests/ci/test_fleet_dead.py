"""Dead letters of a fleet: said to be left out, and tried again only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ci.fleets import World, plan, results
from tests.cli.calling import Strata, strata
from tests.ingest.git_server import GitServer, Reply

from codestrata import Workspace
from codestrata.errors import ErrorClass
from codestrata.store.tasks import Failure
from codestrata.workspace.fleet import FleetTerms

__all__ = ["strata"]  # a fixture
PLAN = plan("test -e ready")
DEADLY = Failure(ErrorClass.INFRA, "the worker died (signal SIGKILL)", killed=True)


@pytest.fixture
def world(tmp_path: Path, make_repo: Callable[..., Any]) -> World:
    """Give two repositories on which a plan passes."""
    made = World(tmp_path, make_repo)
    for name in ("o/one", "o/two"):
        made.add(name, {"ready": "y"})
    return made


def poison(w: Workspace) -> None:
    """Have the pipeline's task of the first repository kill two workers: it is taken out of the ledger by both."""
    report = w.pipelines.fleet(plan("result infra away"), FleetTerms(select="full_name = 'o/one'", max_fail_rate=1.0))
    ledger = w.hold()[0].ledger
    assert ledger.retry(stage="ci.run") == 1
    for worker in ("a", "b"):
        (lease,) = ledger.lease(worker, report.run, "ci.run")
        ledger.fail(lease, DEADLY)
    ledger.confirm()


def test_a_poison_task_is_left_out_until_it_is_asked_for(world: World) -> None:
    """The next fleet does not try it, says so, and ends with 3; ``retry_dead`` tries it."""
    broken, terms = plan("result infra away"), FleetTerms(select="full_name = 'o/one'", max_fail_rate=1.0)
    with world.open(engine__attempts=2) as w:
        w.discover(world.listed)
        poison(w)
        report = w.pipelines.fleet(broken, terms)
        assert (report.left_out, report.executed, report.exit_code) == (1, 0, 3)
        (row,) = report.rows
        assert row.reason == "gave up in an earlier run: the worker died (signal SIGKILL)"
        assert report.as_dict()["left_out"] == 1
        again = w.pipelines.fleet(broken, FleetTerms(terms.select, max_fail_rate=1.0, retry_dead=True))
        assert (again.left_out, again.executed, again.rows[0].reason) == (0, 1, 'o/one: main: step 1 "s0": away')
        with w.reader() as catalogue:
            assert len(catalogue.ledger.attempts(catalogue.ledger.tasks(stage="ci.run")[0].id)) == 6


def test_who_names_one_repository_wants_it_tried(world: World) -> None:
    """``strata ci run`` leaves no dead letter lying."""
    with world.open(engine__attempts=2) as w:
        w.discover(world.listed)
        poison(w)
        report = w.pipelines.run(plan("result infra away"), "o/one")
        assert (report.left_out, report.executed) == (0, 1)


@pytest.fixture
def server(world: World) -> Iterator[GitServer]:
    """Serve both repositories, of which the second is gone at first, and list them by their addresses."""
    with GitServer(world.folder) as running:
        running.always["/o/two"] = Reply(404)
        world.listed.write_text("".join(["url,name\n", *(f"{running.url(n)},{n}\n" for n in world.repositories)]))
        yield running


def test_what_could_not_be_fetched_is_left_out_too(world: World, server: GitServer) -> None:
    """It is said to be, the others go on; ``retry_dead`` fetches it and runs it."""
    with world.open(git__allow_private_hosts=server.place) as w:
        w.discover(world.listed)
        assert w.pipelines.fleet(PLAN, FleetTerms()).left_out == 0
        server.always.clear()
        report = w.pipelines.fleet(PLAN, FleetTerms())
        assert (report.left_out, results(report)["o/one"]) == (1, "passed")
        assert report.rows[1].reason.startswith("gave up in an earlier run: ingest: ")
        again = w.pipelines.fleet(PLAN, FleetTerms(retry_dead=True))
        assert (again.left_out, set(results(again).values())) == (0, {"passed"})


def test_the_command_says_what_to_do(world: World, server: GitServer, strata: Strata) -> None:
    """One line counts them and names the ways back; --retry-dead is one."""
    settings = {"sandbox.runner": "dummy", "git.allow_private_hosts": server.place}
    (world.folder / "p.yaml").write_text('name: p\njobs: {a: {steps: ["test -e ready"]}}\n')
    strata("discover", "list.csv")
    strata("ci", "fleet", "p.yaml", settings=settings)
    server.always.clear()
    ended = strata("ci", "fleet", "p.yaml", settings=settings)
    assert ended.line("1 repository left out: given up in an earlier run", "--retry-dead", "strata retry")
    ended = strata("ci", "fleet", "p.yaml", "--retry-dead", settings=settings)
    assert (ended.code, "left out" in ended.err) == (0, False)
