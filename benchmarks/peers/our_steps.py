"""Our steps over JSON Lines, as the peers do theirs: read the lines, one step, write what it keeps.

Run by ``steps.py``: ``python our_steps.py FOLDER``. A build reads Git and hands texts from stage to stage, with no
lines to be read and written in between; ``alone`` says what each step takes without them.
"""

import json
import sys
from pathlib import Path

import numpy as np
import our_lines
from clock import Clock, now

from codestrata.analyze.facts.batch import facts_of
from codestrata.analyze.keys import keys_of
from codestrata.analyze.syntax import tables as trees
from codestrata.analyze.syntax.batches import BATCH_BYTES
from codestrata.analyze.syntax.grammars import grammar_of
from codestrata.analyze.syntax.parsing import Parser
from codestrata.analyze.texture.stage import _counted
from codestrata.export.overlap.match import Lists
from codestrata.export.quality.gate import judge
from codestrata.export.quality.profiles import PROFILES
from codestrata.export.quality.texture import FACTS, TEXTURES
from codestrata.export.quality.thresholds import failures
from codestrata.export.tokens.counter import counter, digest_of
from codestrata.export.write.formats import FORMATS
from codestrata.kernels.measure import measure
from codestrata.privacy.scan import scan
from codestrata.settings.export import QualitySettings
from codestrata.store.columns import Varlen
from codestrata.store.schema import Field
from codestrata.store.tables import Tables
from codestrata.workspace.evalsets import Asked, make

folder = Path(sys.argv[1])
scratch = folder / "our-steps"
scratch.mkdir(exist_ok=True)
alone = {}


def read():
    """Give the lines, their texts end to end, and their paths."""
    lines, texts, paths = our_lines.read([folder / "jsonl" / "sample.jsonl"])
    return lines, Varlen.of(texts), Varlen.of(paths)


def with_lines(name, work):
    """Read, carry out one step that gives the rows that stay, write; what the step takes alone is told apart."""

    def whole():
        lines, texts, paths = read()
        began = now()
        kept = work(texts, paths)
        alone[name] = round(now() - began, 3)
        return our_lines.write(scratch / f"{name}.jsonl", lines, np.arange(len(lines)) if kept is None else kept)

    clock.step(name, whole)


def quality(profile):
    """Give a step that asks a profile: facts, textures and trees as far as it asks for them, then its checks."""

    def ask(texts, paths):
        settings = QualitySettings(profile=profile)
        blobs = Varlen.fixed(np.random.default_rng(1).integers(0, 256, (len(texts), 20), np.uint8))
        columns = facts_of(blobs, keys_of(paths).column().strings(), texts.data, texts.offsets)
        languages = columns["language"].strings()
        columns["is_text"] = ~np.asarray(columns["binary"])
        columns["named"] = np.zeros(len(texts), np.bool_)
        gone = np.zeros(len(texts), np.bool_)
        store = Tables(scratch)
        for failure in judge(store, columns, settings):
            gone[failure.rows] = True
        chosen = PROFILES[profile]
        if chosen.checks:
            asked = columns | _textures(texts, languages, wanted=settings.textured)
            asked |= _trees(texts, languages, wanted=settings.parsed)
            for failure in failures(store, _plain(asked, len(texts)), chosen, settings):
                gone[failure.rows] = True
        return np.flatnonzero(~gone)

    return ask


def _plain(columns, count):
    out = {name: columns[name] for name in (*FACTS, "digits", "whitespace", "blob", "is_text") if name in columns}
    out |= {name: columns[name] for name in (*TEXTURES.values(), "error_share", "functions") if name in columns}
    marks = {name: np.zeros(count, np.bool_) for name in ("test", "documentation")}
    return out | marks | {"row": np.arange(count, dtype=np.int64)}


def _textures(texts, languages, *, wanted):
    if not wanted:
        return {called: np.full(len(texts), -1, np.int64) for called in TEXTURES.values()}
    made = _counted(list(texts), languages)
    return {called: np.asarray(made[name]).astype(np.int64) for name, called in TEXTURES.items()}


def _trees(texts, languages, *, wanted):
    """Parse what there is a grammar of, and read off all that the stage reads."""
    share, functions = np.full(len(texts), -1.0), np.full(len(texts), -1.0)
    if not wanted:
        return {"error_share": share, "functions": functions}
    batches, rows = [], []
    of = {language: grammar_of(language) for language in set(languages)}
    for row in sorted((r for r in range(len(texts)) if of[languages[r]]), key=lambda r: of[languages[r]].name):
        text, name = texts[row], of[languages[row]].name
        if not batches or batches[-1][0] != name or sum(map(len, batches[-1][1])) + len(text) > BATCH_BYTES:
            batches.append((name, []))
            rows.append([])
        batches[-1][1].append(text)
        rows[-1].append(row)
    extracts = trees.extracts()
    with Parser() as parser:
        for at, made in zip(map(np.array, rows), parser.parse(iter(batches)), strict=True):
            nodes, wrong = trees.told(made.nodes)
            found = trees.read(made.nodes, extracts)["definitions"]
            kinds = found.columns["kind"].strings()
            counted = [k in {"function", "method", "constructor"} for k in kinds]
            known = nodes >= 0
            sizes = np.array([len(texts[row]) for row in at.tolist()])
            share[at[known]] = (wrong / np.maximum(sizes, 1))[known]
            functions[at[known]] = np.bincount(found.file[counted], minlength=len(at))[known]
    return {"error_share": share, "functions": functions}


def tokens(tokenizer):
    """Give a step that counts tokens: with a tokenizer's file, or as we estimate them."""

    def count(texts, _):
        counter(tokenizer, digest_of(tokenizer)).count(list(texts), ["C"] * len(texts))

    return count


def private(texts, _):
    """Look for secrets and personal data."""
    scan(texts.data, texts.offsets[:-1], texts.offsets[1:])


def statistics(texts, _):
    """Count what facts have of texts: characters, lines, words, shares."""
    measure(texts.data, texts.offsets, np.zeros(len(texts), np.uint8))


def parquet():
    """Write what was read as Parquet."""
    _, texts, paths = read()
    fields = [Field("path", "text", ""), Field("text", "text", "")]
    with FORMATS["parquet"].begin(scratch / "out.parquet", fields, 1) as sink:
        sink.write({"path": paths, "text": texts})
        sink.close()
    return len(texts)


def decontaminate(lists):
    """Give a step that looks for a set's problems."""

    def look(texts, paths):
        found = set(lists.overlaps(paths, texts.data, texts.offsets)["blob"].strings())
        return np.array([k for k, path in enumerate(paths.strings()) if path not in found])

    return look


# what is loaded at first use is in no step, as the peers' imports are in none
measure(np.zeros(1, np.uint8), np.array([0, 1]), np.zeros(1, np.uint8))
facts_of(
    Varlen.fixed(np.zeros((1, 20), np.uint8)),
    keys_of(Varlen.of(["a.c"])).column().strings(),
    np.zeros(1, np.uint8),
    np.array([0, 1]),
)
scan(np.zeros(1, np.uint8), np.array([0]), np.array([1]))
clock = Clock()
with_lines("copy", lambda *_: None)
clock.step("parquet", parquet)
for profile in ("starcoder2", "starcoder", "nemo", "data-juicer", "opencoder"):
    with_lines(f"quality {profile}", quality(profile))
with_lines("private", private)
with_lines("tokens", tokens(str(folder / "tokenizer" / "tokenizer.json")))
with_lines("estimate", tokens(""))
with_lines("statistics", statistics)
if (folder / "set.jsonl").exists():
    with_lines("decontaminate", decontaminate(Lists.of([make(folder / "set.jsonl", Asked("set"))])))
print(json.dumps({"steps": clock.steps, "rows": clock.rows, "absent": clock.absent, "alone": alone}))
