"""Folders of rules: what is read, and what is refused with which words."""

from pathlib import Path

import pytest

from codestrata.analyze.rules.examples import tried
from codestrata.analyze.rules.load import examine, load
from codestrata.errors import InvalidInput

SOUND = """\
id: py.bare-except
level: L1
type: bare-except
language: python
description: Catches everything.
anti: true
since: 3.10
rule: {kind: except_clause, not: {has: {kind: identifier}}}
positive: ["try: a()\\nexcept: pass"]
negative: ["try: a()\\nexcept E: pass"]
"""


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def _changed(old: str, new: str, text: str = SOUND) -> str:
    assert old in text
    return text.replace(old, new)


def _told(where: Path) -> list[str]:
    return [str(one).removeprefix(f"{where}/") for one in examine(where)[1]]


def test_a_rule_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Versions of languages are texts, whatever they look like; what is not said has the default."""
    (rule,) = load(_folder(tmp_path, a=SOUND)).rules
    assert (rule.id, rule.version, rule.level, rule.tier, rule.anti) == ("py.bare-except", 1, "L1", "C", True)
    assert rule.since == "3.10"
    assert rule.where == f"{tmp_path}/a.yaml:1"


def test_typescript_is_tsx_too(tmp_path: Path) -> None:
    """A rule for TypeScript is for both of its grammars; one for what TSX has not is for the other."""
    text = _changed("language: python", "language: typescript").replace("except_clause", "type_assertion")
    (rule,) = load(_folder(tmp_path, a=_changed("{kind: identifier}", "{kind: object}", text))).rules
    assert rule.grammars == ("typescript", "tsx")


def test_several_rules_in_a_file(tmp_path: Path) -> None:
    """A file may be one rule, a list, or several documents."""
    other = _changed("py.bare-except", "py.other")
    listed = "".join(f"- {text}".replace("\n", "\n  ").rstrip() + "\n" for text in (SOUND, other))
    third = _changed("py.bare-except", "py.third")
    pack = load(_folder(tmp_path, a=listed, b=f"{third}---\n{_changed('py.bare-except', 'py.fourth')}"))
    assert [rule.id for rule in pack.rules] == ["py.bare-except", "py.other", "py.third", "py.fourth"]


def test_the_digest_is_of_the_rules(tmp_path: Path) -> None:
    """Another text of a rule is another pack."""
    first = load(_folder(tmp_path, a=SOUND))
    second = load(_folder(tmp_path, a=_changed("Catches", "It catches")))
    assert first.digest != second.digest
    assert {rule.pack for rule in second.rules} == {second.digest}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level:", "levl:", '2: unknown key "levl" (did you mean "level"?)'),
        ("level: L1", "level: L3", "2: unknown level: L3 (known: L1, L2, L4, L6, L7)"),
        ("language: python", "language: pyton", '4: unknown language: pyton (did you mean "python"?)'),
        ("anti: true", "anti: perhaps", '6: "anti" is true or false'),
        ("{kind: except_clause", "{kind: except_claus", '8: python has no kind "except_claus" '),
        ("{has: {kind: identifier}}", "{hass: {kind: identifier}}", '8: unknown key "hass" in a rule object (did'),
        ("{has: {kind: identifier}}", "{has: {kind: identifier, field: nam}}", '8: python has no field "nam" '),
        ("{has: {kind: identifier}}", "{has: {kind: identifier, stopBy: ends}}", "8: unknown stopBy: ends"),
        ("{has: {kind: identifier}}", "{regex: '(?=a)'}", "8: no regular expression: "),
        ("{has: {kind: identifier}}", "{regex: '[a-z&&[^x]]'}", "8: a class within a class"),
        ("{has: {kind: identifier}}", "{nthChild: 2n+}", "8: no place among siblings: 2n+"),
        ("{has: {kind: identifier}}", "{pattern: 'def ('}", "8: the pattern is no python as it stands: def ("),
        ("{has: {kind: identifier}}", "{pattern: 'a; b'}", "8: the pattern is several nodes"),
        ("{has: {kind: identifier}}", "{pattern: {context: a, strictness: ast}}", '8: strictness is "smart" here'),
        ("{has: {kind: identifier}}", "{matches: it}", '8: there is no "it" under utils'),
        ("{has: {kind: identifier}}", "{range: {}}", "not supported: a rule is for any file"),
        ("{kind: except_clause, not: {has: {kind: identifier}}}", "{regex: a}", "8: the rule has to look at every"),
        ("anti: true", "constraints: {A: {regex: x}}", '6: no pattern of the rule captures "A"'),
        ("anti: true", "fix: x", '6: unknown key "fix"'),
        ("positive:", "positiv:", "9: unknown key"),
        ("level: L1", "level: [", "this is no YAML"),
        ("level: L1", "id: x", '2: the key "id" is here twice'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Every mistake names its file and line, says what it is, and what may have been meant."""
    assert any(said in one for one in _told(_folder(tmp_path, a=_changed(old, new))))


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Nobody has to run it once per mistake; sound rules stay."""
    wrong = _changed("level: L1", "level: L9").replace("py.bare-except", "py.wrong").replace("except_clause", "nothing")
    where = _folder(tmp_path, a=wrong, b=SOUND, c=SOUND)
    assert _told(where) == [
        "a.yaml:2: unknown level: L9 (known: L1, L2, L4, L6, L7)",
        f'c.yaml:1: the id "py.bare-except" is taken (by the rule in {where}/b.yaml:1)',
    ]
    assert [rule.id for rule in examine(where)[0].rules] == ["py.bare-except"]
    with pytest.raises(InvalidInput, match="unknown level: L9; 1 more"):
        load(where)


def test_utils_do_not_name_themselves(tmp_path: Path) -> None:
    """Utils are what they stand for; a circle has no end."""
    text = _changed("anti: true", "utils: {a: {not: {matches: b}}, b: {any: [{matches: a}]}}")
    where = _folder(tmp_path, a=_changed("{has: {kind: identifier}}", "{matches: a}", text))
    assert _told(where) == [
        'a.yaml:6: "a" is made of itself (a util may not name itself, nor one that names it)',
    ]


def test_aliases_do_not_explode(tmp_path: Path) -> None:
    """A small file cannot stand for a large one."""
    levels = "\n".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]" for i in range(9))
    assert "more than 100,000 values" in _told(_folder(tmp_path, a=f"a0: &a0 [x]\n{levels}\n"))[0]


def test_examples_are_tried(tmp_path: Path) -> None:
    """A rule fails that is not found in its positive example, or found in its negative one."""
    text = _changed("except E: pass", "except: pass")
    examples = tried(load(_folder(tmp_path, a=text)))
    assert [(one.positive, one.passed, one.found) for one in examples] == [(True, True, 1), (False, False, 1)]
