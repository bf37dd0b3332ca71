"""Published gate sets: every check turns away a file that is just beyond its threshold, and only in its languages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from codestrata.export.quality.profiles import PROFILES, Check, Profile
from codestrata.export.quality.profiles.check import MEAN_LINE
from codestrata.export.quality.texture import FACTS, SYNTAX, TEXTURES
from codestrata.export.quality.thresholds import failures
from codestrata.settings.export import Profile as Names
from codestrata.settings.export import QualitySettings
from codestrata.store.columns import Columns, Varlen
from codestrata.store.tables import Tables


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Give who asks questions."""
    return Tables(tmp_path_factory.mktemp("tables"))


CHECKS = [(profile, check) for profile in PROFILES.values() for check in profile.checks]
_SHARE = re.compile(r"(\w+) / greatest\((\w+)(?: - comment_chars - doc_chars)?, 1\)\Z")
_BOTH = re.compile(r"\((\w+) [+-] doc_chars\) / greatest\((\w+)(?: - comment_chars - doc_chars)?, 1\)\Z")
_FIGURE = re.compile(r"\w+\Z")
_MARK = re.compile(r"cast\((\w+) as integer\)\Z")
#: What every figure is where a test says nothing else.
_MANY = 10_000


def table(*rows: dict[str, Any]) -> Columns:
    """Make the table that checks are asked about."""
    names = [*FACTS, *TEXTURES.values(), *SYNTAX, "digits", "whitespace", "uppercase"]
    known: dict[str, Any] = dict.fromkeys(names, _MANY)
    known |= {"named": True, "is_text": True, "blob": bytes(20), "comment_chars": 0, "doc_chars": 0}
    laid = [{**known, **row} for row in rows]
    out: Columns = {"row": np.arange(len(rows))}
    for name in known:
        values = [row[name] for row in laid]
        text = isinstance(values[0], str | bytes)
        out[name] = Varlen.of(values, text=name != "blob") if text else np.array(values)
    return out


def just(check: Check, profile: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a file that just holds, and one that just fails."""
    step = {"above": 1, "below": -1}[check.side]
    if check.expression == MEAN_LINE:
        told = [{"lines": 100, "chars": 100 + round(100 * check.threshold) + extra} for extra in (0, step)]
    elif found := _SHARE.match(check.expression) or _BOTH.match(check.expression):
        over, under = found.groups()
        told = [{under: _MANY, over: round(_MANY * check.threshold) + extra} for extra in (0, step)]
    elif found := _MARK.match(check.expression):
        told = [{found[1]: False}, {found[1]: True}]
    else:
        assert _FIGURE.match(check.expression), f"{profile}.{check.name}"
        told = [{check.expression: check.threshold + extra} for extra in (0, step * 0.5)]
    language = check.only[0] if check.only else "Ada"
    return {"language": language, **told[0]}, {"language": language, **told[1]}


def failing(tables: Tables, profile: Profile, check: Check, *rows: dict[str, Any], **settings: Any) -> list[int]:
    """Give the rows that one check turns away."""
    quality = QualitySettings.model_validate({"profile": profile.name, **settings})
    alone = replace(profile, checks=(check,))
    found = {f.check.name: f for f in failures(tables, table(*rows), alone, quality)}
    return found[check.name].rows.tolist() if check.name in found else []


@pytest.mark.parametrize(("profile", "check"), CHECKS, ids=[f"{p.name}.{c.name}" for p, c in CHECKS])
def test_a_check_turns_away_what_is_beyond_its_threshold(tables: Tables, profile: Profile, check: Check) -> None:
    """In its languages, where the figure is known, unless it is skipped or its threshold is another."""
    good, bad = just(check, profile.name)
    bad["blob"] = bytes([255] * 20)
    assert failing(tables, profile, check, good, bad) == [1]
    other = {**bad, "language": "Ada" if check.only else (check.unless or ("Ada",))[0]}
    assert failing(tables, profile, check, other) == ([] if check.only or check.unless else [0])
    assert failing(tables, profile, check, {**bad, "is_text": False}) == []
    assert failing(tables, profile, check, bad, skip=[f"{profile.name}.{check.name}"]) == []
    looser = 1e9 if check.side == "above" else -1e9
    assert failing(tables, profile, check, bad, thresholds={check.name: looser}) == []


def test_what_nothing_is_known_of_does_not_fail(tables: Tables) -> None:
    """A file without texture, without tree."""
    unknown = {"language": "Python", **dict.fromkeys([*TEXTURES.values(), *SYNTAX], -1)}
    opencoder = PROFILES["opencoder"]
    named = {"words_", "error_share", "functions", "assignments", "dupe_lines"}
    for check in opencoder.checks:
        if named & set(re.findall(r"\w+", check.expression)):
            assert failing(tables, opencoder, check, unknown) == [], check.name


def test_of_some_files_a_share_stays(tables: Tables) -> None:
    """A fifth of Go's tests: by their content, not by chance."""
    opencoder = PROFILES["opencoder"]
    (check,) = [c for c in opencoder.checks if c.stays]
    rows = [{"language": "Go", "test": True, "blob": bytes([0, 0, 0, i] * 5)} for i in range(256)]
    gone = failing(tables, opencoder, check, *rows)
    assert 200 <= len(gone) <= 210
    assert gone == failing(tables, opencoder, check, *rows)


def test_names() -> None:
    """Settings know every profile; no profile has two checks of a name."""
    assert set(get_args(Names)) == set(PROFILES)
    for profile in PROFILES.values():
        assert len({check.name for check in profile.checks}) == len(profile.checks)


def test_settings_say_what_a_profile_needs() -> None:
    """Textures and trees are made for those profiles whose checks name them, and for no other."""
    for profile in PROFILES.values():
        named = {word for check in profile.checks for word in re.findall(r"\w+", check.expression)}
        quality = QualitySettings.model_validate({"profile": profile.name})
        assert quality.textured == bool(named & set(TEXTURES.values())), profile.name
        assert quality.parsed == bool(named & set(SYNTAX)), profile.name
