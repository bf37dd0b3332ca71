"""The tools for Python. Their settings in the repository are data, except mypy's, which may name code to load."""

from __future__ import annotations

from codestrata.ci.tools.base import Tool

_FILES = ("*.py",)
_LANGUAGE = ("Python",)

PYTHON = (
    Tool(
        "ruff",
        "what Ruff says, under the repository's settings",
        _LANGUAGE,
        "static",
        _FILES,
        "ruff",
        "ruff --version",
        "ruff check --no-cache --output-format json .",
        "ruff-json",
        "pip install ruff",
        (1,),
        timeout=120.0,
    ),
    Tool(
        "bandit",
        "common security faults",
        _LANGUAGE,
        "static",
        _FILES,
        "bandit",
        "bandit --version",
        "bandit -q -r -f json .",
        "bandit-json",
        "pip install bandit",
        (1,),
        timeout=300.0,
    ),
    Tool(
        "mypy",
        "types, without the repository's settings: those may name plug-ins, which are code",
        _LANGUAGE,
        "static",
        _FILES,
        "mypy",
        "mypy --version",
        "mypy --config-file /dev/null --cache-dir /dev/null --ignore-missing-imports --output json .",
        "mypy-json",
        "pip install mypy",
        (1, 2),
    ),
    Tool(
        "pip-audit",
        "known vulnerabilities of the packages in requirements.txt",
        _LANGUAGE,
        "static",
        ("/requirements.txt",),
        "pip-audit",
        "pip-audit --version",
        "pip-audit --progress-spinner off -r requirements.txt --no-deps --disable-pip -f json",
        "pip-audit",
        "pip install pip-audit",
        (1,),
        registries=("pypi",),
        timeout=120.0,
    ),
)
