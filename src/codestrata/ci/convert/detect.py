"""Whose file it is, by what is in it."""

from __future__ import annotations

from codestrata.ci.foreign.values import Value

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
