"""pyproject.toml: the project (PEP 621), its groups (PEP 735), and what Poetry, PDM and uv say in their own tables."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace

from codestrata.analyze.structure.manifests.requirements import module_of, requirement, scope_of
from codestrata.analyze.structure.manifests.told import Manifest, Told, listing, mapping
from codestrata.analyze.structure.manifests.urls import pypi


def pyproject(manifest: Manifest) -> Told:
    """Read a pyproject.toml. Source: PyPA, "pyproject.toml specification"; Poetry, "The pyproject.toml file"."""
    told, data = Told(manifest.path), tomllib.loads(manifest.text)
    tool = mapping(data.get("tool"))
    _project(manifest, told, mapping(data.get("project")))
    for name, listed in mapping(data.get("dependency-groups")).items():
        _requirements(manifest, told, listed, scope_of(name, "dev"), "[dependency-groups]", f"\n{name}")
    _requirements(manifest, told, mapping(data.get("build-system")).get("requires"), "build", "[build-system]")
    _requirements(manifest, told, mapping(tool.get("uv")).get("dev-dependencies"), "dev")
    for name, listed in mapping(mapping(tool.get("pdm")).get("dev-dependencies")).items():
        _requirements(manifest, told, listed, scope_of(name, "dev"))
    _poetry(manifest, told, mapping(tool.get("poetry")))
    _members(manifest, told, mapping(tool.get("uv")))
    return told


def _requirements(manifest: Manifest, told: Told, listed: object, scope: str, *after: str) -> None:
    for entry in listing(listed):
        if isinstance(entry, str):
            purl, constraint = requirement(entry)
            line = manifest.line(*after, f'"{entry}"') or manifest.line(f'"{entry}"') or manifest.line(f"'{entry}'")
            told.needs(purl, constraint, scope, line)


def _project(manifest: Manifest, told: Told, project: Mapping[str, object]) -> None:
    if not project:
        return
    told.unit(module_of(project.get("name")), manifest.folder, pypi(str(project.get("name", ""))))
    _requirements(manifest, told, project.get("dependencies"), "runtime", "[project]", "\ndependencies")
    for name, listed in mapping(project.get("optional-dependencies")).items():
        _requirements(manifest, told, listed, scope_of(name, "optional"), "optional-dependencies", f"\n{name}")
    if "requires-python" in project:
        told.declares("Python", project["requires-python"], manifest.line("requires-python"))
    for table in ("scripts", "gui-scripts"):
        for name in mapping(project.get(table)):
            told.point("script", name, manifest.line(f"[project.{table}]", f"{name} ") or manifest.line(name))
    for group in mapping(project.get("entry-points")):
        told.point("plugin", group, manifest.line(f"entry-points.{group}") or manifest.line(group))
    told.open |= "dependencies" in listing(project.get("dynamic"))
    _words(manifest, told, project)


def _words(manifest: Manifest, told: Told, table: Mapping[str, object]) -> None:
    for key, kind in (("keywords", "keyword"), ("classifiers", "classifier")):
        for text in listing(table.get(key)):
            told.topic(kind, text, manifest.line(key, str(text)))
    told.topic("description", table.get("description"), manifest.line("description"))


def _poetry(manifest: Manifest, told: Told, poetry: Mapping[str, object]) -> None:
    told.unit(module_of(poetry.get("name")), manifest.folder, pypi(str(poetry.get("name", ""))))
    tables = [("dependencies", "runtime", poetry.get("dependencies"))]
    tables.append(("dev-dependencies", "dev", poetry.get("dev-dependencies")))
    for group, what in mapping(poetry.get("group")).items():
        tables.append((f"group.{group}", scope_of(group, "dev"), mapping(what).get("dependencies")))
    for table, scope, listed in tables:
        for name, wanted in mapping(listed).items():
            line = manifest.line(f"[tool.poetry.{table}", f"\n{name}") + 1
            _poetry_one(told, name, wanted, scope, line)
    for name in mapping(poetry.get("scripts")):
        told.point("script", name, manifest.line("[tool.poetry.scripts]", name))
    for group in mapping(poetry.get("plugins")):
        told.point("plugin", group, manifest.line(f"tool.poetry.plugins.{group}") or manifest.line(group))
    _words(manifest, told, poetry)


def _poetry_one(told: Told, name: str, wanted: object, scope: str, line: int) -> None:
    first = wanted[0] if isinstance(wanted, list) and wanted else wanted
    written = first if isinstance(first, str) else str(mapping(first).get("version", ""))
    if name == "python":
        told.declares("Python", written, line)
        return
    optional = scope == "runtime" and mapping(first).get("optional") is True
    told.needs(pypi(name), written, "optional" if optional else scope, line, workspace="path" in mapping(first))


def _members(manifest: Manifest, told: Told, uv: Mapping[str, object]) -> None:
    """Note that packages come from this repository. Source: uv, "Using workspaces" and "Dependency sources"."""
    told.members += manifest.folders(listing(mapping(uv.get("workspace")).get("members")), "pyproject.toml")
    local = {"workspace", "path"}
    sources = {pypi(name) for name, what in mapping(uv.get("sources")).items() if local & {*mapping(what)}}
    told.dependencies[:] = [replace(one, workspace=True) if one.purl in sources else one for one in told.dependencies]
