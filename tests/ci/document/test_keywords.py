"""A golden test per keyword: a small file, and the part of the plan that it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from codestrata.ci.compile import load_text
from codestrata.ci.forms.pipeline import PIPELINE
from codestrata.ci.forms.schema import records

ONE = "jobs: {a: {steps: [x]%s}}"
STEP = "jobs: {a: {steps: [{run: x%s}]}}"

#: (record.key, the file, where in the plan, what is there)
GOLDEN: list[tuple[str, str, str, Any]] = [
    ("pipeline.version", "version: 1\n" + ONE % "", "format", 1),
    ("pipeline.name", "name: n\n" + ONE % "", "name", "n"),
    ("pipeline.description", "description: d\n" + ONE % "", "description", "d"),
    ("pipeline.on", "on: [push]\n" + ONE % "", "on.2.kind", "push"),
    ("pipeline.require", "require: {files: a}\n" + ONE % "", "require.files", ["a"]),
    ("pipeline.params", "params: {p: 3}\njobs: {a: {steps: [x], if: params.p == 3}}", "parameters", {"p": "3"}),
    ("pipeline.defaults", "defaults: {timeout: 5s}\n" + ONE % "", "jobs.0.steps.0.timeout", 5.0),
    ("pipeline.env", "env: {A: b}\n" + ONE % "", "env", {"A": "b"}),
    ("pipeline.templates", "templates: {t: {image: i}}\n" + ONE % ", extends: t", "jobs.0.image", "i"),
    ("pipeline.jobs", ONE % "", "jobs.0.id", "a"),
    ("pipeline.finally", ONE % "" + "\nfinally: {z: {steps: [y]}}", "cleanup.0.job", "z"),
    (
        "pipeline.columns",
        ONE % "" + "\ncolumns: {c: 1 + 1}",
        "columns.0",
        {"name": "c", "type": "int", "expression": "2"},
    ),
    ("pipeline.timeout", "timeout: 1h30m\n" + ONE % "", "timeout", 5400.0),
    ("pipeline.retry", "retry: 2\n" + ONE % "", "jobs.0.retry", {"max": 2}),
    (
        "pipeline.notifications",
        "notifications: [{kind: email, target: a}]\n" + ONE % "",
        "notifications.0.condition",
        "failure()",
    ),
    ("require.files", "require: {files: [a, b]}\n" + ONE % "", "require.files", ["a", "b"]),
    ("require.languages", "require: {languages: Rust}\n" + ONE % "", "require.languages", ["Rust"]),
    ("require.max_size", "require: {max_size: 1.5KiB}\n" + ONE % "", "require.max_bytes", 1536),
    ("require.if", "require: {if: has_file('a')}\n" + ONE % "", "require.condition", 'has_file("a")'),
    ("defaults.runner", "defaults: {runner: docker}\n" + ONE % "", "jobs.0.runner", "docker"),
    ("defaults.image", "defaults: {image: i}\n" + ONE % "", "jobs.0.image", "i"),
    ("defaults.isolation", "defaults: {isolation: strict}\n" + ONE % "", "jobs.0.isolation", "strict"),
    ("defaults.network", "defaults: {network: {hosts: a.b}}\n" + ONE % "", "jobs.0.network", {"hosts": ["a.b"]}),
    (
        "defaults.resources",
        "defaults: {resources: {cpu: 1}}\n" + ONE % ", resources: {pids: 9}",
        "jobs.0.limits",
        {"cpus": 1.0, "processes": 9},
    ),
    ("defaults.retry", "defaults: {retry: 1}\n" + ONE % "", "jobs.0.retry", {"max": 1}),
    ("defaults.env", "defaults: {env: {A: a, B: b}}\n" + ONE % ", env: {B: c}", "jobs.0.env", {"A": "a", "B": "c"}),
    ("defaults.shell", "defaults: {shell: bash}\n" + ONE % "", "jobs.0.steps.0.shell", "bash"),
    ("defaults.folder", "defaults: {folder: f}\n" + ONE % "", "jobs.0.steps.0.folder", "f"),
    ("defaults.timeout", "defaults: {timeout: 10m}\n" + ONE % ", timeout: 20m", "jobs.0.timeout", 1200.0),
    ("retry.max", ONE % ", retry: {max: 3}", "jobs.0.retry", {"max": 3}),
    ("retry.on", ONE % ", retry: {max: 1, on: [timeout, oom]}", "jobs.0.retry.on", ["timeout", "oom"]),
    ("retry.backoff", ONE % ", retry: {max: 1, backoff: 2m}", "jobs.0.retry.backoff", 120.0),
    ("set of triggers.manual", "on: {manual: false}\n" + ONE % "", "on", [{"kind": "api"}]),
    ("set of triggers.api", "on: {api: false}\n" + ONE % "", "on", [{"kind": "manual"}]),
    (
        "set of triggers.cron",
        "on: {cron: '0 3 * * mon-fri'}\n" + ONE % "",
        "on.2",
        {"kind": "cron", "terms": {"at": ["0 3 * * mon-fri"]}},
    ),
    ("set of triggers.push", "on: {push: }\n" + ONE % "", "on.2", {"kind": "push"}),
    ("set of triggers.pull_request", "on: {pull_request: main}\n" + ONE % "", "on.2.terms", {"branches": ["main"]}),
    ("set of triggers.webhook", "on: {webhook: true}\n" + ONE % "", "on.2", {"kind": "webhook"}),
    ("set of triggers.ingest", "on: {ingest: {languages: Go}}\n" + ONE % "", "on.2.terms", {"languages": ["Go"]}),
    ("push.branches", "on: {push: {branches: 'v*'}}\n" + ONE % "", "on.2.terms", {"branches": ["v*"]}),
    ("push.tags", "on: {push: {tags: [a]}}\n" + ONE % "", "on.2.terms", {"tags": ["a"]}),
    ("pull request.branches", "on: {pull_request: {branches: [a]}}\n" + ONE % "", "on.2.terms", {"branches": ["a"]}),
    ("webhook.events", "on: {webhook: {events: e}}\n" + ONE % "", "on.2.terms", {"events": ["e"]}),
    ("ingest.languages", "on: {ingest: {languages: [Go]}}\n" + ONE % "", "on.2.terms", {"languages": ["Go"]}),
    ("ingest.if", "on: {ingest: {if: repo.stars>5}}\n" + ONE % "", "on.2.terms", {"if": "repo.stars > 5"}),
    (
        "parameter.type",
        "params: {p: {type: string, default: 3}}\nrun: echo ${{ params.p + 'a' }}",
        "jobs.0.steps.0.env",
        {"STRATA_EXPR_1": "3a"},
    ),
    (
        "parameter.enum",
        "params: {p: {enum: [a, b], default: b}}\nrun: [{run: x, if: params.p == 'b'}]",
        "parameters",
        {"p": "b"},
    ),
    (
        "parameter.default",
        "params: {p: {default: true}}\nrun: [{run: x, if: params.p}]",
        "jobs.0.steps.0",
        {"name": "x", "run": "x", "line": 2},
    ),
    (
        "parameter.required",
        "params: {p: {required: false, type: int}}\nrun: [{run: x, if: params.p > 0}]",
        "parameters",
        {"p": "-1"},
    ),
    (
        "parameter.description",
        "params: {p: {default: a, description: d}}\nrun: echo ${{ params.p }}",
        "parameters",
        {"p": "a"},
    ),
    ("job.description", ONE % ", description: d", "jobs.0.job", "a"),
    (
        "job.extends",
        "templates: {t: {env: {A: a, B: b}}}\n" + ONE % ", extends: [t], env: {B: c}",
        "jobs.0.env",
        {"A": "a", "B": "c"},
    ),
    ("job.needs", "jobs: {b: {needs: a, steps: [x]}, a: {steps: [x]}}", "jobs.1.needs", ["a"]),
    ("job.matrix", ONE % ", matrix: {v: [3.10, yes]}", "jobs.0.matrix", {"v": "3.10"}),
    (
        "job.if",
        ONE % ", if: '${{ !has_file(\"x\") || failure() }}'",
        "jobs.0.condition",
        'not has_file("x") or failure()',
    ),
    ("job.runner", ONE % ", runner: local", "jobs.0.runner", "local"),
    ("job.image", ONE % ", image: 'rust:${{ matrix.v }}', matrix: {v: [1.75]}", "jobs.0.image", "rust:1.75"),
    ("job.isolation", ONE % ", isolation: gvisor", "jobs.0.isolation", "gvisor"),
    ("job.network", ONE % ", network: none", "jobs.0.network", {}),
    ("job.resources", ONE % ", resources: {memory: 1GB}", "jobs.0.limits", {"memory": 10**9}),
    ("job.retry", "retry: 3\n" + ONE % ", retry: 1", "jobs.0.retry", {"max": 1}),
    (
        "job.env",
        ONE % ", env: {A: 'x${{ repo.name }}', N: 1, T: true}",
        "jobs.0.env",
        {"A": "x${{ repo.name }}", "N": "1", "T": "true"},
    ),
    ("job.shell", ONE % ", shell: dash", "jobs.0.steps.0.shell", "dash"),
    ("job.folder", ONE % ", folder: a/b", "jobs.0.steps.0.folder", "a/b"),
    ("job.timeout", ONE % ", timeout: 90", "jobs.0.timeout", 90.0),
    ("job.continue_on_error", ONE % ", continue_on_error: true", "jobs.0.continue_on_error", True),
    ("job.parallel", ONE % ", parallel: true", "jobs.0.parallel", True),
    ("job.repeat", ONE % ", repeat: 3", "jobs.0.repeat", {"runs": 3}),
    ("job.services", ONE % ", services: {db: start}", "jobs.0.services.0.command", "start"),
    ("job.cache", ONE % ", cache: {key: k, paths: a}", "jobs.0.cache", [{"key": "k", "paths": ["a"]}]),
    ("job.artifacts", ONE % ", artifacts: 'a/**'", "jobs.0.artifacts", [{"name": "a/**", "paths": ["a/**"]}]),
    (
        "job.reports",
        ONE % ", reports: {r: {format: junit, path: x}}",
        "jobs.0.reports",
        [{"name": "r", "format": "junit", "path": "x"}],
    ),
    ("job.steps", "jobs: {a: {steps: [x, x, y]}}", "jobs.0.steps.1.name", "x (2)"),
    ("matrix.include", ONE % ", matrix: {a: [1], include: [{a: 1, b: 2}, {a: 3}]}", "jobs.1.matrix", {"a": "3"}),
    ("matrix.exclude", ONE % ", matrix: {a: [1, 2], exclude: [{a: 1}]}", "jobs.0.id", "a (a=2)"),
    ("matrix.max_parallel", ONE % ", matrix: {a: [1, 2], max_parallel: 1}", "jobs.1.max_parallel", 1),
    (
        "network.registries",
        ONE % ", network: {registries: [crates, pypi]}",
        "jobs.0.network.registries",
        ["crates", "pypi"],
    ),
    ("network.hosts", ONE % ", network: {hosts: .Example.org}", "jobs.0.network.hosts", [".example.org"]),
    (
        "network.before",
        ONE % ", network: {registries: go, before: commit_date}",
        "jobs.0.network.before",
        "commit_date",
    ),
    ("resources.cpu", ONE % ", resources: {cpu: 0.5}", "jobs.0.limits", {"cpus": 0.5}),
    ("resources.cpu_seconds", ONE % ", resources: {cpu_seconds: 2m}", "jobs.0.limits", {"cpu_seconds": 120.0}),
    ("resources.memory", ONE % ", resources: {memory: 512Mi}", "jobs.0.limits", {"memory": 512 << 20}),
    ("resources.disk", ONE % ", resources: {disk: 1TiB}", "jobs.0.limits", {"disk": 1 << 40}),
    ("resources.pids", ONE % ", resources: {pids: 64}", "jobs.0.limits", {"processes": 64}),
    ("resources.output", ONE % ", resources: {output: 4096}", "jobs.0.limits", {"output": 4096}),
    ("repeat.runs", ONE % ", repeat: {runs: 2}", "jobs.0.repeat", {"runs": 2}),
    (
        "repeat.order",
        ONE % ", repeat: {runs: 2, order: [default, random]}",
        "jobs.0.repeat.order",
        ["default", "random"],
    ),
    ("service.command", ONE % ", services: {s: {command: c}}", "jobs.0.services.0.command", "c"),
    ("service.image", ONE % ", services: {s: {image: i}}", "jobs.0.services.0.image", "i"),
    ("service.env", ONE % ", services: {s: {image: i, env: {A: b}}}", "jobs.0.services.0.env", {"A": "b"}),
    ("service.ready", ONE % ", services: {s: {image: i, ready: {tcp: 80}}}", "jobs.0.services.0.ready", {"tcp": 80}),
    ("ready.tcp", ONE % ", services: {s: {image: i, ready: {tcp: 1}}}", "jobs.0.services.0.ready.tcp", 1),
    ("ready.command", ONE % ", services: {s: {image: i, ready: {command: c}}}", "jobs.0.services.0.ready.command", "c"),
    (
        "ready.timeout",
        ONE % ", services: {s: {image: i, ready: {tcp: 1, timeout: 1m}}}",
        "jobs.0.services.0.ready.timeout",
        60.0,
    ),
    ("cache.key", ONE % ", cache: {key: \"a-${{ hash('x') }}\", paths: a}", "jobs.0.cache.0.key", 'a-${{ hash("x") }}'),
    ("cache.paths", ONE % ", cache: {key: k, paths: [a, ~/b]}", "jobs.0.cache.0.paths", ["a", "~/b"]),
    ("cache.restore", ONE % ", cache: {key: k, paths: a, restore: k-}", "jobs.0.cache.0.restore", ["k-"]),
    ("artifact.path", ONE % ", artifacts: {path: [a, b]}", "jobs.0.artifacts.0.paths", ["a", "b"]),
    ("artifact.name", ONE % ", artifacts: {path: a, name: n}", "jobs.0.artifacts.0.name", "n"),
    ("artifact.keep", ONE % ", artifacts: {path: a, keep: 12h}", "jobs.0.artifacts.0.keep_days", 0.5),
    ("report.format", ONE % ", reports: {r: {format: sarif, path: x}}", "jobs.0.reports.0.format", "sarif"),
    ("report.path", ONE % ", reports: {r: {format: sarif, path: '**/x'}}", "jobs.0.reports.0.path", "**/x"),
    ("report.tool", ONE % ", reports: {r: {format: sarif, path: x, tool: t}}", "jobs.0.reports.0.tool", "t"),
    ("step.name", STEP % ", name: n", "jobs.0.steps.0.name", "n"),
    ("step.run", STEP % "", "jobs.0.steps.0.run", "x"),
    ("step.uses", "jobs: {a: {steps: [{uses: ruff}]}}", "jobs.0.steps.0.uses", "tool/ruff"),
    (
        "step.with",
        "jobs: {a: {steps: [{uses: ruff, with: {fail: findings}}]}}",
        "jobs.0.steps.0.with",
        {"fail": "findings"},
    ),
    ("step.shell", STEP % ", shell: python", "jobs.0.steps.0.shell", "python"),
    ("step.folder", STEP % ", folder: f", "jobs.0.steps.0.folder", "f"),
    ("step.env", STEP % ", env: {A: b}", "jobs.0.steps.0.env", {"A": "b"}),
    ("step.if", STEP % ", if: failure()", "jobs.0.steps.0.condition", "failure()"),
    ("step.on_failure", STEP % ", on_failure: continue", "jobs.0.steps.0.on_failure", "continue"),
    ("step.continue_on_error", STEP % ", continue_on_error: true", "jobs.0.steps.0.on_failure", "continue"),
    ("step.timeout", STEP % ", timeout: 1m1s", "jobs.0.steps.0.timeout", 61.0),
    ("step.retry", STEP % ", retry: 1", "jobs.0.steps.0.retry", {"max": 1}),
    ("reference.job", "jobs: {a: {steps: [x]}, z: {steps: [y]}}\nfinally: z", "cleanup.0.id", "z"),
    (
        "reference.if",
        "jobs: {a: {steps: [x]}, z: {steps: [y]}}\nfinally: [{job: z, if: failure()}]",
        "cleanup.0.condition",
        "failure()",
    ),
    ("column.value", ONE % "" + "\ncolumns: {c: {value: job('a').passed}}", "columns.0.expression", 'job("a").passed'),
    ("column.type", ONE % "" + "\ncolumns: {c: {value: 1, type: float}}", "columns.0.type", "float"),
    ("column.description", ONE % "" + "\ncolumns: {c: {value: 1, description: d}}", "columns.0.name", "c"),
    ("notification.kind", "notifications: {kind: slack, target: t}\n" + ONE % "", "notifications.0.kind", "slack"),
    ("notification.target", "notifications: [{kind: slack, target: t}]\n" + ONE % "", "notifications.0.target", "t"),
    (
        "notification.if",
        "notifications: [{kind: slack, target: t, if: always()}]\n" + ONE % "",
        "notifications.0.condition",
        "always()",
    ),
]


def part(tree: Any, path: str) -> Any:
    """Give what stands at a path; None where there is nothing."""
    for name in path.split("."):
        tree = tree[int(name)] if isinstance(tree, (list, tuple)) else tree.get(name)
    return list(tree) if isinstance(tree, tuple) else tree


def builtin(value: Any) -> Any:
    """Give lists for tuples."""
    if isinstance(value, dict):
        return {name: builtin(one) for name, one in value.items()}
    return [builtin(one) for one in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(("key", "text", "path", "value"), GOLDEN, ids=[one[0] for one in GOLDEN])
def test_a_keyword_becomes_its_part_of_the_plan(key, text, path, value):
    """A keyword becomes its part of the plan."""
    found = load_text(text)
    assert found.plan is not None
    tree = found.plan.to_json() | {"format": found.plan.format, "timeout": found.plan.timeout}
    assert part(builtin(tree), path) == value
    assert not found.problems


def test_every_keyword_has_a_golden_test():
    """Every keyword has a golden test."""
    known = {f"{one.name}.{key}" for one in records(PIPELINE).values() for key in one.keys if one.name != "template"}
    assert known - {one[0] for one in GOLDEN} == {"pipeline.include"}  # it needs files: see test_includes
