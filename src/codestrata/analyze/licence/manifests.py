"""The licence that a package manifest declares. Manifests are read, never run; a broken one declares nothing."""

from __future__ import annotations

import email
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from typing import Any

from codestrata.analyze.licence.declared import LONGEST, declared
from codestrata.analyze.licence.document import licence_file
from codestrata.analyze.licence.globbed import dep5, reuse_toml
from codestrata.analyze.licence.notice import NOTHING, Finding
from codestrata.model.licence import combine

#: Characters of a manifest that are read; a longer one is data.
MOST = 1_000_000

_CLASSIFIER = "License :: "
_LICENCES_LONGEST = 4000
_XML_NAME = re.compile(r"<license>.{0,1000}?<name>([^<]{1,300})</name>", re.DOTALL)
_NUGET = re.compile(r"<license\s+type=\"expression\"\s*>([^<]{1,300})</license>")
_GEMSPEC = re.compile(r"^[^#\n]{0,200}\.licen[cs]es?[ \t]*=[ \t]*([^\n]{1,300})", re.MULTILINE)
_PODSPEC_TYPE = re.compile(r":?type\s*(?:=>|:)\s*['\"]([^'\"]{1,100})")
_QUOTED = re.compile(r"['\"]([^'\"\n]{1,100})['\"]")
_SETUP_PY = re.compile(r"^[ \t]*license[ \t]*=[ \t]*['\"]([^'\"\n]{1,200})['\"]", re.MULTILINE)
_SETUP_CLASSIFIER = re.compile(r"['\"](License :: [^'\"\n]{1,200})['\"]")
_FIELD = re.compile(r"^licen[cs]e:[ \t]*([^\n]{1,300})", re.IGNORECASE | re.MULTILINE)
_OPAM = re.compile(r"^license:[ \t]*(\[[^\]]{1,300}\]|\"[^\"\n]{1,200}\")", re.MULTILINE)
_R_FILE = re.compile(r"\s*[|+]\s*file LICEN[CS]E|file LICEN[CS]E", re.IGNORECASE)


def manifest(kind: str, text: str) -> Finding:
    """Read one manifest; ``kind`` is one of :data:`codestrata.analyze.licence.kinds.MANIFESTS` or ``GLOBBED``."""
    if len(text) > MOST:
        return NOTHING
    try:
        return READERS[kind](text)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, ConfigError):
        return NOTHING


def _npm(text: str) -> Finding:
    """Read ``license``, or the older ``licenses`` and ``license: {type}``. Source: npm, package.json."""
    data = json.loads(text)
    value = data.get("license", data.get("licence", data.get("licenses", "")))
    listed = value if isinstance(value, list) else [value]
    return _any([item.get("type", "") if isinstance(item, Mapping) else item for item in listed], "OR")


def _composer(text: str) -> Finding:
    """Read ``license``: a list is a choice. Source: Composer, the composer.json schema."""
    value = json.loads(text).get("license", "")
    return _any(value if isinstance(value, list) else [value], "OR")


def _cargo(text: str) -> Finding:
    """Read ``package.license`` or the workspace's. Source: The Cargo Book, "The manifest format"."""
    data = tomllib.loads(text)
    own = data.get("package", {}).get("license", "")
    shared = data.get("workspace", {}).get("package", {}).get("license", "")
    return _any([own if isinstance(own, str) and own else shared], "OR")


def _pyproject(text: str) -> Finding:
    """Read ``project.license`` (PEP 639, PEP 621), Poetry's or Flit's, then the classifiers."""
    data = tomllib.loads(text)
    tool = data.get("tool", {})
    for table in (data.get("project", {}), tool.get("poetry", {}), tool.get("flit", {}).get("metadata", {})):
        value = table.get("license", "")
        found = _any([value.get("text", "") if isinstance(value, Mapping) else value], "OR")
        if found.expression:
            return found
        found = _classifiers(table.get("classifiers", []))
        if found.expression:
            return found
    return NOTHING


def _metadata(text: str) -> Finding:
    """Read core metadata: License-Expression, License (a name, or a whole text), classifiers. Source: PEP 639."""
    message = email.message_from_string(text)
    found = _any([message.get("License-Expression", ""), message.get("License", "")], "FIRST")
    if not found.expression and len(message.get("License", "")) > LONGEST:
        found = licence_file(message["License"])
        found = Finding(found.expression, "manifest" if found.expression else "", found.confidence)
    return found if found.expression else _classifiers(message.get_all("Classifier", []))


def _setup_cfg(text: str) -> Finding:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    section = parser["metadata"]
    found = _any([section.get("license", ""), section.get("license_expression", "")], "FIRST")
    return found if found.expression else _classifiers(section.get("classifiers", "").split("\n"))


def _setup_py(text: str) -> Finding:
    found = _any(_SETUP_PY.findall(text)[:1], "FIRST")
    return found if found.expression else _classifiers(_SETUP_CLASSIFIER.findall(text))


def _gemspec(text: str) -> Finding:
    """Read ``license =`` and ``licenses =`` of RubyGems and CocoaPods; a list holds together."""
    found = _GEMSPEC.search(text)
    if not found:
        return NOTHING
    kind = _PODSPEC_TYPE.search(found[1])
    return _any([kind[1]] if kind else _QUOTED.findall(found[1]), "AND")


def _maven(text: str) -> Finding:
    """Read ``licenses/license/name``; several are a choice. Source: Maven, POM reference, "Licenses"."""
    _, _, rest = text.partition("<licenses>")
    block, end, _ = rest[:_LICENCES_LONGEST].partition("</licenses>")
    return _any(_XML_NAME.findall(block), "OR") if end else NOTHING


def _nuget(text: str) -> Finding:
    return _any(_NUGET.findall(text)[:1], "OR")


def _field(text: str) -> Finding:
    """Read a ``license:`` line (R's DESCRIPTION, Cabal, CITATION.cff)."""
    found = _FIELD.search(text)
    return _any([_R_FILE.sub("", found[1]).strip()], "OR") if found else NOTHING


def _opam(text: str) -> Finding:
    found = _OPAM.search(text)
    return _any(_QUOTED.findall(found[1]), "AND") if found else NOTHING


def _any(fields: Iterable[Any], operator: str) -> Finding:
    """Read some fields and join what they give; FIRST takes the first that gives anything."""
    found = [f for f in (declared(field) for field in fields if isinstance(field, str)) if f.expression]
    if operator == "FIRST":
        found, operator = found[:1], "AND"
    if not found:
        return NOTHING
    return Finding(combine([f.expression for f in found], operator), "manifest", min(f.confidence for f in found))


def _classifiers(lines: Iterable[Any]) -> Finding:
    """Read trove classifiers; several hold together. Those without a version ("BSD License") say nothing."""
    listed = [line.strip() for line in lines if isinstance(line, str)]
    return _any([line.split(" :: ")[-1] for line in listed if line.startswith(_CLASSIFIER)], "AND")


READERS: dict[str, Callable[[str], Finding]] = {
    "npm": _npm,
    "composer": _composer,
    "vcpkg": _npm,
    "cargo": _cargo,
    "pyproject": _pyproject,
    "metadata": _metadata,
    "setup-cfg": _setup_cfg,
    "setup-py": _setup_py,
    "gemspec": _gemspec,
    "maven": _maven,
    "nuget": _nuget,
    "description": _field,
    "cabal": _field,
    "opam": _opam,
    "cff": _field,
    "reuse": reuse_toml,
    "dep5": dep5,
}
