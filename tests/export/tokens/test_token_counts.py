"""Tokens: an estimate that is near enough, counts of a tokenizer that are exact, each content counted once."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest
from tests.acceptance.conftest import code
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, build

from codestrata import Workspace
from codestrata.errors import InvalidInput, MissingExtra
from codestrata.export.tokens import counter as module
from codestrata.export.tokens.counter import Estimate, counter, digest_of
from codestrata.export.tokens.estimate import estimate
from codestrata.export.tokens.weights import WEIGHTS
from codestrata.settings import load

#: What cl100k, o200k and DeepSeek's tokenizer make of the text, on average (counted once, with their own libraries).
SAMPLE, COUNTED = (
    '''def parse(lines, sep=","):
    """Give the fields of lines, without what is around them."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split(sep)]
        if len(fields) != 3:
            raise ValueError(f"line {number}: {len(fields)} fields")
        found.append(tuple(fields))
    return found
''',
    102,
)


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    """Make a tokenizer.json: a byte-level BPE trained on a little code."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    words = ["<file_sep>", "<repo_name>"]
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=words, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator([code(i) for i in range(4)], trainer)
    made.enable_truncation(7)  # a tokenizer that cuts texts must not cut counts
    made.save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


@pytest.fixture
def ranks(tmp_path: Path) -> Path:
    """Make a .tiktoken file: single bytes and two pairs."""
    tokens = [bytes([i]) for i in range(256)] + [b"re", b"ret"]
    lines = [base64.b64encode(token) + b" %d" % rank for rank, token in enumerate(tokens)]
    (tmp_path / "small.tiktoken").write_bytes(b"\n".join(lines) + b"\n")
    return tmp_path / "small.tiktoken"


def test_the_estimate_is_near() -> None:
    """Of a dense piece of code the estimate is off by a fifth; nothing has no tokens, anything has some."""
    assert Estimate().count([SAMPLE.encode()], ["Python"])[0] == pytest.approx(COUNTED, rel=0.21)
    nothing, some = Estimate().count([b"", b"x"], ["Python", "Nobody's"]).tolist()
    assert (nothing, some > 0) == (0, True)
    assert Estimate().count([], []).tolist() == []


def test_the_estimate_of_facts_is_that_of_texts() -> None:
    """What facts say of a file gives the same as its text; what nobody counted counts for nothing."""
    text = code(3).encode()
    told = {
        "words": len(re.findall(rb"\w+", text)),
        "lexemes": len(re.findall(rb"\w+|[^\w\s]", text)),
        "size": len(text),
        "lines": text.count(b"\n"),
        "digits": len(re.findall(rb"\d", text)),
        "chars": len(text),
    }
    found = estimate(["Python"], {name: np.array([count]) for name, count in told.items()})
    assert found[0] == Estimate().count([text], ["Python"])[0]
    nobody = {name: np.array([40 if name == "size" else -1]) for name in told}
    assert estimate(["Go"], nobody)[0] > 0
    assert all(min(weights) >= 0 and sum(weights) > 0 for weights in WEIGHTS.values())


def test_counts_are_exact(tokenizer: Path, ranks: Path) -> None:
    """A tokenizer.json counts as its library does, a .tiktoken file joins the pairs that it has."""
    from tokenizers import Tokenizer

    library = Tokenizer.from_file(str(tokenizer))
    library.no_truncation()
    texts = [code(7), "Grüße\n", ""]
    expected = [len(library.encode(text, add_special_tokens=False).ids) for text in texts]
    made = counter(str(tokenizer), digest_of(str(tokenizer)))
    assert made.count([text.encode() for text in texts], [""] * 3).tolist() == expected
    assert counter(str(ranks), digest_of(str(ranks))).count([b"return", b"re", b""], [""] * 3).tolist() == [4, 1, 0]


def test_what_is_no_tokenizer(tmp_path: Path, tokenizer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is missing, of another kind, damaged or without its library is refused, with what to do."""
    (tmp_path / "bad.json").write_text('{"model": 1}')
    (tmp_path / "bad.tiktoken").write_bytes(b"aGVsbG8= 1\n")
    for name in ("bad.json", "bad.tiktoken"):
        path = str(tmp_path / name)
        with pytest.raises(InvalidInput, match=f"{name} is no"):
            counter(path, digest_of(path))
    for name, said in {"none.json": "cannot be read", "words.txt": "neither a tokenizer.json"}.items():
        with pytest.raises(InvalidInput, match=said):
            digest_of(str(tmp_path / name))
    with pytest.raises(InvalidInput, match="has changed"):
        counter(str(tokenizer), "another")
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"codestrata\[tokens\]"):
        digest_of(str(tokenizer))


def test_each_content_is_counted_once(make_repo: Callable[..., RepoBuilder], tmp_path: Path, tokenizer: Path) -> None:
    """A content is counted once for a tokenizer, whatever is built of it; rows and manifest have what was counted."""
    repo = make_repo("one", {"LICENSE": MIT, **{f"m{i}.py": code(i) for i in range(4)}})
    (tmp_path / "repos.csv").write_text(f"url\n{repo.path}\n")
    made = counter(str(tokenizer), digest_of(str(tokenizer)))

    def run(recipe: str) -> dict[str, int]:
        flags = {"engine.inline": True, "export.recipe": recipe, "export.tokens.tokenizer": str(tokenizer)}
        with Workspace(tmp_path / "w", load(flags=flags)) as held:
            report = held.run(tmp_path / "repos.csv", tmp_path / recipe)
            return {stage.stage: stage.done for stage in report.stages}

    assert run("pretrain")["export.tokens"] == 1
    assert run("repo")["export.tokens"] == 0
    repo.commit({"new.py": code(9)})
    assert run("repo")["export.tokens"] == 1
    told = json.loads((tmp_path / "repo" / "manifest.json").read_text())
    assert told["figures"]["tokens"]["by"] == "tokenizer.json"
    assert told["inputs"]["settings"]["tokens"]["tokenizer"] == "tokenizer.json"
    assert str(tmp_path) not in (tmp_path / "repo" / "README.md").read_text()
    text = duckdb.sql(f"select text, tokens from '{tmp_path}/repo/data/*.parquet'").fetchall()
    assert [tokens for _, tokens in text] == made.count([row.encode() for row, _ in text], [""] * len(text)).tolist()
    assert told["figures"]["tokens"]["total"] == sum(tokens for _, tokens in text)


def test_the_card_says_how_many(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Card and manifest tell the tokens of all rows, by split and language."""
    built = build(tmp_path, [make_repo("one", {"LICENSE": MIT, "a.py": code(1), "b.md": "# Title\n\nWords.\n"})], "fim")
    told = json.loads((built.folder / "manifest.json").read_text())["figures"]["tokens"]
    total = sum(row["tokens"] for row in built.rows)
    assert (told["by"], told["total"], told["splits"]) == ("estimate", total, {"train": total})
    assert {name for name, _ in told["languages"]} == {"Python", "Markdown"}
    assert f"≈ {total:,} tokens (an estimate" in (built.folder / "README.md").read_text()


DOCUMENTED = '''def widths(rows, least):
    """Give the widest cell of each column of some rows, and never less than so many letters."""
    found = [least] * len(rows[0])
    for row in rows:
        found = [max(was, len(cell)) for was, cell in zip(found, row)]
    return found
'''


def test_rows_of_pairs_have_tokens(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """A chat has those of what both say, not of the JSON around it; the card has the sum."""
    built = build(tmp_path, [make_repo("one", {"LICENSE": MIT, "a.py": DOCUMENTED})], "instruct")
    (row,) = built.rows
    said = "\n".join(one["content"] for one in json.loads(row["messages"]))
    (count,) = Estimate().count([said.encode()], [row["language"]]).tolist()
    assert row["tokens"] == count > 50
    assert f"≈ {count:,} tokens (an estimate" in (built.folder / "README.md").read_text()
