"""The licence that package manifests declare."""

from __future__ import annotations

import json

import pytest

from codestrata.analyze.licence.kinds import GLOBBED, MANIFESTS, kind
from codestrata.analyze.licence.manifests import READERS, manifest
from codestrata.model.spdx import licence_text

EXAMPLES = [
    ("npm", '{"license": "MIT"}', "MIT"),
    ("npm", '{"license": "(MIT OR CC0-1.0)"}', "MIT OR CC0-1.0"),
    ("npm", '{"license": {"type": "BSD-3-Clause", "url": "x"}}', "BSD-3-Clause"),
    ("npm", '{"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}', "MIT OR Apache-2.0"),
    ("npm", '{"license": "UNLICENSED"}', "LicenseRef-Proprietary"),
    ("npm", '{"license": "SEE LICENSE IN LICENSE"}', ""),
    ("npm", '{"name": "x"}', ""),
    ("composer", '{"license": ["LGPL-2.1-only", "GPL-3.0-or-later"]}', "LGPL-2.1-only OR GPL-3.0-or-later"),
    ("vcpkg", '{"license": "Zlib"}', "Zlib"),
    ("cargo", '[package]\nname = "x"\nlicense = "MIT/Apache-2.0"\n', "MIT OR Apache-2.0"),
    ("cargo", '[workspace.package]\nlicense = "MIT OR Apache-2.0"\n', "MIT OR Apache-2.0"),
    ("cargo", "[package]\nlicense.workspace = true\n", ""),
    ("pyproject", '[project]\nlicense = "BSD-3-Clause"\n', "BSD-3-Clause"),
    ("pyproject", '[project]\nlicense = {text = "MIT License"}\n', "MIT"),
    ("pyproject", '[project]\nlicense = {file = "LICENSE"}\n', ""),
    ("pyproject", '[project]\nclassifiers = ["License :: OSI Approved :: MIT License"]\n', "MIT"),
    ("pyproject", '[tool.poetry]\nlicense = "Apache-2.0"\n', "Apache-2.0"),
    ("metadata", "Name: x\nLicense-Expression: MIT AND ISC\nLicense: BSD\n\nText", "MIT AND ISC"),
    ("metadata", "Name: x\nLicense: UNKNOWN\nClassifier: License :: OSI Approved :: ISC License (ISCL)\n", "ISC"),
    ("metadata", "Name: x\nClassifier: License :: OSI Approved :: BSD License\n", ""),
    ("metadata", "Name: x\nLicense: " + licence_text("MIT").replace("\n", "\n        ") + "\nSummary: y\n", "MIT"),
    ("setup-cfg", "[metadata]\nname = x\nlicense = MPL 2.0\n", "MPL-2.0"),
    ("setup-cfg", "[metadata]\nclassifiers =\n    License :: OSI Approved :: MIT License\n", "MIT"),
    ("setup-py", 'setup(\n    name="x",\n    license="LGPLv3+",\n)\n', "LGPL-3.0-or-later"),
    ("setup-py", 'setup(classifiers=["License :: OSI Approved :: Apache Software License"])', "Apache-2.0"),
    ("gemspec", 'Gem::Specification.new do |s|\n  s.licenses = ["MIT", "Ruby"]\nend\n', "MIT AND Ruby"),
    ("gemspec", 'Pod::Spec.new do |s|\n  s.license = { :type => "MIT", :file => "LICENSE" }\nend\n', "MIT"),
    ("gemspec", "  # s.license = 'MIT'\n", ""),
    (
        "maven",
        "<project><licenses><license><name>Apache License, Version 2.0</name></license></licenses></project>",
        "Apache-2.0",
    ),
    ("maven", "<project><name>MIT</name></project>", ""),
    ("nuget", '<package><metadata><license type="expression">MIT</license></metadata></package>', "MIT"),
    ("nuget", '<license type="file">LICENSE</license>', ""),
    ("description", "Package: x\nLicense: GPL (>= 2)\n", "GPL-2.0-or-later"),
    ("description", "Package: x\nLicense: MIT + file LICENSE\n", "MIT"),
    ("cabal", "name: x\nlicense:             BSD-3-Clause\n", "BSD-3-Clause"),
    ("opam", 'opam-version: "2.0"\nlicense: "ISC"\n', "ISC"),
    ("cff", "cff-version: 1.2.0\nlicense: Apache-2.0\n", "Apache-2.0"),
]
BROKEN = [
    "",
    "{",
    "[",
    "\0",
    "null",
    "[]",
    '"x"',
    "{}",
    "a = [",
    "<licenses>",
    "license",
    '{"license": 7}',
    "[" * 100_000,
]


@pytest.mark.claim("C7")
@pytest.mark.parametrize(("name", "text", "expression"), EXAMPLES)
def test_manifests(name, text, expression):
    """The declared licence is read as an SPDX expression; a mere pointer to a file declares none."""
    found = manifest(name, text)
    assert found.expression == expression
    assert (found.method, found.confidence > 0) == (("manifest", True) if expression else ("", False))


@pytest.mark.parametrize("name", MANIFESTS)
@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_broken_manifests_declare_nothing(name, text):
    """A manifest that cannot be read is no error and no licence."""
    assert manifest(name, text).expression == ""


def test_every_manifest_has_a_reader_and_an_example():
    """Kinds, readers and examples are one list."""
    assert set(READERS) - set(GLOBBED) == set(MANIFESTS) == {name for name, _, expression in EXAMPLES if expression}
    assert kind("sub/dir/Cargo.toml") in READERS


def test_huge_manifests_are_data():
    """A package.json of many megabytes is not parsed."""
    assert manifest("npm", json.dumps({"license": "MIT", "x": "y" * 1_000_001})).expression == ""
