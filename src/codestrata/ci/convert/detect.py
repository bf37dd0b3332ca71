"""Whose file it is, by what is in it."""

from __future__ import annotations

from pathlib import PurePath

from codestrata.ci.foreign.values import Value, read
from codestrata.errors import StrataError

KINDS = ("stages", "woodpecker", "github", "gitlab")
#: Top keys of GitLab that no job may be called. Source: GitLab Docs, "CI/CD YAML syntax reference".
_GITLAB = {"stages", "variables", "default", "include", "workflow", "before_script", "after_script", "image", "cache"}


def detect(value: Value) -> str:
    """Say which kind a document is; "" for none we know."""
    keys = set(value.map)
    if "stages" in keys and any("steps" in one.map for one in value.get("stages").items):
        return "stages"
    if "jobs" in keys and ("on" in keys or any("runs-on" in one.map for one in value.get("jobs").map.values())):
        return "github"
    if "steps" in keys and "jobs" not in keys and "version" not in keys:
        return "woodpecker"
    if any({"script", "extends", "trigger"} & set(one.map) for key, one in value.map.items() if key not in _GITLAB):
        return "gitlab"
    return ""


def foreign(text: str, where: str) -> str:
    """Name the system whose file a text surely is; "" where it may as well be a pipeline with mistakes."""
    try:
        value = read(text, where)
    except StrataError:
        return ""
    kind = detect(value)
    if kind == "github" and any("runs-on" in one.map for one in value.get("jobs").map.values()):
        return "GitHub Actions"
    steps = value.get("steps")
    if kind == "woodpecker" and any(
        {"commands", "settings"} & set(one.map) for one in (*steps.items, *steps.map.values())
    ):
        return "Woodpecker"
    return "GitLab CI" if kind == "gitlab" else ""


#: Where systems have their files. Sources: their documentation ("Workflow syntax", "CI/CD YAML", "Workflows").
_PLACES = {".github": "GitHub Actions", ".woodpecker": "Woodpecker", ".gitlab-ci": "GitLab CI"}


def by_place(path: str) -> str:
    """Name the system in whose place a file lies; "" where nobody's."""
    parts = PurePath(path).parts
    return next(
        (whose for begin, whose in _PLACES.items() if any(one.partition(begin)[:2] == ("", begin) for one in parts)), ""
    )
