"""Packages as they were on a day: what a client is told, and what is done where it cannot keep to it.

Where a commit has a file that fixes versions, nothing needs a date. Otherwise pip and npm are told one; what cannot be
installed so is installed as it is today, and says it. Other clients have no such option. Sources: pip's manual,
``--uploaded-prior-to`` (26.0); uv's, ``exclude-newer``; npm's, ``before``. Of the idea: RepoLaunch (arXiv:2505.23419).
"""

from __future__ import annotations

import re

from codestrata.ci.derive.kit import Kit
from codestrata.ci.draft.document import Step

#: The name of the step whose output is what was fetched: a package with its version on each line.
PACKAGES = "what was fetched"
#: What a step prints before it goes on without a date.
GIVEN_UP = "strata: this cannot be installed with packages of that day; going on with those of today"
#: Kit → the variables that its clients read a date from.
VARIABLES = {"python": ("PIP_UPLOADED_PRIOR_TO", "UV_EXCLUDE_NEWER"), "node": ("npm_config_before",)}
#: Kit → what lists the packages that are there; nothing of it needs a network.
_LISTS = {
    "python": ". ~/.venv/bin/activate\npip list --format=freeze 2>/dev/null",
    "node": "npm ls --all --parseable --long 2>/dev/null | sed 's/.*://' | sort -u",
    "go": "go list -m all 2>/dev/null",
    "rust": """awk -F '"' '/^name/ {name = $2} /^version/ {print name "==" $2}' Cargo.lock""",
}
#: An old pip passes over the variable without a word, and an old Python has none that is new enough.
_PIP = f". ~/.venv/bin/activate\npip install 'pip>=26.0' || echo '{GIVEN_UP}'"
_EDITABLE = "pip install -e "
_INSTALLS = re.compile(r"(?:pip|npm) install .*")


def dated(kit: Kit, until: str) -> str:
    """Have a kit fetch what there was before ``until`` (ISO 8601); say what keeps it to that, or why nothing does."""
    if not kit.fetch:
        return "nothing is fetched"
    if kit.name in _LISTS:
        kit.fetch.append(Step(_LISTS[kit.name], PACKAGES, on_failure="continue", notes=["kept with the tests"]))
    if kit.lock:
        return kit.lock
    variables = VARIABLES.get(kit.name)
    if variables is None:
        return f"nothing: no client of {', '.join(kit.registries) or kit.name} takes a date"
    for step in kit.fetch:
        step.run = "\n".join(_or_today(line, variables) for line in step.run.split("\n"))
    if kit.name == "python":
        kit.fetch.insert(1, Step(_PIP, "a pip that keeps to dates", notes=["pip 26.0 is the first"]))
    kit.fetching = dict.fromkeys(variables, until)
    return variables[0]


def _or_today(line: str, variables: tuple[str, ...]) -> str:
    if not _INSTALLS.fullmatch(line):
        return line
    if line.startswith(_EDITABLE):  # build backends before 2022 know no editable installation (PEP 660)
        line = f"{line} || {line.replace(_EDITABLE, 'pip install ', 1)}"
    return f"{line} || {{\n  echo '{GIVEN_UP}'\n  unset {' '.join(variables)}\n  {line}\n}}"
