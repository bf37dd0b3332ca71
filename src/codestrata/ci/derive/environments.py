"""tox and nox: they install while they test, so that their environments are made before, with a network."""

from __future__ import annotations

import re
from dataclasses import replace

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.said import Said
from codestrata.ci.draft.document import Step
from codestrata.ci.foreign import scripts

_TOX = re.compile(r"(?:\S*/)?(?:python[\d.]* -m )?tox\b(.*)", re.DOTALL)
_NOX = re.compile(r"(?:\S*/)?(?:python[\d.]* -m )?nox\b(.*)", re.DOTALL)
_ENV = re.compile(r"(?:^|\s)(?:-e|--?env|-s|--sessions?|-f)[= ]?([\w.,-]+)")
#: The environment of the Python that is there. Source: tox's manual, "Test environments".
_DEFAULT = "py"
_PASS = {"TOX_OVERRIDE": "testenv.pass_env+=PYTEST_ADDOPTS"}


def prepared(found: list[Said], files: Files) -> tuple[list[Said], list[Step]]:
    """Give scripts that test without a network, and the steps that make their environments."""
    kept: list[Said] = []
    steps: list[Step] = []
    for one in found:
        commands = scripts.commands(one.script)
        tox = next((match for command in commands if (match := _TOX.match(command.text))), None)
        nox = next((match for command in commands if (match := _NOX.match(command.text))), None)
        if tox:
            name = _name(tox[1]) or _DEFAULT
            steps.append(_step(f"pip install tox\ntox run --notest -e {name}", one))
            kept.append(replace(one, script=f"tox run --skip-pkg-install -e {name}", axes={}, env={**_PASS}))
        elif nox:
            session = _name(nox[1]) or _first_session(files)
            asked = f" -s {session}" if session else ""
            steps.append(_step(f"pip install nox\nnox --install-only{asked}", one))
            kept.append(replace(one, script=f"nox -R{asked}", axes={}, env={}))
        else:
            kept.append(one)
    return list({one.script: one for one in kept}.values()), list({step.run: step for step in steps}.values())


def _name(arguments: str) -> str:
    found = _ENV.search(arguments)
    return found[1] if found and "$" not in arguments[found.start() : found.end() + 2] else ""


def _first_session(files: Files) -> str:
    sessions = re.findall(r"@nox\.session[^\n]*\n(?:@[^\n]*\n)*def (\w+)", files.text("noxfile.py"))
    return next((name for name in sessions if "test" in name or name == "unit"), "")


def _step(run: str, one: Said) -> Step:
    return Step(f". ~/.venv/bin/activate\n{run}", notes=[f"for {one.place}"])
