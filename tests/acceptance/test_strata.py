"""What code knows, from the command line: structure, contexts and clusters of planted repositories."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RepoBuilder
from tests.sandbox.presence import needs_sandbox, sandbox

__all__ = ["sandbox"]  # a fixture

#: A small library: a leaf that many use, layers, a cycle.
SHOP = {
    "shop/__init__.py": "",
    "shop/text.py": '"""Text."""\n\n\n'
    + "\n\n".join(f'def cut_{i}(s: str, n: int) -> str:\n    """Cut."""\n    return s[: n + {i}]\n' for i in range(5)),
    "shop/web/__init__.py": "",
    "shop/web/pages.py": "from shop.text import cut_0\nfrom shop.store.orders import total\n\n\ndef page(x):\n"
    "    return cut_0(str(total(x)), 3)\n",
    "shop/web/forms.py": "from shop.text import cut_1\nfrom shop.store.goods import price\n\n\ndef form(x):\n"
    "    return cut_1(price(x), 3)\n",
    "shop/store/__init__.py": "",
    "shop/store/orders.py": "from shop.store import goods\nfrom shop.text import cut_2\n\n\ndef total(x):\n"
    "    return goods.price(cut_2(x, 1))\n",
    "shop/store/goods.py": "from shop.store import orders\n\n\ndef price(x):\n    return orders.total(x) if x else 0\n",
}
ORIGINAL = """def weighted(rows, limit):
    total = 0
    for row in rows:
        if row.weight > limit:
            total += row.weight * row.value
        elif row.value:
            total += row.value
    return total / max(len(rows), 1)
"""
#: The same function five times: as it was, laid out anew, with other names, with other literals, with one line more.
CLONES = (
    ORIGINAL,
    ORIGINAL.replace("    total = 0", "    # start from nothing\n    total   =   0"),
    ORIGINAL.replace("weighted", "score").replace("rows", "items").replace("limit", "least").replace("row", "item"),
    ORIGINAL.replace("weighted", "mean").replace("max(len(rows), 1)", "max(len(rows), 7)"),
    ORIGINAL.replace("    return", "    print(total)\n    return"),
)


@pytest.fixture
def analysed(
    make_repo: Callable[..., RepoBuilder], tmp_path: Path, strata: Callable[..., Any]
) -> Callable[..., Callable[..., Any]]:
    """Give a maker of workspaces: repositories by name → a command line over their analysis, its JSON read."""

    def make(**repositories: Mapping[str, str]) -> Callable[..., Any]:
        rows = ["name,path"]
        for name, files in repositories.items():
            rows.append(f"{name},{make_repo(name, files).path}")
        listed = tmp_path / "list.csv"
        listed.write_text("\n".join(rows))
        workspace = ("-w", str(tmp_path / "w"), "--log", "none", "--set", "engine.inline=true")
        for command in (("discover", str(listed)), ("ingest",), ("analyze",)):
            done = strata(*workspace, *command)
            assert done.code == 0, done.err

        def ask(*words: str) -> Any:
            done = strata(*workspace, *words, "--json")
            assert done.code == 0, done.err
            return json.loads(done.out)

        return ask

    return make


@pytest.mark.claim("C8")
def test_structure_is_found_where_it_is(analysed) -> None:
    """A leaf that many use is a micro-library, folders that import one way are an invariant, a circle is a cycle."""
    ask = analysed(shop=SHOP)
    leaves = ask("patterns", "--level", "L3")
    assert [(p["file_path"], p["metrics"]["fan_in"]) for p in leaves] == [("shop/text.py", 3)]
    cycles = [p for p in ask("patterns", "--level", "L5") if p["pattern_type"] == "import-cycle"]
    assert [{place["path"] for place in p["places"]} for p in cycles] == [
        {"shop/store/goods.py", "shop/store/orders.py"}
    ]
    lines = {(place["path"], place["line"]) for place in cycles[0]["places"]}
    assert lines == {("shop/store/goods.py", 1), ("shop/store/orders.py", 1)}


@pytest.mark.claim("C10")
def test_a_context_has_three_scales(analysed) -> None:
    """The file around a line, the module among its neighbours, the system: put together from what is known."""
    ask = analysed(shop=SHOP)
    file = {part["title"]: part for part in ask("context", "shop:shop/store/goods.py#L5")["parts"]}
    assert file["where it is"]["lines"] == [["shop/store/goods.py#L4-L5", "function price"]]
    assert file["code of function price"]["text"].startswith("def price(x):")
    assert file["what the file imports"]["lines"][0][0] == "shop/store/goods.py#L1"
    module = {part["title"]: part for part in ask("context", "shop:shop/text.py", "--scale", "module")["parts"]}
    assert {where for where, _ in module["who imports it"]["lines"]} == {
        "shop/store/orders.py#L2",
        "shop/web/forms.py#L1",
        "shop/web/pages.py#L1",
    }
    system = {part["title"]: part for part in ask("context", "shop:shop/text.py", "--scale", "system")["parts"]}
    assert any("micro-library" in says for _, says in system["what the repository is"]["lines"])


@pytest.mark.claim("C12")
def test_clones_of_five_repositories_are_one_cluster(analysed) -> None:
    """Layout, names, literals and a line may differ: all five are members, and one is the medoid."""
    others = "\n\n".join(f"def other_{{0}}_{i}(a, b):\n    return a.f{i}(b) + {i}\n" for i in range(3))
    ask = analysed(**{f"r{i}": {"a.py": clone, "b.py": others.format(i)} for i, clone in enumerate(CLONES)})
    (cluster,) = [c for c in ask("clusters") if c["repositories"] == 5]
    assert (cluster["members"], cluster["families"], cluster["novelty"]) == (5, 5, 0.0)
    alike = ask("similar", "r0:a.py#L3")["found"]
    assert {one["address"].split("@")[0]: one["kind"] for one in alike} == {
        "r1": "same syntax",
        "r2": "same shape",
        "r3": "same shape",
        "r4": "nearly",
    }


def test_a_shape_that_recurs_is_an_idiom_without_a_rule(analysed) -> None:
    """A loop that unrelated repositories write alike, names aside, is listed with how many families have it."""
    ask = analysed(**{f"r{i}": {"a.py": clone} for i, clone in enumerate(CLONES[:4])}, other={"b.py": "x = [1]\n"})
    found = ask("clusters", "--shapes", "--families", "3")
    loops = [one for one in found if one["kind"] == "for_statement"]
    assert [(one["families"], one["repositories"], one["places"], one["language"]) for one in loops] == [
        (4, 4, 4, "Python")
    ]


def test_forks_count_once(analysed) -> None:
    """Two repositories that share most of their files are one family: what both have is in one family, not two."""
    base = {f"m{i}.py": f"def f{i}(a, b):\n    return a.x{i}(b) + {i} if a else b.y{i}(a)\n" for i in range(8)}
    ask = analysed(one={**base, "a.py": ORIGINAL}, two={**base, "a.py": CLONES[1]}, three={"a.py": CLONES[2]})
    found = next(c for c in ask("clusters") if c["name"] in {"weighted", "score"})
    assert (found["members"], found["repositories"], found["families"]) == (3, 3, 2)


@pytest.mark.claim("C8")
def test_a_pattern_knows_its_commits_and_issues(make_repo, tmp_path: Path, strata: Callable[..., Any]) -> None:
    """The commits that touched its file, the latest first, and the issues that their messages name."""
    repo = make_repo("shop", SHOP)
    changed = repo.commit({"shop/text.py": SHOP["shop/text.py"] + "\n# end\n"}, "Text ends (#12), as GH-7 asked")
    workspace = ("-w", str(tmp_path / "w"), "--log", "none", "--set", "ingest.strategy=full")
    (tmp_path / "list.csv").write_text(f"name,path\nshop,{repo.path}\n")
    for command in (("discover", str(tmp_path / "list.csv")), ("ingest",), ("analyze",)):
        assert strata(*workspace, *command).code == 0
    found = json.loads(strata(*workspace, "patterns", "--level", "L3", "--json").out)
    assert found[0]["related_commits"] == [changed, repo.commits[0]]
    assert found[0]["related_issues"] == ["#12", "#7"]


@needs_sandbox
def test_a_tool_that_says_the_same_confirms_a_pattern(
    make_repo, tmp_path: Path, strata: Callable[..., Any], sandbox
) -> None:
    """A pipeline ran the rule's own tool: where it found the same, confidence rises, and the evidence is the tool."""
    code = "def f(items=[]):\n    return items\n\n\ndef g(items=[]):\n    return items\n"
    where = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}
    result = {"ruleId": "B006", "message": {"text": "mutable"}, "locations": [{"physicalLocation": where}]}
    sarif = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "ruff"}}, "results": [result]}]}
    repo = make_repo("shop", {"a.py": code, "said.json": json.dumps(sarif)})
    (tmp_path / "p.yaml").write_text(
        "version: 1\nname: lint\njobs:\n  lint:\n    steps: [{run: cp said.json out.sarif}]\n"
        "    reports:\n      lint: {format: sarif, path: out.sarif}\n"
    )
    (tmp_path / "list.csv").write_text(f"name,path\nshop,{repo.path}\n")
    workspace = ("-w", str(tmp_path / "w"), "--log", "none")
    for command in (("discover", "list.csv"), ("ingest",), ("analyze",), ("ci", "fleet", "p.yaml")):
        done = strata(*workspace, *(str(tmp_path / word) if "." in word else word for word in command))
        assert done.code == 0, done.err
    found = json.loads(strata(*workspace, "patterns", "--rule", "python.mutable-default", "--json").out)
    assert [(p["line_range"][0], p["evidence"], p["confidence"]) for p in found if p["evidence"] == "tool"] == [
        (1, "tool", 0.98)
    ]
    assert len(found) == 2
