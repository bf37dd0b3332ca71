"""CMakeLists.txt, Makefile, meson.build, vcpkg.json, Conan's files: packages and language of C and C++."""

from __future__ import annotations

import ast
import json
import re

from codestrata.analyze.structure.manifests.setuptools import literals, value
from codestrata.analyze.structure.manifests.told import Manifest, Told, listing, mapping
from codestrata.analyze.structure.manifests.urls import purl

_FIND = re.compile(r"^[ \t]*find_package[ \t]*\([ \t\n]*(\w[\w.+-]*)[ \t\n]*(\d[\w.]*)?", re.IGNORECASE | re.MULTILINE)
_PKG_CONFIG = re.compile(
    r"^[ \t]*pkg_(?:check_modules|search_module)[ \t]*\([ \t]*\w+((?:[ \t\n]+[\w.+<>=-]+)+)",
    re.IGNORECASE | re.MULTILINE,
)
_FETCH = re.compile(
    r"^[ \t]*(?:FetchContent_Declare|ExternalProject_Add)[ \t]*\([^)]{0,600}?GIT_REPOSITORY[ \t\n]+\"?"
    r"https?://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?[\"\s]",
    re.IGNORECASE | re.MULTILINE,
)
_STANDARDS = (
    ("C++", re.compile(r"CMAKE_CXX_STANDARD[ \t]+\"?(\d\d)\b", re.IGNORECASE)),
    ("C", re.compile(r"CMAKE_C_STANDARD[ \t]+\"?(\d\d)\b", re.IGNORECASE)),
    ("C++", re.compile(r"\bCXX_STANDARD[ \t]+\"?(\d\d)\b", re.IGNORECASE)),
    ("C++", re.compile(r"\bcxx_std_(\d\d)\b")),
    ("C", re.compile(r"\bc_std_(\d\d)\b")),
    ("C++", re.compile(r"(?:-std=|cpp_std=)(?:c|gnu)\+\+(\d\w)\b")),
    ("C", re.compile(r"(?:-std=|c_std=)(?:c|gnu)(\d\w)\b")),
)
#: Names of drafts, as compilers still take them.
_DRAFTS = {"0x": "11", "1y": "14", "1z": "17", "2a": "20", "2b": "23", "2x": "23", "1x": "11", "9x": "99"}
_MODULES = frozenset({"REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "NO_CMAKE_PATH"})
_DEPENDENCY = re.compile(r"\bdependency\([ \t\n]*'([\w.+-]+)'")
#: Packages that CMake itself is or that every system has.
_OWN = frozenset({"Threads", "PkgConfig", "Python", "Python3", "Perl", "Git", "Doxygen", "CUDAToolkit"})


def cmake(manifest: Manifest) -> Told:
    """Read calls that look for packages. Source: CMake, "find_package", "FetchContent", "CMAKE_CXX_STANDARD"."""
    told = Told(manifest.path)
    for found in _FIND.finditer(manifest.text):
        scope = "build" if found[1] in _OWN else "runtime"
        told.needs(purl("generic", found[1]), found[2] or "", scope, manifest.at(found.start(1)))
    for found in _PKG_CONFIG.finditer(manifest.text):
        for word in found[1].split():
            name = re.split(r"[<>=]", word)[0]
            if name and name not in _MODULES:
                told.needs(purl("generic", name), word[len(name) :], "runtime", manifest.at(found.start(1)))
    for found in _FETCH.finditer(manifest.text):
        told.needs(purl("github", found[2], found[1]), "", "build", manifest.at(found.start(1)))
    return standards(manifest, told)


def standards(manifest: Manifest, told: Told) -> Told:
    """Note the standards of C and C++ that are asked for, the first of each."""
    for language, pattern in _STANDARDS:
        found = pattern.search(manifest.text)
        if found and not any(one.language == language for one in told.declared):
            told.declares(language, _DRAFTS.get(found[1], found[1]), manifest.at(found.start()))
    return told


def makefile(manifest: Manifest) -> Told:
    """Read the language that a Makefile or configure script asks for; commands of rules try what they like."""
    plain = "\n".join("" if line.startswith("\t") else line for line in manifest.text.split("\n"))
    return standards(Manifest(manifest.path, plain, manifest.files), Told(manifest.path))


def meson(manifest: Manifest) -> Told:
    """Read ``dependency('…')`` and the standards. Source: Meson, "Dependencies"."""
    told = Told(manifest.path)
    for found in _DEPENDENCY.finditer(manifest.text):
        told.needs(purl("generic", found[1]), "", "runtime", manifest.at(found.start(1)))
    return standards(manifest, told)


def vcpkg(manifest: Manifest) -> Told:
    """Read a vcpkg.json. Source: vcpkg, "vcpkg.json reference"."""
    told, data = Told(manifest.path), mapping(json.loads(manifest.text))
    told.unit(data.get("name"), manifest.folder, purl("generic", str(data.get("name", ""))))
    features = mapping(data.get("features"))
    listed = [(one, "runtime") for one in listing(data.get("dependencies"))]
    listed += [(one, "optional") for f in features.values() for one in listing(mapping(f).get("dependencies"))]
    for one, scope in listed:
        name = one if isinstance(one, str) else mapping(one).get("name")
        asked = mapping(one).get("version>=", "")
        if isinstance(name, str):
            scope_ = "build" if mapping(one).get("host") is True else scope
            told.needs(purl("generic", name), f">={asked}" if asked else "", scope_, manifest.line(f'"{name}"'))
    return told


def conan_text(manifest: Manifest) -> Told:
    """Read a conanfile.txt. Source: Conan, "conanfile.txt"."""
    told, scope = Told(manifest.path), ""
    scopes = {"requires": "runtime", "build_requires": "build", "tool_requires": "build", "test_requires": "test"}
    for number, line in enumerate(manifest.text.split("\n"), 1):
        content = line.split("#", 1)[0].strip()
        if content.startswith("["):
            scope = scopes.get(content.strip("[]"), "")
        elif content and scope:
            _conan(told, content, scope, number)
    return told


def conan_file(manifest: Manifest) -> Told:
    """Read of a conanfile.py what is written out: ``requires = …`` and ``self.requires("…")``."""
    told, tree = Told(manifest.path), literals(manifest.text)
    if tree is None:
        told.fails = "cannot be parsed"
        return told
    scopes = {"requires": "runtime", "build_requires": "build", "tool_requires": "build", "test_requires": "test"}
    for node in ast.walk(tree):
        name, given = "", None
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, given = node.targets[0].id, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name, given = node.func.attr, node.args[0]
        found = value(given, {}) if name in scopes else None
        for text in found if isinstance(found, list) else [found]:
            if isinstance(text, str):
                _conan(told, text, scopes[name], manifest.line(f'"{text}"') or manifest.line(f"'{text}'"))
    return told


def _conan(told: Told, text: str, scope: str, line: int) -> None:
    name, _, version = text.partition("/")
    told.needs(purl("conan", name.strip()), version.partition("@")[0].partition("#")[0], scope, line)
