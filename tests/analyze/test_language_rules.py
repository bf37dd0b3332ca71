"""The heuristics, their gates, the tables and the classifier, as data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.analyze.language import classifier, families, heuristics
from codestrata.analyze.language.families import LANGUAGES
from codestrata.analyze.language.tables import names
from codestrata.kernels.families import FAMILY_IDS
from codestrata.model.languages import TYPES, language_group, language_type, languages

BLOCKS = heuristics.blocks()
GATED = [(endings[0], block) for endings, block in BLOCKS if block.words]
COMMON = """C C++ C# CSS Clojure CoffeeScript Dart Dockerfile Elixir Erlang F# Go Groovy HTML Haskell Java JavaScript
    Julia Kotlin Lua MATLAB Makefile Markdown Nix OCaml Objective-C PHP Perl PowerShell Python R Ruby Rust SCSS SQL
    Scala Shell Swift TOML TSX TeX TypeScript VHDL Verilog Vue XML YAML Zig"""


def patterns():
    """Give every pattern of every rule."""
    return sorted({p for _, block in BLOCKS for rule in block.rules for p in (*rule.present, *rule.absent)})


@pytest.mark.parametrize("pattern", patterns())
def test_every_pattern_compiles_and_is_not_trivial(pattern):
    """RE2 takes each pattern, and none of them matches every text."""
    compiled = heuristics.compiled(pattern)
    assert not all(compiled.search(text) for text in (b"", b"zz 00\n", b"~\n"))


def test_tables_speak_of_languages_that_exist():
    """Every language named by a table has facts, so that its type and group are known."""
    table, known = names(), languages()
    rows = [*table.extensions.values(), *table.filenames.values(), *table.interpreters.values()]
    rows += [rule.languages for _, block in BLOCKS for rule in block.rules]
    rows += [tuple(table.aliases.values()), classifier.shipped().languages]
    assert {name for row in rows for name in row} <= known.keys()


def test_every_shared_name_can_be_decided():
    """The classifier has weights for most that names leave to choose among; the rest are newer than its counts."""
    table = names()
    shared = [*table.filenames.values(), *table.interpreters.values()]
    shared += [row for extension, row in table.extensions.items() if not extension.endswith(table.generic)]
    wanted = {name for row in shared if len(row) > 1 for name in row}
    assert len(wanted & set(classifier.shipped().languages)) >= 0.75 * len(wanted)


@pytest.mark.parametrize(("name", "kind", "group"), [
    ("Python", "programming", "Python"),
    ("TSX", "programming", "TypeScript"),
    ("JSON", "data", "JSON"),
    ("HTML", "markup", "HTML"),
    ("Markdown", "prose", "Markdown"),
    ("", "", ""),
    ("Klingon", "", ""),
])  # fmt: skip
def test_a_language_has_a_type_and_a_group(name, kind, group):
    """Facts are found by Linguist's name; what is no language has none."""
    assert (language_type(name), language_group(name)) == (kind, group)


def test_types_and_groups_are_closed():
    """Every type is one of four, every group is itself a language."""
    assert {kind for kind, _ in languages().values()} == set(TYPES)
    assert {group for _, group in languages().values()} <= languages().keys()


def test_families_cover_the_common_languages():
    """Every common language with comments has a family; every listed name is a language, listed once."""
    listed = [" ".join(name.split()) for row in LANGUAGES.values() for name in row.split(",")]
    assert set(listed) <= languages().keys()
    assert len(listed) == len(set(listed))
    assert set(COMMON.split()) <= set(listed)
    assert set(LANGUAGES) <= FAMILY_IDS.keys()


def test_families_are_ids_of_the_kernels():
    """One byte per language; none for data without comments or no language at all."""
    given_ids = families(["Python", "C++", "JSON", "", "Rust"])
    assert given_ids.dtype == np.uint8
    assert given_ids.tolist() == [FAMILY_IDS["python"], FAMILY_IDS["c"], 0, 0, FAMILY_IDS["rust"]]


def pieces():
    """Texts made of the words that rules look for, in likely and unlikely surroundings."""
    words = sorted({w.decode("latin-1") for _, b in GATED for w in (*b.words.leading, *b.words.anywhere)})
    rare = ["<", ">", "(", ")", "{", "std::x", "public:", ' "2.0"', ": ", "module X", "@", "#", "::", "  ", "\t", "\r"]
    return st.lists(st.sampled_from([*words, *rare, "\n", "\n", " ", "a", "x y"]), max_size=12).map("".join)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(GATED), pieces())
def test_a_gate_never_hides_a_match(row, text):
    """Where a text holds none of a block's words, only the block's last rule can hold."""
    _, block = row
    raw = text.encode("latin-1")
    arena, stops = np.frombuffer(raw, np.uint8), np.array([len(raw)])
    held = block.words.holds(arena, np.zeros(1, np.int64), stops, limit=heuristics.CONSIDERED_BYTES)
    assert held[0] or block.judge(raw) == block.otherwise


@pytest.mark.parametrize("endings", [".h", ".json", ".yaml", ".ts", ".html"])
def test_the_commonest_shared_extensions_have_a_gate(endings):
    """Where a tree has thousands of files of one shared extension, most are decided without a pattern."""
    assert heuristics.block_of(endings).words


def test_training_gives_back_what_was_taught():
    """Among two invented languages the classifier tells texts apart that share no word with its samples' neighbours."""
    model = classifier.train([("A", b"begin x end; begin y end;"), ("B", b"{ x; } { y; }"), ("C", b"")])
    assert model.languages == ("A", "B")
    assert model.choose(b"begin z end;", ["B", "A"]) == "A"
    assert model.choose(b"{ z; }", ["A", "B"]) == "B"


def test_ties_go_to_the_first_candidate_and_strangers_lose():
    """A decision never depends on chance; a language without weights is chosen only when nobody else is there."""
    model = classifier.train([("A", b"x"), ("B", b"x")])
    assert model.choose(b"x", ["A", "B"]) == "A"
    assert model.choose(b"x", ["B", "A"]) == "B"
    assert model.choose(b"y", ["Z", "B"]) == "B"
    assert model.choose(b" \n", ["A", "B"]) == ""


def test_saved_weights_load_to_the_same_classifier(tmp_path):
    """Saving is lossless, and the same weights are the same bytes."""
    model = classifier.shipped()
    for name in ("a", "b"):
        model.save(tmp_path / name)
    raw = (tmp_path / "a").read_bytes()
    again = classifier.load(tmp_path / "a")
    assert raw == (tmp_path / "b").read_bytes()
    assert again.languages == model.languages
    for part in ("gains", "held", "starts"):
        assert np.array_equal(getattr(again, part), getattr(model, part))
    assert np.array_equal(again.floor, model.floor)
    assert len(raw) <= 2_000_000
