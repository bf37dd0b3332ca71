"""pom.xml. Source: Maven, "POM Reference": inheritance from a parent in this repository, properties, management."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from codestrata.analyze.structure.manifests.markup import Element, Refused, tree
from codestrata.analyze.structure.manifests.told import Manifest, Told
from codestrata.analyze.structure.manifests.urls import maven

_SCOPES = {"test": "test", "provided": "peer", "import": "build"}
_PROPERTY = re.compile(r"\$\{([^}${]{1,100})\}")
_RELEASES = ("maven.compiler.release", "maven.compiler.source", "java.version", "maven.compiler.target")
#: Parents above a pom that are read.
_PARENTS = 8


@dataclass(slots=True)
class _Model:
    group: str = ""
    version: str = ""
    properties: dict[str, tuple[str, int]] = field(default_factory=dict)
    managed: dict[tuple[str, str], str] = field(default_factory=dict)
    own: bool = True

    def fill(self, text: str) -> str:
        """Put properties in; what nobody sets stays as written."""
        for _ in range(_PARENTS):
            known = {"project.groupId": self.group, "project.version": self.version, "pom.version": self.version}
            filled = _PROPERTY.sub(
                lambda m: self.properties[m[1]][0] if m[1] in self.properties else known.get(m[1]) or m[0],  # noqa: B023
                text,
            )[:500]
            if filled == text:
                break
            text = filled
        return text


def pom(manifest: Manifest) -> Told:
    """Read a pom.xml."""
    told, project = Told(manifest.path), tree(manifest.text).get("project")
    if project is None:
        return told
    model = _model(manifest, project)
    artifact = project.say("artifactId")
    told.unit(f"{model.group}:{artifact}", manifest.folder, maven(model.group, artifact))
    told.members += [manifest.inside(one.text.strip()) for one in project.all("modules", "module")]
    for one in project.all("dependencies", "dependency"):
        _dependency(told, one, model)
    plugins = [
        *project.all("build", "plugins", "plugin"),
        *project.all("build", "pluginManagement", "plugins", "plugin"),
    ]
    for one in plugins:
        group = model.fill(one.say("groupId")) or "org.apache.maven.plugins"
        told.needs(maven(group, one.say("artifactId")), model.fill(one.say("version")), "build", one.line)
    _releases(told, project, model)
    told.topic("description", " ".join(project.say("description").split()), 0)
    return told


def _model(manifest: Manifest, project: Element) -> _Model:
    """Collect what a pom and its parents here set, the nearest first."""
    model = _Model(project.say("groupId"), project.say("version"))
    path, here = manifest.path, project
    for depth in range(_PARENTS):
        for one in (p for block in here.all("properties") for p in block.children):
            model.properties.setdefault(one.name, (one.text.strip(), one.line if depth == 0 else 0))
        for one in here.all("dependencyManagement", "dependencies", "dependency"):
            model.managed.setdefault((one.say("groupId"), one.say("artifactId")), one.say("version"))
        parent = here.get("parent")
        if parent is None:
            break
        model.group = model.group or parent.say("groupId")
        model.version = model.version or parent.say("version")
        path = _parent(path, parent.say("relativePath") or "../pom.xml", manifest)
        text = manifest.other(path)
        try:
            above = tree(text).get("project") if text else None
        except Refused:
            break
        if above is None or above.say("artifactId") != parent.say("artifactId"):
            break
        here = above
    return model


def _parent(path: str, relative: str, manifest: Manifest) -> str:
    found = Manifest(path, "", manifest.files).inside(relative)
    return found if found.endswith(".xml") else f"{found}/pom.xml".lstrip("/")


def _dependency(told: Told, one: Element, model: _Model) -> None:
    group, artifact = one.say("groupId"), one.say("artifactId")
    version = one.say("version") or model.managed.get((group, artifact), "")
    scope = _SCOPES.get(one.say("scope"), "runtime")
    if one.say("optional") == "true" and scope == "runtime":
        scope = "optional"
    own = model.fill(group) == model.group and model.fill(version) in {model.version, "${project.version}"}
    told.needs(maven(model.fill(group), model.fill(artifact)), model.fill(version), scope, one.line, workspace=own)


def _releases(told: Told, project: Element, model: _Model) -> None:
    """Note the release of Java compiled for; "1.8" is 8."""
    for name in _RELEASES:
        if name in model.properties:
            text, line = model.properties[name]
            told.declares("Java", model.fill(text).removeprefix("1."), line)
            return
    for plugin in [
        *project.all("build", "plugins", "plugin"),
        *project.all("build", "pluginManagement", "plugins", "plugin"),
    ]:
        release = plugin.get("configuration", "release") or plugin.get("configuration", "source")
        if plugin.say("artifactId") == "maven-compiler-plugin" and release is not None:
            told.declares("Java", model.fill(release.text.strip()).removeprefix("1."), release.line)
            return
