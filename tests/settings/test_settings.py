"""The settings tree: what is taken, what is refused, and with which words."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from msgspec.structs import astuple

from codestrata.errors import InvalidInput, UnknownSetting
from codestrata.settings import Settings, load
from codestrata.settings.base import Section, meanings


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("engine.workers", "8", 8),
        ("engine.workers", 8.0, 8),
        ("engine.lease_seconds", 5, 5.0),
        ("engine.lease_seconds", "0.5", 0.5),
        ("engine.inline", "TRUE", True),
        ("engine.inline", "off", False),
        ("engine.inline", "Yes", True),
        ("engine.inline", "0", False),
        ("engine.inline", 1, True),
        ("ingest.strategy", "full", "full"),
        ("export.opt_out", "a/*, b/c", ("a/*", "b/c")),
        ("export.opt_out", "", ()),
        ("export.opt_out", ["a/*"], ("a/*",)),
        ("git.token_secrets", {"a.org": "A"}, {"a.org": "A"}),
        ("export.dedup", {"threshold": "0.5"}, load(flags={"export.dedup.threshold": 0.5}).export.dedup),
    ],
)
def test_what_is_taken(key: str, given: object, value: object) -> None:
    """Texts, as variables and flags are, and TOML's own values become the setting's type."""
    found: Any = load(flags={key: given})
    for name in key.split("."):
        found = getattr(found, name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        ("engine.workers", "many", "int, got 'many'"),
        ("engine.workers", True, "int, got True"),
        ("engine.workers", 1.5, "int, got 1.5"),
        ("engine.workers", -1, "int >= 0, got -1"),
        ("engine.workers", "257", "int <= 256, got '257'"),
        ("engine.lease_seconds", 0, "float > 0.0, got 0"),
        ("engine.lease_seconds", "nan", "float > 0.0, got 'nan'"),
        ("engine.backoff_seconds", "inf", "float <= 1000000000.0, got 'inf'"),
        ("engine.backoff_seconds", float("nan"), "float >= 0.0, got nan"),
        ("engine.lease_seconds", [], "float, got []"),
        ("engine.inline", "maybe", "bool, got 'maybe'"),
        (
            "export.write.also",
            "csv, xml",
            "'parquet' or 'jsonl' or 'jsonl.zst' or 'json' or 'csv' or 'webdataset', got ['csv', 'xml']",
        ),
        ("ingest.strategy", "deep", "'shallow' or 'blobless' or 'full', got 'deep'"),
        ("git.proxy", 3, "str, got 3"),
        ("export.opt_out", [1], "str, got [1]"),
        ("export.opt_out", 1, "array, got 1"),
        ("git.token_secrets", "x", "object, got 'x'"),
        ("git.token_secrets", {"a.org": 1}, "str, got {'a.org': 1}"),
        ("git.token_secrets", {1: "a"}, "str, got {1: 'a'}"),
        ("export.dedup", "x", "object, got 'x'"),
    ],
)
def test_what_is_refused(key: str, given: object, said: str) -> None:
    """What does not fit is refused in one line: which setting, what it should be, what it is."""
    with pytest.raises(InvalidInput) as caught:
        load(flags={key: given})
    assert str(caught.value) == f"setting {key}: Expected {said}"


def test_an_unknown_name_is_refused_wherever_it_comes_from() -> None:
    """By flag, by keyword, in a tree, at any depth: with the nearest name there is."""
    for call in (
        lambda: load(flags={"export.dedup.treshold": 1}),
        lambda: Settings.model_validate({"export": {"dedup": {"treshold": 1}}}),
    ):
        with pytest.raises(UnknownSetting, match=r"did you mean export\.dedup\.threshold"):
            call()
    with pytest.raises(TypeError, match="engin"):
        Settings(engin=None)  # type: ignore[call-arg]


def test_the_tree_goes_through_json_and_back() -> None:
    """What workers are told is the tree as JSON; they have the same settings."""
    settings = load(flags={"export.opt_out": "a/*", "engine.workers": 3, "export.dedup.threshold": 0.25})
    told = settings.model_dump()
    assert told["export"]["opt_out"] == ["a/*"]
    assert Settings.model_validate(told) == settings
    assert Settings.model_validate(told) != Settings()
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_settings_do_not_change() -> None:
    """Whoever holds settings can rely on them; another value makes another section."""
    settings = Settings()
    with pytest.raises(AttributeError, match="immutable"):
        settings.engine.workers = 3
    other = settings.engine.model_copy(update={"workers": 3})
    assert (other.workers, settings.engine.workers) == (3, 0)
    told = settings.model_dump()
    told["git"]["token_secrets"]["evil.org"] = "GITHUB_TOKEN"
    assert "evil.org" not in settings.git.token_secrets


def test_every_setting_is_explained() -> None:
    """Each setting has a text below it, which `strata config` and the docs show."""

    def check(section: Section) -> int:
        inner = [one for one in astuple(section) if isinstance(one, Section)]
        texts = meanings(type(section))
        for name in section.__struct_fields__:
            assert isinstance(getattr(section, name), Section) or texts[name].endswith((".", ")")), name
        return len(texts) + sum(map(check, inner))

    assert check(Settings()) > 50
