"""Everything that can be wrong with a file is told at once, by line, with what to write instead: one file with it all.

``strata ci validate tests/ci/document/golden/wrong.yaml`` shows the messages; ``wrong.txt`` is what they have to be.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from codestrata.ci.compile import examine, load, load_text
from codestrata.ci.compile.compiler import compiled
from codestrata.ci.compile.merge import SHARED
from codestrata.errors import InvalidInput

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
SOURCE = HERE.parents[2] / "src" / "codestrata" / "ci"


@pytest.mark.parametrize("name", ["wrong", "wrong-stages", "wrong-short"])
def test_all_that_is_wrong_is_told_by_line(name, monkeypatch):
    """All that is wrong is told by line."""
    monkeypatch.chdir(GOLDEN)
    found = examine(Path(f"{name}.yaml"))
    told = "".join(f"{one} [{one.code}]\n" for one in found.problems)
    assert told == (GOLDEN / f"{name}.txt").read_text("utf-8")
    assert found.plan is None
    places = [(one.line, one.column) for one in found.problems if one.file == f"{name}.yaml"]
    assert places == sorted(places)


BROKEN = [
    (b"", "empty-file", "1:1: the file is empty"),
    (b"a: 1\n---\nb: 1", "several-documents", "2:1: a second document begins (one file is one pipeline)"),
    (b"steps:\n\t- x", "tab", "2:1: a tab stands where spaces have to (indent with spaces)"),
    (b"steps: [\xff]", "encoding", "1:9: the file is not UTF-8 (save it as UTF-8)"),
    (b"steps: [x\x01]", "character", "1:10: the character U+0001 cannot be in a file (remove it)"),
    (b"steps: [x", "yaml", "1:10: this is no YAML: expected ',' or ']', but got '<stream end>'"),
    (b"steps: *x", "unknown-alias", '1:8: there is no anchor "&x" before it'),
    (b"steps: &x [*x]", "cycle-of-aliases", '1:12: "*x" stands within what it stands for'),
    (b"steps: " + b"[" * 60, "too-deep", "1:48: more than 40 levels"),
    (b"? [a]\n: b", "key-is-no-text", "1:3: a key has to be a single word"),
    (b"steps: !!python/object:os.system x", "unknown-tag", '1:8: the tag "python/object:os.system" is unknown'),
    (b"<<: 3\nsteps: [x]", "merge", '1:5: "<<" needs a map'),
    (b"#" * (257 << 10), "too-large", "1:1: the file has 263,168 bytes"),
    (b"- x", "wrong-type", "1:1: a pipeline is a map, not a list"),
    (b"steps: [x]\nsteps: [y]", "duplicate-key", '2:1: the key "steps" is here twice (first in line 1)'),
]


@pytest.mark.parametrize(("data", "code", "message"), BROKEN, ids=[one[1] for one in BROKEN])
def test_what_is_no_yaml_or_too_much_is_told_of(data, code, message, tmp_path):
    """What is no yaml or too much is told of."""
    path = tmp_path / "p.yaml"
    path.write_bytes(data)
    first = examine(path).problems[0]
    assert first.code == code
    assert str(first).removeprefix(f"{path}:").startswith(message)


ALONE = [
    ("steps: [x]\ncolumns: {a: count(tests)}", "no-reports", "asks for tests, but no job has reports"),
    (f"jobs: {{a: {{steps: [{'x, ' * 1001}]}}}}", "too-many", '"steps" has 1001 entries, at most 1000'),
    ("include: p.yaml\njobs: {a: {steps: [x]}}", "include", "nothing can be included here: the pipeline is no file"),
    ("run: x\nenv: {A: '${{ needs.b.result }}'}", "expression", '"needs" has no "b"'),
]


@pytest.mark.parametrize(("text", "code", "message"), ALONE, ids=[one[1] for one in ALONE])
def test_what_only_shows_in_another_file_is_told_of(text, code, message):
    """What only shows in another file is told of."""
    found = compiled(text.encode(), "p.yaml", None, {}, lenient=True)
    assert [one.code for one in found.problems] == [code]
    assert message in found.problems[0].message


def test_parameters_that_are_not_declared_are_refused():
    """Parameters that are not declared are refused."""
    with pytest.raises(InvalidInput, match=r'there is no parameter "fst" .did you mean "fast"'):
        load_text("run: echo ${{ params.fast }}\nparams: {fast: yes}", params={"fst": "x"})


def test_two_included_files_may_not_define_the_same(tmp_path):
    """Two included files may not define the same."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(
            f"env: {{{name.upper()}: x}}\njobs: {{one: {{steps: [{name}]}}}}", "utf-8"
        )
    (tmp_path / "p.yaml").write_text("include: [a.yaml, b.yaml]\njobs: {two: {steps: [x]}}", "utf-8")
    (told,) = examine(tmp_path / "p.yaml").problems
    assert str(told) == 'b.yaml:2:8: "one" is in a.yaml, too (define it in one of them, or in the root file)'
    assert told.code == "included-twice"


def test_aliases_count_with_all_they_stand_for():
    """Aliases count with all they stand for."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(InvalidInput, match="more than 50,000 values, counting aliases"):
        load_text("\n".join(rows))


def test_includes_stay_in_their_folder_and_go_in_no_circle(tmp_path):
    """Includes stay in their folder and go in no circle."""
    (tmp_path / "outside.yaml").write_text("jobs: {a: {steps: [x]}}", "utf-8")
    root = tmp_path / "in"
    root.mkdir()
    (root / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "b.yaml").write_text("include: c.yaml\nname: no", "utf-8")
    (root / "c.yaml").write_text("include: b.yaml", "utf-8")
    (root / "p.yaml").write_text(
        "include: [../outside.yaml, link.yaml, b.yaml, p.yaml]\njobs: {a: {steps: [x]}}", "utf-8"
    )
    told = [str(one).replace(str(root / "p.yaml"), "p.yaml") for one in examine(root / "p.yaml").problems]
    outside = "is outside the folder of the root file (use a relative path below it)"
    assert sorted(told) == [
        f'b.yaml:2:1: "name" cannot be in an included file (such files have {", ".join(SHARED)})',
        "c.yaml:1:10: files include one another in a circle: b.yaml -> c.yaml -> b.yaml (leave one include out)",
        f'p.yaml:1:11: "../outside.yaml" {outside}',
        f'p.yaml:1:28: "link.yaml" {outside}',
        "p.yaml:1:47: files include one another in a circle: p.yaml -> p.yaml (leave one include out)",
    ]


def test_loading_raises_the_first_errors(tmp_path):
    """Loading raises the first errors."""
    with pytest.raises(InvalidInput, match=r'p.yaml:1:1: unknown key "stepz".*\n.*2:1'):
        load_text("stepz: [x]\nnmae: x\njobs: {a: {steps: [x]}}", "p.yaml")
    with pytest.raises(InvalidInput, match="cannot read the file"):
        load(tmp_path / "none.yaml")


def test_every_code_is_in_the_golden_files_or_in_a_test_of_its_own():
    """A kind of problem that nobody has seen a message of is none we have."""
    codes = set()
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called.endswith((".error", ".warning", "tell", "_stop")) and len(node.args) >= 3:
                code = node.args[1]
                codes |= {code.value} if isinstance(code, ast.Constant) and isinstance(code.value, str) else set()
    seen = {
        line.rpartition("[")[2].rstrip("]")
        for one in GOLDEN.glob("*.txt")
        for line in one.read_text("utf-8").splitlines()
    }
    seen |= {one[1] for one in BROKEN} | {"too-many-values", "not-in-included", "cycle-of-includes", "included-twice"}
    seen |= {one[1] for one in ALONE} | {"unknown-parameter"}
    assert len(codes) > 40
    assert codes - seen == set()
