"""Which files ship with a project: no scripts, benchmarks, examples, documentation, tests, nor others' code in it."""

from __future__ import annotations

import re

_ASIDE = frozenset(
    [
        *("scripts", "script", "tools", "tool", "benchmarks", "benchmark", "bench", "benches", "examples", "example"),
        *("samples", "sample", "demo", "demos", "fuzz", "fuzzing", "fuzzers", "ci", "hack", "xtask", "support", "docs"),
        *("doc", "website", "playground", "e2e", "integration", "testdata", "testing", "tests", "test", "stress-test"),
        *("utils", "contrib", "assets", "_vendor", "benchsuite", ".github"),
    ]
)
_TESTS = re.compile(
    r"(?:^|/)(?:\.\w+|gulpfile|gruntfile|tests?|conftest|.*_tests?|test_.*|.*[.-](?:test|spec)(?:-d)?)\.\w+$"
)


def ships(path: str) -> bool:
    """Tell whether a path is part of what a project gives to others, by its folders and its name."""
    return not (_ASIDE.intersection(path.split("/")[:-1]) or _TESTS.search(path.lower()))
