"""JavaScript and TypeScript: package.json and which lock file lies beside it. Source: npm's, Yarn's, pnpm's manuals."""

from __future__ import annotations

import json
import re
from typing import Any

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.kit import Kit
from codestrata.ci.derive.runners import REPORT, command, runner_of
from codestrata.ci.draft.document import Cache, Report, Step

#: Lock file → package manager, and the command that installs exactly what it says.
_LOCKS = (
    ("pnpm-lock.yaml", "pnpm", "pnpm install --frozen-lockfile"),
    ("yarn.lock", "yarn", "yarn install --frozen-lockfile"),
    ("bun.lock", "bun", "bun install --frozen-lockfile"),
    ("bun.lockb", "bun", "bun install --frozen-lockfile"),
    ("package-lock.json", "npm", "npm ci"),
    ("npm-shrinkwrap.json", "npm", "npm ci"),
)
_NONE = "no test specified"
#: Where package managers other than npm are installed: npm comes with Node.js.
_TOOLS = "~/.tools"
_PATH = 'export PATH="$HOME/.tools/node_modules/.bin:$PATH"'


def node(files: Files) -> Kit | None:
    """Give the kit; None where there is no package.json, or it says nothing."""
    if "package.json" not in files.paths:
        return None
    package = _json(files.text("package.json"))
    lock, manager, install = _manager(files, package)
    kit = Kit("node", f"package.json{' and ' + lock if lock else ''}", ("npm",), lock=lock)
    kit.env = {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}
    kit.caches = [Cache(f'npm-${{{{ hash("{lock or "package.json"}") }}}}', ["~/.npm"])]
    if manager != "npm":
        version = re.search(rf"{manager}@(\d[\w.-]*)", str(package.get("packageManager", "")))
        tool = f"{manager}@{version[1]}" if version else manager
        kit.fetch.append(Step(f"npm install --prefix {_TOOLS} {tool}", f"{manager} itself"))
        kit.before = _PATH
    kit.fetch.append(Step(f"{kit.before}\n{install}".strip(), "packages", notes=[f"from {kit.why}"]))
    run = scripts_of(package)
    kit.build = (
        [Step(_with(kit, f"{manager} run build"), notes=["package.json has a script build"])] if "build" in run else []
    )
    _lint(kit, files, package, manager)
    if run.get("test") and _NONE not in run["test"]:
        _test(kit, run, manager)
    return kit


def _test(kit: Kit, run: dict[str, str], manager: str) -> None:
    """Test by the script of that name, or by the one of which a report can be had."""
    found = runner_of(run)
    if found is None:
        notes = ["no test command in its CI: the script test of package.json"]
        kit.test = [Step(_with(kit, f"{manager} test"), notes=notes)]
        return
    name, runner = found
    script = _with(kit, command(manager, name, runner))
    if runner.printed:
        script = f"exec 3>&1 >{REPORT}; trap 'cat {REPORT} >&3' EXIT\n{script}"
    notes = [f"no test command in its CI: the script {name} of package.json, made to report"]
    kit.test = [Step(script, env=dict(runner.env), notes=notes)]
    kit.means, kit.report, kit.path = "files", runner.format, REPORT.rpartition("/")[2]


def _with(kit: Kit, command: str) -> str:
    return f"{kit.before}\n{command}" if kit.before else command


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def scripts_of(package: dict[str, Any]) -> dict[str, str]:
    """Give the scripts of a package."""
    found = package.get("scripts")
    return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _manager(files: Files, package: dict[str, Any]) -> tuple[str, str, str]:
    for lock, manager, install in _LOCKS:
        if lock in files.paths:
            berry = lock == "yarn.lock" and (
                ".yarnrc.yml" in files.paths or "yarn@" in str(package.get("packageManager"))
            )
            return lock, manager, "yarn install --immutable" if berry else install
    return "", "npm", "npm install"


def _lint(kit: Kit, files: Files, package: dict[str, Any], manager: str) -> None:
    """Lint with ESLint where the package has it, by its own script otherwise."""
    depends = {**_of(package, "devDependencies"), **_of(package, "dependencies")}
    configured = any(re.fullmatch(r"eslint\.config\.\w+|\.eslintrc(?:\.\w+)?", path) for path in files.paths)
    if "eslint" in depends and (configured or "eslintConfig" in package):
        command = "npx --no-install eslint -f json -o eslint.json . || test -s eslint.json"
        kit.lint = [Step(_with(kit, command), "eslint", notes=["package.json has eslint"])]
        kit.lints = [Report("eslint", "eslint-json", "eslint.json")]
    elif "lint" in scripts_of(package):
        kit.lint = [Step(_with(kit, f"{manager} run lint"), "lint", notes=["package.json has a script lint"])]


def _of(package: dict[str, Any], name: str) -> dict[str, Any]:
    found = package.get(name)
    return found if isinstance(found, dict) else {}
