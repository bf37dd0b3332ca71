"""The settings tree: what is taken, what is refused, and with which words."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from codestrata.errors import InvalidInput, UnknownSetting
from codestrata.settings import Settings, load
from codestrata.settings.base import Section


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("engine.workers", "8", 8),
        ("engine.workers", 8.0, 8),
        ("engine.lease_seconds", 5, 5.0),
        ("engine.lease_seconds", "0.5", 0.5),
        ("engine.inline", "TRUE", True),
        ("engine.inline", "off", False),
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
        ("engine.workers", "many", "a valid integer, got 'many'"),
        ("engine.workers", True, "a valid integer, got True"),
        ("engine.workers", 1.5, "a valid integer, got 1.5"),
        ("engine.workers", -1, "greater than or equal to 0, got -1"),
        ("engine.workers", 257, "less than or equal to 256, got 257"),
        ("engine.lease_seconds", 0, "greater than 0, got 0"),
        ("engine.lease_seconds", "nan", "a valid number, got 'nan'"),
        ("engine.lease_seconds", [], "a valid number, got []"),
        ("engine.inline", "maybe", "a valid boolean, got 'maybe'"),
        ("ingest.strategy", "deep", "'shallow', 'blobless' or 'full', got 'deep'"),
        ("git.proxy", 3, "a valid string, got 3"),
        ("export.opt_out", [1], "a list of texts, got [1]"),
        ("git.token_secrets", "x", "a table of texts, got 'x'"),
        ("export.dedup", "x", "a section, got 'x'"),
    ],
)
def test_what_is_refused(key: str, given: object, said: str) -> None:
    """What does not fit is refused in one line: which setting, what it should be, what it is."""
    with pytest.raises(InvalidInput) as caught:
        load(flags={key: given})
    assert str(caught.value) == f"setting {key}: Input should be {said}"


def test_an_unknown_name_is_refused_wherever_it_comes_from() -> None:
    """By flag, by keyword, in a tree, at any depth: with the nearest name there is."""
    for call in (
        lambda: load(flags={"export.dedup.treshold": 1}),
        lambda: Settings.model_validate({"export": {"dedup": {"treshold": 1}}}),
    ):
        with pytest.raises(UnknownSetting, match=r"did you mean export\.dedup\.threshold"):
            call()
    with pytest.raises(UnknownSetting, match="unknown setting engin"):
        Settings(engin=None)  # type: ignore[call-arg]


def test_the_tree_goes_through_json_and_back() -> None:
    """What workers are told is the tree as JSON; they have the same settings."""
    settings = load(flags={"export.opt_out": "a/*", "engine.workers": 3, "export.dedup.threshold": 0.25})
    told = settings.model_dump(mode="json")
    assert told["export"]["opt_out"] == ["a/*"]
    assert settings.model_dump()["export"]["opt_out"] == ("a/*",)
    assert Settings.model_validate(told) == settings
    assert Settings.model_validate(told) != Settings()
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert hash(Settings.model_validate(told)) == hash(settings)


def test_settings_do_not_change() -> None:
    """Whoever holds settings can rely on them; another value makes another section."""
    settings = Settings()
    with pytest.raises(AttributeError, match="frozen"):
        settings.engine.workers = 3
    other = settings.engine.model_copy(update={"workers": 3})
    assert (other.workers, settings.engine.workers) == (3, 0)
    told = settings.model_dump()
    told["git"]["token_secrets"]["evil.org"] = "GITHUB_TOKEN"
    assert "evil.org" not in settings.git.token_secrets


def test_every_setting_is_explained() -> None:
    """Each setting has a text below it, which `strata config` and the docs show."""

    def check(section: type[Section]) -> int:
        inner = [type(s.default) for s in section.model_fields.values() if isinstance(s.default, Section)]
        plain = [s for s in section.model_fields.values() if not isinstance(s.default, Section)]
        for setting in plain:
            assert setting.description.endswith((".", ")")), (section, setting.name)
            assert setting.kind is not None
        return len(plain) + sum(map(check, inner))

    assert check(Settings) > 50
