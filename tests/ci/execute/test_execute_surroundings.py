"""What commands see: variables from far to near, values that are never code, hosts that are granted."""

from __future__ import annotations

import msgspec
from tests.ci.execute.acting import EPOCH, Stage, ends, job, logs, plan, step, steps, the

from codestrata.ci.execute import ToolUse
from codestrata.ci.plan import LimitsPlan, NetworkPlan, ReadyPlan, ServicePlan
from codestrata.sandbox.base import Isolation, Job

CRATES = NetworkPlan(registries=("crates",))


def test_the_nearest_variable_wins(stage: Stage) -> None:
    """From far to near: the sandbox's, registries', the pipeline's, the job's, the matrix's, the step's."""
    levels = {
        "A": "registries pipeline job matrix step",
        "B": "registries pipeline job matrix",
        "C": "registries pipeline job",
        "D": "registries pipeline",
        "E": "registries",
    }
    names = {"A": "MATRIX_A", "B": "MATRIX_B", "C": "C", "D": "D", "E": "E", "TZ": "TZ", "LANG": "LANG"}

    def having(level: str) -> dict[str, str]:
        return {names[one]: level for one, has in levels.items() if level in has.split()}

    script = "\n".join(f"env {name}" for name in names.values())
    results = stage.run(
        plan(
            job(
                "a",
                step(script, env=having("step")),
                env=having("job") | {"TZ": "job"},
                matrix={"a": "matrix", "b": "matrix"},
                network=CRATES,
            ),
            env=having("pipeline"),
        ),
        hosts=lambda *_: ((), having("registries") | {"TZ": "registries"}),
    )
    assert logs(results, "a")[0].split("\n") == ["step", "matrix", "job", "pipeline", "registries", "job", "C.UTF-8"]


def test_registries_variables_are_for_jobs_that_fetch(stage: Stage) -> None:
    """A job without the network gets none of them."""
    results = stage.run(plan(job("a", "env CRATES_PROXY", network=CRATES), job("b", "env CRATES_PROXY")))
    assert (logs(results, "a"), logs(results, "b")) == (["on"], [""])


def test_every_command_knows_where_it_runs(stage: Stage) -> None:
    """The facts are variables; hostile values arrive as they are, and run nothing."""
    nasty = '$(touch x) `id` "; exit 3 #'
    repository = {**stage.scene.repository, "name": nasty, "branch": "a\0b"}
    script = "echo $STRATA_JOB $STRATA_STEP $STRATA_EPOCH $STRATA_BRANCH\nenv STRATA_REPO\ntest ! -e x"
    results = stage.run(plan(job("a (os=linux)", step(script, "one"), job="a")), repository=repository)
    assert logs(results, "a (os=linux)") == [f"a (os=linux) one {EPOCH} ab\n{nasty}"]


def test_templates_are_filled_in_in_variables_and_nowhere_in_scripts(stage: Stage) -> None:
    """A script is the author's text, as the compiler left it; values of the repository come by variable alone."""
    repository = {**stage.scene.repository, "name": "x y; exit 3"}
    results = stage.run(
        plan(
            job(
                "a",
                step("echo $NAME and ${{", env={"NAME": "${{ repo.name }}"}),
                step("env FULL", env={"FULL": "${{ env.LEFT }}-${{ matrix.os }}-${{ hash('Lock') }}"}),
                matrix={"os": "linux"},
                env={"LEFT": "l"},
            )
        ),
        repository=repository,
    )
    first, second = logs(results, "a")
    assert first == "x y; exit 3 and ${{"
    left, os, digest = second.split("-")
    assert (left, os, len(digest)) == ("l", "linux", 32)


def test_a_job_reaches_what_it_names_and_others_nothing(stage: Stage) -> None:
    """Connections become records; what was refused is policy."""
    results = stage.run(
        plan(
            job("fetch", "connect crates.example\nconnect more.example\nconnect set.example",
                network=NetworkPlan(registries=("crates",), hosts=("more.example",))),
            job("far", "connect other.example", network=CRATES),
            job("none", "connect crates.example"),
        ),
        settings=msgspec.structs.replace(stage.scene.settings, hosts=("set.example",)),
    )  # fmt: skip
    assert ends(results) == {"fetch": "passed", "far": "policy", "none": "policy"}
    assert [(one.job, one.step, one.host, one.port, one.allowed) for one in results.accesses] == [
        ("fetch", 1, "crates.example", 443, True),
        ("fetch", 1, "more.example", 443, True),
        ("fetch", 1, "set.example", 443, True),
        ("far", 1, "other.example", 443, False),
        ("none", 1, "crates.example", 443, False),
    ]


def test_where_the_settings_turn_the_network_off_jobs_run_without(stage: Stage) -> None:
    """A full cache may still do; a problem says it."""
    results = stage.run(
        plan(job("a", "true", network=CRATES), job("b", "connect crates.example", network=CRATES)),
        settings=msgspec.structs.replace(stage.scene.settings, network=False),
    )
    assert ends(results) == {"a": "passed", "b": "policy"}
    assert len(results.problems) == 2
    assert "which the settings turn off" in results.problems[0]


class Listening:
    """A runner that keeps what it was asked for, and passes it on."""

    def __init__(self, inner) -> None:
        self.inner, self.name = inner, "dummy"
        self.jobs: list[Job] = []
        self.commands = []

    def __getattr__(self, name: str):
        """Pass everything else on."""
        return getattr(self.inner, name)

    def prepare(self, job: Job):
        """Keep the request."""
        self.jobs.append(job)
        return self.inner.prepare(job)

    def start(self, room, command):
        """Keep the command."""
        self.commands.append(command)
        return self.inner.start(room, command)


def test_limits_dates_services_and_images_reach_the_runner(stage: Stage) -> None:
    """What a plan leaves open is the settings'; templates in services are filled in; ids fit the port's rule."""
    runner = Listening(stage.runner)
    service = ServicePlan(
        name="db",
        command="serve ${{ repo.name }}",
        env={"DB": "${{ matrix.db }}"},
        ready=ReadyPlan(tcp=5432, timeout=3),
    )
    stage.run(
        plan(
            job(
                "an awful name/" + "x" * 90,
                step("true", folder="src", shell="bash"),
                limits=LimitsPlan(memory=1 << 20, cpu_seconds=7),
                services=(service,),
                matrix={"db": "pg"},
                env={"MODE": "on"},
                network=NetworkPlan(hosts=("b.example",), before="commit_date"),
                isolation="strict",
                image="debian:13",
            )
        ),
        runner=lambda _, isolation: runner if isolation is Isolation.STRICT else None,
        prefix="run7-",
    )
    (asked,), (command,) = runner.jobs, runner.commands
    assert asked.id.startswith("run7-")
    assert len(asked.id) <= 48
    assert set(asked.id) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert (asked.image, asked.isolation, asked.epoch) == ("debian:13", "strict", EPOCH)
    assert (asked.limits.memory, asked.limits.cpu_seconds, asked.limits.processes) == (1 << 20, 7, 256)
    assert (asked.services[0].env["DB"], asked.services[0].env["MODE"], asked.services[0].ready.tcp) == (
        "pg",
        "on",
        5432,
    )
    assert (asked.services[0].command, asked.services[0].env["STRATA_VALUE_1"]) == (
        "serve ${STRATA_VALUE_1}",
        "owner/name",
    )
    assert (command.network.hosts, command.network.before) == (("b.example",), EPOCH)
    assert (command.folder, command.shell, command.limits.memory) == ("src", "bash", 1 << 20)
    assert stage.seen("service")[0]["name"] == "db"


def test_tools_become_scripts_and_cannot_take_a_network_that_was_not_granted(stage: Stage) -> None:
    """Parameters are rendered; what a tool needs its job has to grant; an unknown tool fails with its name."""

    def tool(name: str, given):
        if name == "tool/none":
            return stage.scene.tool(name, given)
        return ToolUse(f"echo {name} {given['level']}", network=CRATES)

    uses = step("", "check", uses="tool/x", with_={"level": "${{ matrix.n }}"})
    results = stage.run(
        plan(
            job("a", uses, matrix={"n": "1"}, network=CRATES),
            job("b", uses, matrix={"n": "2"}),
            job("c", step("", "what", uses="tool/none")),
        ),
        tool=tool,
    )
    assert ends(results) == {"a": "passed", "b": "policy", "c": "failed"}
    assert logs(results, "a") == ["tool/x 1"]
    assert steps(results, "b")[0].reason == "tool/x needs the network (crates), which its job does not grant"
    assert "tool/none" in the(results, "c").reason
