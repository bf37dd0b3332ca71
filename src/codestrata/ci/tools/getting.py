"""How to get a program that is not on the machine, where that is certain: the tools of the table, and well-known ones.

Sources: the installation pages of the programs themselves. What systems package under names of their own (make, gcc)
is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from codestrata.ci.tools.table import TOOLS

_PIP = (
    "black", "coverage", "flake8", "hatch", "isort", "maturin", "meson", "nox", "pdm", "pipenv", "poetry", "pylint",
    "pyright", "pytest", "tox", "uv",
)  # fmt: skip
_CARGO = (
    "cargo-hack", "cargo-llvm-cov", "cargo-make", "cargo-nextest", "cargo-outdated", "cargo-tarpaulin", "cargo-udeps",
    "just",
)  # fmt: skip
_OTHERS = {
    "gotestsum": "go install gotest.tools/gotestsum@latest",
    "jest": "npm install --global jest",
    "pnpm": "npm install --global pnpm",
    "prettier": "npm install --global prettier",
    "rustfmt": "rustup component add rustfmt",
    "cargo-fmt": "rustup component add rustfmt",
    "cargo-clippy": "rustup component add clippy",
    "yarn": "npm install --global yarn",
}


@cache
def known() -> Mapping[str, str]:
    """Give, by program, the command that gets it."""
    pip = {name: f"pip install {name}" for name in _PIP}
    cargo = {name: f"cargo install --locked {name}" for name in _CARGO}
    ours = {tool.program: tool.hint for tool in TOOLS.values() if " install " in tool.hint}
    return {**_OTHERS, **pip, **cargo, **ours}


def how(program: str) -> str:
    """Say how to get a program: ``: get it by pip install pytest``; "" where that is not certain."""
    hint = known().get(program, "")
    return f": get it by {hint}" if hint else ""
