"""The table of tools: a row is worth what its recorded report gives."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codestrata.ci.reports import FORMATS, Parsed, Source, parse
from codestrata.ci.tools import TOOLS, Tool, applicable, tool_use
from codestrata.errors import InvalidInput

RECORDED = Path(__file__).resolve().parents[1] / "recorded" / "tools"
#: What every recorded report says at least: rule, path and line of one finding.
FOUND = {
    "clippy": ("clippy::needless_return", "src/lib.rs", 6),
    "fmt": ("rustfmt", "src/lib.rs", 10),
    "audit": ("RUSTSEC-2020-0071", "Cargo.lock", 0),
    "auditable": ("unused_variables", "src/lib.rs", 5),
    "deny": ("duplicate", "Cargo.lock", 0),
    "geiger": ("unsafe-used", "Cargo.toml", 0),
    "tree": ("duplicate-package", "Cargo.lock", 0),
    "semgrep": ("shell-command", "app.py", 9),
    "codeql": ("rust/access-invalid-pointer", "src/lib.rs", 10),
    "ruff": ("F401", "app.py", 2),
    "bandit": ("B602", "app.py", 9),
    "mypy": ("return-value", "app.py", 14),
    "pip-audit": ("PYSEC-2019-179", "requirements.txt", 0),
    "eslint": ("no-debugger", "app.js", 4),
    "tsc": ("TS2322", "app.ts", 3),
    "npm-audit": ("GHSA-35jh-r3h4-6jhm", "package-lock.json", 0),
    "go-vet": ("printf", "app.go", 13),
    "staticcheck": ("U1000", "app.go", 9),
    "govulncheck": ("GO-2099-0001", "app.go", 14),
    "gofmt": ("gofmt", "app.go", 0),
    "cppcheck": ("arrayIndexOutOfBounds", "app.c", 6),
    "clang-tidy": ("clang-diagnostic-array-bounds", "app.c", 6),
    "javac-lint": ("fallthrough", "App.java", 11),
}
#: Tools that give numbers, and which.
COUNTED = {"ast": "mir.functions", "tree": "packages", "geiger": "unsafe.exprs"}


def recorded(tool: Tool) -> Parsed:
    """Read the report that was recorded of a tool."""
    (path,) = [path for path in RECORDED.iterdir() if path.name.partition(".")[0] == tool.name]
    return parse(tool.format, path.read_bytes(), Source(tool.name))


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_every_row_has_a_report_that_is_understood(tool: Tool) -> None:
    """One row, one recorded report: it gives findings with rule, level, message and place, or numbers."""
    parsed = recorded(tool)
    assert tool.name in FOUND or tool.name in COUNTED
    if tool.name in FOUND:
        assert FOUND[tool.name] in [(one.rule, one.path, one.line) for one in parsed.findings]
    if tool.name in COUNTED:
        assert {one.name: one.value for one in parsed.metrics}[COUNTED[tool.name]] > 0
    for one in parsed.findings:
        assert one.tool == tool.name
        assert one.level in {"error", "warning", "note", "none"}
        assert one.message
        assert one.fingerprint
    assert len({one.fingerprint for one in parsed.findings}) == len(parsed.findings)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_rows_make_sense(tool: Tool) -> None:
    """The format exists, scripts are shell, and what runs foreign code never has a network."""
    assert tool.format in FORMATS
    assert tool.hint
    assert tool.languages
    assert tool.kind == "static" or not tool.registries
    scripts = [tool.script, tool.probe, *([tool.fetch.script] if tool.fetch else []), tool_use(tool.name).script]
    for script in scripts:
        subprocess.run(["sh", "-n", "-c", script], check=True)


def test_tools_apply_by_the_files_of_a_tree() -> None:
    """A manifest at the root, or a name anywhere."""
    names = [tool.name for tool in applicable(["Cargo.toml", "src/lib.rs"])]
    assert names == ["clippy", "fmt", "audit", "auditable", "deny", "geiger", "tree", "ast", "semgrep", "codeql"]
    assert [tool.name for tool in applicable(["vendor/Cargo.toml"])] == []
    assert {"ruff", "bandit", "mypy"} < {tool.name for tool in applicable(["a/b/c.py"])}
    assert {"cppcheck", "clang-tidy"} < {tool.name for tool in applicable(["x.cpp"])}


def test_use_in_a_pipeline() -> None:
    """It names a report for the tool, and the network that its job has to grant."""
    used = tool_use("tool/pip-audit", {"report": "out/p.json"})
    assert [(one.format, one.path, one.tool) for one in used.reports] == [("pip-audit", "out/p.json", "pip-audit")]
    assert used.network.registries == ("pypi",)
    assert tool_use("clippy").network.registries == ()


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("tool/clipy", {}, "no tool 'clipy'"),
        ("ruff", {"colour": "red"}, "no parameter 'colour'"),
        ("ruff", {"fail": "x"}, "never or findings"),
    ],
)
def test_what_is_no_use(name: str, given: dict[str, str], told: str) -> None:
    """Unknown tools and parameters are told with what there is."""
    with pytest.raises(InvalidInput, match=told):
        tool_use(name, given)


@pytest.mark.parametrize(
    ("exits", "given", "version", "code"),
    [
        (0, {}, "", 0),
        (1, {}, "", 0),
        (1, {"fail": "findings"}, "", 1),
        (2, {}, "", 2),
        (1, {}, "@1.2.3", 0),
        (1, {}, "@1.2", 0),
        (1, {}, "@2.3", 127),
        (1, {}, "@1.2.31", 127),
    ],
)
def test_the_script_of_a_use(tmp_path: Path, exits: int, given: dict[str, str], version: str, code: int) -> None:
    """Findings are no failure unless asked; another version than asked for is never run."""
    program = tmp_path / "bin" / "ruff"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo ruff 1.2.3 && exit 0\necho "[]"\nexit {exits}\n')
    program.chmod(0o755)
    script = tool_use(f"tool/ruff{version}", given).script
    env = {"PATH": f"{program.parent}:/usr/bin:/bin"}
    done = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, env=env, check=False, capture_output=True)
    assert done.returncode == code
    assert (tmp_path / "ruff.report").exists() == (code != 127)


def test_a_missing_tool_in_a_pipeline_says_how_to_get_it(tmp_path: Path) -> None:
    """Exit 127, and the hint."""
    script = tool_use("ruff").script
    env = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=tmp_path, env=env, check=False, capture_output=True, text=True
    )
    assert done.returncode == 127
    assert done.stderr == "ruff is not installed: get it by pip install ruff\n"
