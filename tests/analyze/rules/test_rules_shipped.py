"""The rules we ship: each is right about its examples, in its place, and says what is needed to be of use."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ast_grep_py import SgRoot

from codestrata.analyze.rules.examples import tried
from codestrata.analyze.rules.forms import LANGUAGES
from codestrata.analyze.rules.load import examine, ours
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.syntax.edition import RULES

#: How many rules there are at least, by the folder of a language, for levels 1, 2, 4, 6 and 7.
LEAST = {
    "python": (66, 21, 25, 18, 40),
    "rust": (70, 15, 16, 16, 33),
    "go": (60, 17, 17, 16, 22),
    "javascript": (37, 14, 16, 10, 28),
    "typescript": (12, 6, 4, 0, 18),
    "java": (40, 17, 17, 11, 23),
    "c": (44, 12, 0, 23, 19),
    "cpp": (31, 12, 0, 5, 25),
}
LEVELS = ("L1", "L2", "L4", "L6", "L7")
#: Fields of work that rules of level 6 speak of.
DOMAINS = {"protocol", "kernel", "gpu", "database", "crypto", "numeric", "consensus"}


def _folder(rule: Rule) -> str:
    return Path(rule.where).parent.name


def _found(rule: Rule, grammar: str, program: str) -> int:
    """Ask ast-grep, whose rule objects these are and which shares no code with us."""
    config: Any = {"rule": dict(rule.rule)}
    if rule.constraints:
        config["constraints"] = dict(rule.constraints)
    return len(SgRoot(program, grammar).root().find_all(config))


def test_every_example_is_as_it_says() -> None:
    """Our own matcher finds each rule in its positive examples and in no negative one; no file has a mistake."""
    assert examine(RULES)[1] == []
    assert [(one.rule.id, one.program) for one in tried(ours()) if not one.passed] == []


def test_ast_grep_says_the_same() -> None:
    """Positive in at least one grammar of the rule, negative in all: asked of ast-grep."""
    wrong = [
        (rule.id, program)
        for rule in ours().rules
        for program in rule.positive
        if not any(_found(rule, grammar, program) for grammar in rule.grammars)
    ]
    wrong += [
        (rule.id, program)
        for rule in ours().rules
        for program in rule.negative
        if any(_found(rule, grammar, program) for grammar in rule.grammars)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LEAST)
def test_there_are_enough_of_each_level(language: str) -> None:
    """A rule may be added freely; one that goes must be missed by somebody."""
    count = Counter(rule.level for rule in ours().rules if _folder(rule) == language)
    assert [level for level, least in zip(LEVELS, LEAST[language], strict=True) if count[level] < least] == []


def test_a_rule_is_where_one_looks_for_it() -> None:
    """``<language>/<level>-<topic>.yaml``, with the language in front of the id and among those it is for."""
    assert [rule.id for rule in ours().rules if not _in_its_place(rule)] == []


def _in_its_place(rule: Rule) -> bool:
    folder, file = _folder(rule), Path(rule.where.rpartition(":")[0]).name
    known = set(LANGUAGES[folder]) & set(rule.grammars)
    return file.startswith(f"{rule.level}-") and rule.id.startswith(f"{folder}.") and bool(known)


def test_a_rule_says_what_it_is_of_use_for() -> None:
    """A sentence each; a version where a version is the point, a domain or a package (of any version) where that is."""
    rules = ours().rules
    assert [rule.id for rule in rules if not rule.description.endswith(".")] == []
    assert [rule.id for rule in rules if rule.type == "language-version" and not rule.since] == []
    assert [rule.id for rule in rules if rule.type == "framework-use" and not rule.domain.startswith("pkg:")] == []
    assert [rule.id for rule in rules if rule.domain.startswith("pkg:") and "@" in rule.domain] == []
    assert [rule.id for rule in rules if rule.level == "L6" and rule.domain not in DOMAINS] == []


def test_only_idioms_are_better_not_done() -> None:
    """A pattern, a framework or a feature of the language is no fault; what L1 and L6 warn of may be one."""
    assert [rule.id for rule in ours().rules if rule.anti and rule.level not in {"L1", "L6"}] == []


def test_no_two_rules_look_for_the_same() -> None:
    """The same rule object for the same grammar is one rule with two names."""
    seen = sorted((repr(rule.rule), grammar, rule.id) for rule in ours().rules for grammar in rule.grammars)
    assert [(a[2], b[2]) for a, b in pairwise(seen) if a[:2] == b[:2]] == []
