"""Names that other rooms define, as pipelines may use them."""

from __future__ import annotations

from codestrata.ci.reports.formats import FORMATS as _FORMATS
from codestrata.ci.tools.table import TOOLS as _TOOLS

#: Formats of reports that can be read, with what they are.
FORMATS = {name: row.about for name, row in _FORMATS.items()}
#: Tools, with what they are.
TOOLS = {name: tool.about for name, tool in _TOOLS.items()}
#: Package registries.
REGISTRIES = ("crates", "pypi", "npm", "go", "maven")
