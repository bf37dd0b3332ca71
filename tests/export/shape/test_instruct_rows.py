"""Recipe instruct: documented functions become pairs, and nothing else does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.export.shape.building import MIT, build

from codestrata import Workspace
from codestrata.analyze.syntax.grammars import GRAMMARS
from codestrata.errors import InvalidInput
from codestrata.export.shape.trees import LANGUAGES
from codestrata.settings import load

SHOP = '''"""A shop."""

import math
from decimal import Decimal


class Basket:
    """What somebody wants to buy."""

    @property
    def total(self, rate=Decimal("0.2")):
        """Add up the prices of what lies in the basket, with tax.

        :param rate: share of the price that is tax, see :meth:`Basket.tax`.

        .. versionchanged:: 2.0
            Takes a rate.
        """

        net = math.fsum(item.price for item in self.items)
        self.log(net)
        return Decimal(net) * (1 + rate)


def undocumented(a, b):
    c = a + b
    d = a - b
    return c * d
'''
GO = """package shop

import "strings"

// Slug makes a name that may stand in an address out of a title:
// small letters, dashes between the words.
//
//go:noinline
func Slug(title string) string {
\twords := strings.Fields(title)
\tfor i := range words {
\t\twords[i] = strings.ToLower(words[i])
\t}
\treturn strings.Join(words, "-")
}
"""
TEST = """package shop

import "testing"

func TestSlugOfTitle(t *testing.T) {
\tif Slug("A Title") != "a-title" {
\t\tt.Fail()
\t}
}
"""
BODY = "    first = compute(value)\n    second = adjust(first)\n    return first + second\n"


def _function(name: str, doc: str, body: str = BODY) -> str:
    return f'def {name}(value):\n    """{doc}"""\n{body}\n\n'


DOC = "Work out the price of what is in the basket."
#: Gate → the one function of its file that it alone turns away.
PLANTED = {
    "errors": _function("broken", DOC) + "value = class return for ) while ( import def\n" * 20,
    "test": _function("test_price", DOC),
    "special": _function("__matmul__", DOC),
    "short": _function("price", DOC, "    # one line of code, and one of this\n    return value * 2\n"),
    "long": _function("prices", DOC, "    value += 1\n" * 250 + "    return value\n"),
    "stub": _function("todo", DOC, '    if value:\n        value = 1\n    raise NotImplementedError("later")\n'),
    "doc_words": _function("amount", "Price: 12."),
    "doc_lines": _function("manual", DOC + "\n" + "    It does this and that.\n" * 80),
    "note": _function("later", "TODO: say what this is for and when it may go."),
    "code": _function("gone", "value = 1;\n    other(value);\n    again(value);\n    last(value);"),
    "language": _function("preis", "Berechnet den Preis der Waren, die im Korb liegen, und gibt ihn zurück."),
    "echo": _function("get_user_name", "Gets the user name."),
}


def test_a_documented_function_is_a_pair(make_repo: Callable, tmp_path: Path) -> None:
    """The instruction is what documentation says, the answer is the code without it, around it what the file says."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": SHOP, "slug.go": GO, "slug_test.go": TEST})
    made = build(tmp_path, [shop], "instruct")
    assert [row["name"] for row in made.rows] == ["total", "Slug"]
    total, slug = made.rows
    assert total["instruction"] == (
        "Add up the prices of what lies in the basket, with tax.\n\n"
        ":param rate: share of the price that is tax, see `Basket.tax`."
    )
    assert total["answer"] == (
        '@property\ndef total(self, rate=Decimal("0.2")):\n    net = math.fsum(item.price for item in self.items)\n'
        "    self.log(net)\n    return Decimal(net) * (1 + rate)"
    )
    assert total["signature"] == '@property\ndef total(self, rate=Decimal("0.2")):'
    assert (total["kind"], total["owner"], total["licence"], total["split"]) == ("method", "Basket", "MIT", "train")
    assert total["imports"] == "import math\nfrom decimal import Decimal"
    assert json.loads(total["calls"]) == ["Decimal", "math.fsum", "self.log"]
    user, assistant = json.loads(total["messages"])
    assert user["role"] == "user"
    assert total["instruction"] in user["content"]
    assert total["signature"] in user["content"]
    assert assistant == {"role": "assistant", "content": total["answer"]}
    assert slug["instruction"].startswith("Slug makes a name")
    assert "go:noinline" not in slug["instruction"]
    (test,) = json.loads(slug["tests"])
    assert test["test"] == "TestSlugOfTitle"
    assert test["source"].endswith("slug_test.go#L6")


def test_a_source_holds_the_code_byte_for_byte(make_repo: Callable, tmp_path: Path) -> None:
    """Commit, path and bytes of a row give its code; its lines are those of the source."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": "\ufeff" + SHOP, "slug.go": GO.replace("\n", "\r\n")})
    for row in build(tmp_path, [shop], "instruct").rows:
        blob = shop.git("show", f"{row['commit']}:{row['path']}")
        assert blob[row["start"] : row["end"]].decode() == row["code"]
        assert shop.git("rev-parse", f"{row['commit']}:{row['path']}").decode().strip() == row["blob"]
        first, last = map(int, re.findall(r"#L(\d+)-L(\d+)", row["source"])[0])
        lines = blob.splitlines(keepends=True)
        assert b"".join(lines[first - 1 : last]).strip() in (blob[row["start"] :], blob[row["start"] : row["end"]])


def test_languages_that_can_be_parsed_are_known() -> None:
    """What export takes for a language with trees is what analysis has a grammar for."""
    assert set(LANGUAGES) == {name for grammar in GRAMMARS for name in grammar.languages}


@pytest.mark.parametrize("recipe", ["instruct", "patterns"])
def test_what_was_not_parsed_is_said(make_repo: Callable, tmp_path: Path, recipe: str) -> None:
    """An export after an analysis without trees is no empty dataset: the error says what to do."""
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": SHOP})
    build(tmp_path, [shop], "pretrain")
    settings = load(None, {}, {"engine.inline": True, "export.recipe": recipe})
    with Workspace(tmp_path / "w-dataset", settings) as held, pytest.raises(InvalidInput, match="analyze"):
        held.export(tmp_path / "other")


def test_what_is_private_is_replaced(make_repo: Callable, tmp_path: Path) -> None:
    """Documentation and code have placeholders where the file has them."""
    mail = "grace.hopper@navy-yard.net"
    body = f'    first = compute(value)\n    send("{mail}")\n    return first\n'
    shop = make_repo("shop", {"LICENSE": MIT, "shop.py": _function("price", f"{DOC} Ask {mail}.", body)})
    (row,) = build(tmp_path, [shop], "instruct", export__privacy__emails="redact").rows
    assert row["instruction"] == f"{DOC} Ask <EMAIL>."
    assert 'send("<EMAIL>")' in row["answer"]
    assert "navy-yard" not in str(row)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Give what each gate turns away where each has one function planted for it, and one passes them all."""
    from tests.conftest import RepoBuilder, git

    folder = tmp_path_factory.mktemp("planted")
    path = folder / "planted.git"
    path.mkdir()
    git(path, "init", "-q", "--bare", "-b", "main")
    repo = RepoBuilder(path)
    files = {f"shop/{gate}.py": text for gate, text in PLANTED.items()}
    repo.commit({"LICENSE": MIT, **files, "shop/good.py": _function("price_of", DOC)})
    made = build(folder, [repo], "instruct", export__dedup__level="exact")
    assert [row["name"] for row in made.rows] == ["price_of"]
    return dict(made.gates)


@pytest.mark.parametrize("gate", sorted(PLANTED))
def test_each_gate_turns_away_what_is_planted_for_it(planted: dict[str, int], gate: str) -> None:
    """Every gate turns away one function, and that one is turned away by no other."""
    assert planted[gate] == 1
