"""Names that others define, as pipelines may use them."""

from __future__ import annotations

#: Formats of reports that can be read.
FORMATS = ("sarif", "junit", "cargo-json")
#: Package registries.
REGISTRIES = ("crates", "pypi", "npm", "go", "maven")
