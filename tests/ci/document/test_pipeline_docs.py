"""What the documentation shows works, and the JSON Schema says what the compiler says."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from codestrata.ci.compile import examine
from codestrata.ci.compile.compiler import compiled
from codestrata.ci.forms.schema import json_schema

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "pipelines.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FILES = sorted((ROOT / "examples" / "pipelines").glob("*.yaml"))
SCHEMA = jsonschema.Draft202012Validator(json_schema())
WRONG = "profile: nothing"


class Core(yaml.SafeLoader):
    """YAML as editors read it: the core schema, as far as our files need it."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if first not in "yYnNoO" or tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def tree_of(text: str) -> Any:
    """Read a file as an editor does."""
    return yaml.load(text, Core)


def test_the_schema_is_one():
    """The schema is one."""
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads((ROOT / "docs" / "pipeline.schema.json").read_text("utf-8")) == json_schema()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_compiles_without_a_word_and_fits_the_schema(path):
    """Every example compiles without a word and fits the schema."""
    assert [str(one) for one in examine(path).problems] == []
    assert [one.message for one in SCHEMA.iter_errors(tree_of(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("text", BLOCKS)
def test_every_block_of_the_page_compiles_as_it_says(text):
    """Every block of the page compiles as it says."""
    found = compiled(text.encode(), "p.yaml", None, {}, lenient=True)
    told = sorted(one.code for one in found.problems)
    assert told == (["matrix-exclude", "unused"] if WRONG in text else [])
    assert list(SCHEMA.iter_errors(tree_of(text))) == []


def test_the_page_has_many_blocks():
    """The page has many blocks."""
    assert len(BLOCKS) >= 8
    assert len(FILES) >= 7


def paths(tree: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the places of all maps and values whose keys are ours, not the author's."""
    found = []
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        found += [(*above, key), *paths(value, (*above, key))]
    return found


def put(tree: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Give a tree with another value somewhere."""
    changed = copy.deepcopy(tree)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


MUTATIONS = [
    ("rust", ("jobs", "test", "stepz"), []),
    ("rust", ("jobs", "test", "steps"), []),
    ("rust", ("jobs", "test", "steps"), {"run": "x"}),
    ("rust", ("jobs", "test", "steps", 0, "rnu"), "x"),
    ("rust", ("jobs", "test", "steps", 0), {"name": "nothing"}),
    ("rust", ("jobs", "test", "steps", 0), {"run": "x", "uses": "tool/ruff"}),
    ("rust", ("jobs", "test", "steps", 0), {"uses": "tool/nothing"}),
    ("rust", ("jobs", "test", "retry", "max"), 99),
    ("rust", ("jobs", "test", "retry", "on"), ["passed"]),
    ("rust", ("jobs", "test", "reports", "tests", "format"), "junitt"),
    ("rust", ("jobs", "test", "reports", "tests"), {"format": "junit"}),
    ("rust", ("jobs", "test", "artifacts", 0, "path"), "/etc/passwd"),
    ("rust", ("jobs", "test", "artifacts", 0, "keep"), "30 days"),
    ("rust", ("jobs", "fetch", "network"), "all"),
    ("rust", ("jobs", "fetch", "network", "registries"), ["crate"]),
    ("rust", ("jobs", "not a name"), {"steps": ["x"]}),
    ("rust", ("jobs", "test", "if"), ["x"]),
    ("rust", ("jobs", "test", "env"), ["A=b"]),
    ("rust", ("jobs", "test", "env", "A-B"), "x"),
    ("rust", ("jobs", "test", "timeout"), "ten minutes"),
    ("rust", ("jobs", "test", "parallel"), "yes"),
    ("rust", ("jobs", "test", "repeat"), 0),
    ("rust", ("jobs", "test", "services"), {"db": {"env": {"A": "b"}}}),
    ("rust", ("jobs", "test", "cache"), {"key": "k"}),
    ("rust", ("jobs", "test", "matrix"), {"a": []}),
    ("rust", ("jobs",), {}),
    ("rust", ("version",), 2),
    ("rust", ("defaults", "resources", "memory"), "3 GB of it"),
    ("rust", ("defaults", "runner"), "cloud"),
    ("rust", ("on", "ingest", "langs"), ["Rust"]),
    ("rust", ("require", "max_size"), "big"),
    ("rust", ("columns", "Builds"), "1"),
    ("rust", ("columns", "builds"), {"type": "bool"}),
    ("rust", ("columns", "builds"), {"type": "date", "value": "1"}),
    ("rust", ("notifications",), [{"kind": "email"}]),
    ("python", ("params", "tools", "type"), "list"),
    ("stages", ("stages", 0, "steps", 0, "step_type"), "docker"),
    ("stages", ("stages", 0, "steps", 0, "config"), {}),
    ("stages", ("stages", 0, "name"), None),
    ("stages", ("triggers",), ["sometimes"]),
    ("stages", ("retry_count",), "two"),
    ("short", ("steps",), []),
    ("short", ("run",), "x"),
]


@pytest.mark.parametrize(("name", "place", "value"), MUTATIONS)
def test_what_the_compiler_refuses_the_schema_refuses_too(name, place, value):
    """What the compiler refuses the schema refuses too."""
    tree = put(tree_of((ROOT / "examples" / "pipelines" / f"{name}.yaml").read_text("utf-8")), place, value)
    found = compiled(yaml.safe_dump(tree).encode(), "p.yaml", None, {}, lenient=True)
    assert found.errors
    assert list(SCHEMA.iter_errors(tree))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_value_of_another_kind_is_refused_by_both(path):
    """Wherever a value stands, a list of lists is none that fits."""
    tree = tree_of(path.read_text("utf-8"))
    for place in paths(tree):
        changed = put(tree, place, [[["x"]]])
        found = compiled(yaml.safe_dump(changed).encode(), "p.yaml", None, {}, lenient=True)
        assert found.errors, place
        assert list(SCHEMA.iter_errors(changed)), place
