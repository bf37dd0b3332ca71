"""Python: pyproject.toml, setup.cfg, setup.py, requirements, tox and nox. Sources: PEP 621, PEP 735, pip's manual."""

from __future__ import annotations

import re
import shlex
import tomllib
from typing import Any

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.kit import Kit
from codestrata.ci.derive.unittests import unittests
from codestrata.ci.draft.document import Cache, Report, Step

#: The name of the step that fetches what only lints.
LINTERS = "what lints"
_EXTRAS = ("test", "tests", "testing", "dev", "develop", "ci", "all-dev")
_REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-test.txt",
    "requirements-tests.txt",
    "dev-requirements.txt",
    "test-requirements.txt",
    "requirements_dev.txt",
    "requirements_test.txt",
    "requirements-testing.txt",
    "requirements/dev.txt",
    "requirements/test.txt",
    "requirements/tests.txt",
    "requirements/testing.txt",
    "tests/requirements.txt",
    "test/requirements.txt",
    "tests/requirements/py3.txt",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", re.ASCII)
_SETUP_EXTRA = re.compile(r"""['"](test|tests|testing|dev|develop|ci)['"]\s*:\s*[\[({]""")
#: Deepest inclusion of groups in groups.
_DEEP = 8


def python(files: Files) -> Kit | None:
    """Give Python's kit; None where neither a manifest nor tests of unittest are there."""
    manifest = next(
        (
            one
            for one in ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "tox.ini", "Pipfile")
            if one in files.paths
        ),
        "",
    )
    if not manifest:
        return unittests(files)
    project = _toml(files.text("pyproject.toml"))
    if manifest == "pyproject.toml" and not (_installs(project) or "setup.py" in files.paths or _tests(files)):
        return None
    kit = Kit("python", manifest, ("pypi",), means="pytest", report="junit", before=". ~/.venv/bin/activate")
    kit.caches = [Cache('pip-${{ hash("pyproject.toml", "setup.*", "requirements*.txt") }}', ["~/.cache/pip"])]
    kit.fetch = [Step("python3 -m venv ~/.venv", "a Python to install into"), *_installing(files, project)]
    kit.lint = [
        Step("ruff check --output-format json --exit-zero . > ruff.json", "ruff", notes=[_ruff(files, project)])
    ]
    kit.lints = [Report("ruff", "ruff-json", "ruff.json")]
    kit.test = [_default(files, project)]
    return kit


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}


def table(of: Any, *names: str) -> dict[str, Any]:
    """Give a table in tables; an empty one where there is none."""
    for name in names:
        of = of.get(name) if isinstance(of, dict) else None
    return of if isinstance(of, dict) else {}


def _installs(project: dict[str, Any]) -> bool:
    return bool(table(project, "project") or table(project, "tool", "poetry") or table(project, "build-system"))


def _tests(files: Files) -> bool:
    return any(re.search(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.py$", path) for path in files.paths)


def _installing(files: Files, project: dict[str, Any]) -> list[Step]:
    """Give the steps that install the project, and what its tests need."""
    steps = []
    if _installs(project) or {"setup.py", "setup.cfg"} & set(files.paths):
        extras = _extras(files, project)
        target = f".[{','.join(extras)}]" if extras else "."
        steps.append(Step(f"pip install -e {shlex.quote(target)}", "the project itself", notes=_because(extras)))
    wanted = [path for path in _REQUIREMENTS if path in files.paths]
    steps += [Step(f"pip install -r {path}", notes=[f"from {path}"]) for path in wanted]
    groups = _groups(project)
    if groups:
        steps.append(Step(f"pip install {' '.join(map(shlex.quote, groups))}", notes=["from groups of pyproject.toml"]))
    steps += [Step("pip install pytest", "what tests"), Step("pip install ruff", LINTERS)]
    for step in steps:
        step.run = f". ~/.venv/bin/activate\n{step.run}"
    return steps


def _because(extras: list[str]) -> list[str]:
    return [f"with what its extras {', '.join(extras)} name"] if extras else []


def _extras(files: Files, project: dict[str, Any]) -> list[str]:
    known = set(table(project, "project", "optional-dependencies")) | set(table(project, "tool", "poetry", "extras"))
    known |= set(
        re.findall(
            r"^(\w[\w-]*)[ \t]*=[ \t]*$", _section(files.text("setup.cfg"), "options.extras_require"), re.MULTILINE
        )
    )
    known |= set(_SETUP_EXTRA.findall(files.text("setup.py")))
    return [name for name in _EXTRAS if name in known]


def _section(text: str, name: str) -> str:
    _, _, rest = text.partition(f"[{name}]")
    return rest.split("\n[", 1)[0]


def _groups(project: dict[str, Any]) -> list[str]:
    """Give the requirements of groups for tests and development: PEP 735, and Poetry's own by their names."""
    found: list[str] = []
    for name in ("test", "tests", "testing", "dev"):
        found += _group(project, name, _DEEP)
        poetry = table(project, "tool", "poetry", "group", name, "dependencies")
        found += [one for one in poetry if one != "python" and _NAME.fullmatch(one)]
    found += [one for one in table(project, "tool", "poetry", "dev-dependencies") if _NAME.fullmatch(one)]
    return list(dict.fromkeys(found))[:100]


def _group(project: dict[str, Any], name: str, depth: int) -> list[str]:
    listed = table(project, "dependency-groups").get(name)
    if not isinstance(listed, list) or not depth:
        return []
    found: list[str] = []
    for one in listed:
        if isinstance(one, str) and one.isprintable() and not one.startswith("-"):
            found.append(one)
        elif isinstance(one, dict) and isinstance(one.get("include-group"), str):
            found += _group(project, one["include-group"], depth - 1)
    return found


def _ruff(files: Files, project: dict[str, Any]) -> str:
    own = table(project, "tool", "ruff") or {"ruff.toml", ".ruff.toml"} & set(files.paths)
    return "its own rules for ruff" if own else "ruff's default rules: the project has none of its own"


def _default(files: Files, project: dict[str, Any]) -> Step:
    """Give the test command where CI names none."""
    if "manage.py" in files.paths and not table(project, "tool", "pytest"):
        return Step("python manage.py test", notes=["no test command in its CI: Django's own (manage.py)"])
    configured = table(project, "tool", "pytest") or {"pytest.ini", "conftest.py", "tests/conftest.py"} & set(
        files.paths
    )
    why = (
        "pytest is set up"
        if configured
        else "there are tests"
        if _tests(files)
        else "nothing says how; pytest finds what there is"
    )
    return Step("python -m pytest", notes=[f"no test command in its CI: {why}"])
