"""The settings tree and how it is filled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput
from codestrata.settings.analyze import AnalyzeSettings
from codestrata.settings.base import Section
from codestrata.settings.engine import EngineSettings
from codestrata.settings.export import ExportSettings
from codestrata.settings.git import GitSettings
from codestrata.settings.ingest import IngestSettings
from codestrata.settings.needs import implied
from codestrata.settings.sandbox import SandboxSettings

#: Environment variables look like ``STRATA_EXPORT__DEDUP__THRESHOLD=0.8``.
PREFIX = "STRATA_"


class Settings(Section):
    """Everything that can be set."""

    engine: EngineSettings = EngineSettings()
    git: GitSettings = GitSettings()
    ingest: IngestSettings = IngestSettings()
    analyze: AnalyzeSettings = AnalyzeSettings()
    export: ExportSettings = ExportSettings()
    sandbox: SandboxSettings = SandboxSettings()


def load(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Fill the tree from a TOML file, ``STRATA_…`` variables and dotted flags, the later ones winning."""
    tree: dict[str, Any] = _read(file) if file else {}
    for name, value in sorted((environment or {}).items()):
        if name.startswith(PREFIX) and "__" in name:
            put(tree, name[len(PREFIX) :].lower().split("__"), value, where=name)
    for name, value in (flags or {}).items():
        put(tree, name.split("."), value, where=f"--set {name}")
    return implied(Settings.model_validate(tree, str(file or "settings")))


def _read(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InvalidInput("no such settings file", where=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"not valid TOML: {error}", where=str(file)) from error


def put(tree: dict[str, Any], keys: list[str], value: Any, *, where: str) -> None:
    """Put a value into a tree, below the sections that its keys name. Raises InvalidInput where one of them is none."""
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise InvalidInput(f"{key} is a value, not a section", where=where)
    tree[keys[-1]] = value
