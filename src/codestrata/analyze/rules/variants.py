"""Variants of rules' examples: the same program in other surroundings and another layout, by a seed.

A rule that finds its example has to find it there, too, on the lines where it now is, and nowhere else. What changes:
other code above and below (negative examples of other rules of the grammar), comments, blank lines, line ends as on
Windows, one more level of nesting, and longer names for those of a letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random

from codestrata.analyze.rules.labelled import Place, Program
from codestrata.analyze.rules.load import Pack
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.rules.scoring import places
from codestrata.analyze.syntax.parse import parse

#: What nests statements, and how what is inside is indented.
_NESTS = {
    "python": ("def outer_scope():\n", "    ", ""),
    "javascript": ("function outerScope() {\n", "  ", "}\n"),
    "rust": ("mod outer_scope {\n", "    ", "}\n"),
}
_COMMENT = {"python": "#"}
_IDENTIFIERS = ("identifier", "type_identifier", "field_identifier", "property_identifier")
#: What has to stand first in a file, or says something to the reader of the whole file: nothing goes above it.
_FIRST = re.compile(
    r"^(package |#!|//go:|from __future__|['\"]use |#pragma|#if|import |from |module |extern crate)", re.MULTILINE
)


def variants(pack: Pack, seed: int, grammars: Iterable[str] = (), each: int = 2) -> Iterator[Program]:
    """Give ``each`` variants of every example that a rule's grammar reads as it should, the same for the same seed."""
    for grammar in grammars or sorted({grammar for rule in pack.rules for grammar in rule.grammars}):
        rules = [rule for rule in pack.rules if grammar in rule.grammars and rule.grammars[0] == grammar]
        random = Random(f"{seed} {grammar}")  # noqa: S311 -- the same programs each time
        noise = _noise(pack, grammar, rules)
        for rule in rules:
            quiet = [text for text, found in noise if rule.id not in found]
            for example, one in enumerate(_examples(pack, rule, grammar)):
                for number in range(each):
                    yield replace(_varied(one, rule, quiet, random, number), name=f"{one.name} {example}.{number}")


def _noise(pack: Pack, grammar: str, rules: list[Rule]) -> list[tuple[str, set[str]]]:
    """Give what is put around examples, each with the rules that are in it."""
    texts = [_ended(text) for rule in rules for text in rule.negative if not _FIRST.search(text)]
    if grammar in {"javascript", "typescript", "tsx"}:
        texts = [f"{text[:-1]};\n" for text in texts]  # else a bracket on the next line would go on with it
    found = places(pack, grammar, [text.encode() for text in texts])
    return [(text, {place.rule for place in one}) for text, one in zip(texts, found, strict=True)]


def _examples(pack: Pack, rule: Rule, grammar: str) -> Iterator[Program]:
    """Give the examples of a rule with the places of that rule alone."""
    texts = [*rule.positive, *rule.negative]
    for text, found in zip(texts, places(pack, grammar, [text.encode() for text in texts]), strict=True):
        mine = frozenset(place for place in found if place.rule == rule.id)
        yield Program(f"{grammar}/{rule.id}", grammar, text.encode(), frozenset({rule.id}), mine)


def _varied(one: Program, rule: Rule, noise: list[str], random: Random, number: int) -> Program:
    """Change a program: in every way the first time, in two then."""
    asked = json.dumps([rule.rule, rule.constraints, rule.utils])
    changes: list[Callable[[Program], Program]] = [
        lambda program: _surrounded(program, noise, random),
        lambda program: _renamed(program, asked, random),
        _nested,
        lambda program: _spaced(program, random),
    ]
    done = one
    for change in changes if number == 0 else random.sample(changes, 2):
        done = change(done)
    if random.random() < 1 / 4:
        done = replace(done, text=done.text.replace(b"\n", b"\r\n"))
    return done


def _moved(program: Program, text: str, lines: int) -> Program:
    below = frozenset(Place(p.rule, p.first + lines, p.last + lines) for p in program.places)
    return replace(program, text=text.encode(), places=below)


def _surrounded(program: Program, noise: list[str], random: Random) -> Program:
    """Put code of others below, and above where nothing has to stand first."""
    text = program.text.decode()
    chosen = random.sample(noise, min(4, len(noise)))
    below = _ended(text) + "".join(chosen[:2])
    if _FIRST.search(text):
        return _moved(program, below, 0)
    above = "".join(chosen[2:])
    return _moved(program, above + below, above.count("\n"))


def _spaced(program: Program, random: Random) -> Program:
    """Put comments and blank lines above."""
    text = program.text.decode()
    if text.startswith("#!"):
        return program
    mark = _COMMENT.get(program.grammar, "//")
    lines = random.randint(1, 6)
    above = "".join(random.choice(("\n", f"{mark} a remark\n")) for _ in range(lines))
    if _FIRST.search(text):
        above = f"{mark} a remark\n" * lines
    if re.search(r"^//go:", text, re.MULTILINE):
        return program
    return _moved(program, above + text, lines)


def _nested(program: Program) -> Program:
    """Put the program into a function or module, where that keeps its meaning; a negative one may gain another."""
    text = program.text.decode()
    if not program.places or program.grammar not in _NESTS or _FIRST.search(text) or not _nestable(text):
        return program
    head, indent, tail = _NESTS[program.grammar]
    inner = "".join(f"{indent}{line}" if line.strip() else line for line in _ended(text).splitlines(keepends=True))
    return _moved(program, head + inner + tail, head.count("\n"))


def _nestable(text: str) -> bool:
    """Say whether nothing in a program is about the top of a file, or spans lines as text."""
    return not re.search(
        r"\"\"\"|'''|`|^\s*#!|\bexport\b|\bimport\b|__name__|__getattr__|\bmodule\b|re\.compile|#\[", text
    )


def _renamed(program: Program, asked: str, random: Random) -> Program:
    """Give names of one letter a longer one, but for those that the rule asks for."""
    nodes = parse(program.grammar, [program.text])
    ending = b"Name%d" % random.randint(1, 9)
    names = ((int(nodes.end[node]), nodes.text(node)) for node in nodes.of_kind(*_IDENTIFIERS).tolist())
    text = program.text
    for end, name in sorted(names, reverse=True):
        if (
            re.fullmatch(b"[a-z]", name)
            and text[end - 2 : end - 1] != b"."
            and not re.search(rf"\b{name.decode()}\b", asked)
        ):
            text = text[:end] + ending + text[end:]
    return replace(program, text=text)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
