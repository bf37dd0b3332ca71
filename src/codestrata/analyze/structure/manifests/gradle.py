"""Gradle: build and settings scripts by their usual forms (they are programs; none is run), and version catalogues."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from posixpath import join

from codestrata.analyze.structure.manifests.told import Manifest, Told, mapping
from codestrata.analyze.structure.manifests.urls import maven

_SCOPES = (
    (re.compile(r"^(?:android)?test|test(?:implementation|api|runtimeonly|compileonly)$", re.IGNORECASE), "test"),
    (re.compile(r"compileonly|provided", re.IGNORECASE), "peer"),
    (re.compile(r"annotationprocessor|^kapt|^ksp|classpath|lintchecks", re.IGNORECASE), "build"),
    (re.compile(r"bench|jmh|debug|devel", re.IGNORECASE), "dev"),
)
_CONFIGURATION = (
    r"(?:implementation|api|compile|runtime|compileOnly|runtimeOnly|compileOnlyApi|annotationProcessor|kapt|ksp|classpath"
    r"|\w+(?:Implementation|Api|CompileOnly|RuntimeOnly|AnnotationProcessor|Compile)|lintChecks|developmentOnly)"
)
_WANTED = re.compile(
    rf"^[ \t]*({_CONFIGURATION})\b[ \t]*\(?[ \t]*(?:(?:platform|enforcedPlatform|kotlin|testFixtures)\()?[ \t]*"
    r"(?:([\"'])([^\"'\n]{3,200})\2|(libs\.[\w.]+))",
    re.MULTILINE,
)
_PROJECT = re.compile(
    rf"^[ \t]*({_CONFIGURATION})\b[ \t]*\(?[ \t]*(?:project\([^)\n]*[\"'](:[^\"'\n]+)|projects\.([\w.]+))",
    re.MULTILINE,
)
_INCLUDED = re.compile(r"^[ \t]*include(?:Flat)?\b[ \t]*\(?((?:[ \t\n]*[\"'][^\"'\n]+[\"'][ \t]*,?)+)", re.MULTILINE)
_QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']")
_JAVA = re.compile(
    r"(?:sourceCompatibility|targetCompatibility|options\.release(?:\.set)?|jvmToolchain|JavaLanguageVersion\.of)"
    r"[ \t]*[=(]?[ \t]*\(?(?:JavaVersion\.VERSION_|[\"'])?(1[._]\d|\d+)"
)
_ROOT = re.compile(r"rootProject\.name[ \t]*=[ \t]*[\"']([^\"'\n]+)")


def build(manifest: Manifest) -> Told:
    """Read a build.gradle or build.gradle.kts. Source: Gradle, "Declaring dependencies"."""
    told = Told(manifest.path)
    catalogue: dict[str, tuple[str, str, str]] | None = None
    for found in _WANTED.finditer(manifest.text):
        scope, line = _scope(found[1]), manifest.at(found.start(1))
        group, _, rest = (found[3] or "").partition(":")
        if found[4]:
            catalogue = _catalogue(manifest) if catalogue is None else catalogue
            group, artifact, version = catalogue.get(found[4].removeprefix("libs."), ("", "", ""))
            told.needs(maven(group, artifact), version, scope, line)
        elif group and rest and "$" not in group:
            artifact, _, version = rest.partition(":")
            told.needs(maven(group, artifact), version.partition("@")[0], scope, line)
    for found in _PROJECT.finditer(manifest.text):
        told.needs(
            maven("project", (found[2] or found[3]).strip(":").replace(":", ".")),
            "",
            _scope(found[1]),
            manifest.at(found.start(1)),
            workspace=True,
        )
    java = _JAVA.search(manifest.text)
    if java:
        told.declares("Java", java[1].replace("_", ".").removeprefix("1."), manifest.at(java.start()))
    return told


def _scope(configuration: str) -> str:
    return next((scope for pattern, scope in _SCOPES if pattern.search(configuration)), "runtime")


def settings(manifest: Manifest) -> Told:
    """Read the projects that a settings script includes. Source: Gradle, "Multi-Project Builds"."""
    told = Told(manifest.path)
    root = _ROOT.search(manifest.text)
    if root:
        told.unit(root[1], manifest.folder)
    for found in _INCLUDED.finditer(manifest.text):
        for name in _QUOTED.findall(found[1]):
            folder = manifest.inside(name.strip(":").replace(":", "/"))
            if folder and any(manifest.files.get(join(folder, n)) for n in ("build.gradle", "build.gradle.kts")):
                told.unit(":" + name.strip(":"), folder)
    return told


def _catalogue(manifest: Manifest) -> dict[str, tuple[str, str, str]]:
    """Give alias → (group, artefact, version) of the nearest ``libs.versions.toml``."""
    own = join(manifest.folder, "gradle/libs.versions.toml")
    paths = [own, *(p for p in manifest.above("gradle/libs.versions.toml"))]
    text = next((text for path in paths if (text := manifest.other(path))), "")
    data = tomllib.loads(text) if text else {}
    return {
        re.sub(r"[-_]", ".", alias): one
        for alias, what in mapping(data.get("libraries")).items()
        if (one := _library(what, mapping(data.get("versions"))))
    }


def _library(what: object, versions: Mapping[str, object]) -> tuple[str, str, str] | None:
    if isinstance(what, str):
        group, artifact, version = [*what.split(":"), "", ""][:3]
        return group, artifact, version
    told = mapping(what)
    module = told.get("module", f"{told.get('group', '')}:{told.get('name', '')}")
    group, _, artifact = str(module).partition(":")
    asked = told.get("version", "")
    if isinstance(asked, dict):
        asked = versions.get(str(asked.get("ref")), asked.get("require", asked.get("strictly", "")))
    return group, artifact, asked if isinstance(asked, str) else ""


def catalogue(manifest: Manifest) -> Told:
    """Read a version catalogue. What is in it need not be used: rows come from the build scripts that refer to it."""
    told = Told(manifest.path)
    versions = mapping(tomllib.loads(manifest.text).get("versions"))
    for name in ("java", "jdk", "javaVersion"):
        if isinstance(versions.get(name), str):
            told.declares("Java", versions[name], manifest.line("[versions]", f"{name} "))
            break
    return told
