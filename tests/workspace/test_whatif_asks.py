"""What-if asks the stages before the decision only where they would see other settings."""

import re
from pathlib import Path

import codestrata
from codestrata.settings import Settings
from codestrata.workspace.dataset.aside import asked_before

ROOT = Path(codestrata.__file__).parent
#: What those stages may read of section export: what asked_before gives of it, and how it says so.
SEEN = {"recipe", "fim", "fim.cut", "privacy", "decontaminate", "quality.textured"}
_READ = re.compile(r"(?<!codestrata\.)\bexport\.([a-z_]+(?:\.[a-z_]+)?)")


def _with(**export: object) -> Settings:
    return Settings.model_validate({"export": export})


def test_every_setting_that_earlier_stages_read_is_seen() -> None:
    """No module of analyze or export.overlap reads a setting of export that asked_before leaves out."""
    files = [*(ROOT / "analyze").rglob("*.py"), *(ROOT / "export" / "overlap").rglob("*.py")]
    read = {
        name
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if "settings.export" in line or "= export" in line or " export.recipe" in line
        for name in _READ.findall(line)
    }
    assert read
    assert read <= SEEN


def test_what_only_the_decision_reads_asks_for_nothing() -> None:
    """Thresholds, duplicates, splits and mixtures are the decision's alone; profiles that need trees are not."""
    asked = asked_before(Settings())
    alone = {
        "quality": {"max_line": 7},
        "dedup": {"threshold": 0.9},
        "split": {"test": 0.1},
        "mixture": {"sample": 0.5},
    }
    for name, value in alone.items():
        assert asked_before(_with(**{name: value})) == asked
    others = {"quality": {"profile": "seed-coder"}, "recipe": "repo", "privacy": {"emails": "redact"}}
    for name, value in {**others, "dedup": {"syntax": True}, "decontaminate": {"least": 2}}.items():
        assert asked_before(_with(**{name: value})) != asked
