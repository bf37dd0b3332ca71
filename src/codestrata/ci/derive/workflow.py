"""What workflows of GitHub Actions say. Source: its documentation, "Workflow syntax"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from codestrata.ci.derive.said import Said, blocks
from codestrata.ci.foreign import scripts
from codestrata.ci.foreign.values import Value

_FOREIGN = re.compile(r"(?i)windows|macos|darwin|osx|freebsd")
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def github(path: str, workflow: Value) -> Iterator[Said]:
    """Give the scripts of a workflow's jobs that run on Linux."""
    for name, job in workflow.get("jobs").map.items():
        runs_on = " ".join(job.get("runs-on").texts)
        if _FOREIGN.search(_EXPRESSION.sub("", runs_on)):
            continue
        axes = _axes(job.get("strategy").get("matrix"))
        env = {**_static(workflow.get("env")), **_static(job.get("env"))}
        usual = job.get("defaults").get("run").get("working-directory") or workflow.get("defaults").get("run").get(
            "working-directory"
        )
        services = tuple(_service(key, one) for key, one in job.get("services").map.items())
        for step in _steps(job.get("steps")):
            if _FOREIGN.search(step.get("if").text) or step.get("shell").text.startswith(
                ("pwsh", "powershell", "cmd", "python")
            ):
                continue
            run = step.get("run")
            folder = (step.get("working-directory") or usual).text
            more = {**env, **_static(step.get("env"))}
            for script, line in blocks(run):
                one = _settled(script, axes, more)
                if one is not None:
                    kind = scripts.kind(one[0])
                    own = _needed(more, one[0])
                    yield Said(one[0], kind, path, line, name, _folder(folder), "bash", own, one[1], services)


def _steps(steps: Value) -> Iterator[Value]:
    for step in steps.items:
        yield from step.get("parallel").items
        yield step


def _axes(matrix: Value) -> dict[str, tuple[str, ...]]:
    """Give axis → its values; what whole combinations name counts, too, those for other machines aside."""
    found = {name: tuple(one.texts) for name, one in matrix.map.items() if name not in {"include", "exclude"}}
    found = {name: texts for name, texts in found.items() if texts and len(texts) == len(matrix.get(name).items)}
    rows = [
        one.map for one in matrix.get("include").items if not any(_FOREIGN.search(v.text) for v in one.map.values())
    ]
    for name in dict.fromkeys(name for row in rows for name in row):
        texts = [row[name].text for row in rows if name in row and row[name].text]
        found[name] = tuple(dict.fromkeys([*found.get(name, ()), *texts]))
    return {name: texts for name, texts in found.items() if texts}


def _static(env: Value) -> dict[str, str]:
    return {
        name: one.text
        for name, one in env.map.items()
        if "${{" not in one.text
        and not isinstance(one.data, list | dict)
        and re.fullmatch(r"[A-Za-z_]\w{0,100}", name, re.ASCII)
    }


_DENY = re.compile(r"-D ?warnings ?")


def _needed(env: Mapping[str, str], script: str) -> dict[str, str]:
    """Leave out what no program reads, and what makes errors of warnings: another compiler has other ones."""
    kept = {name: text for name, text in env.items() if name.isupper() or name in script}
    return {name: text for name, one in kept.items() if (text := _DENY.sub("", one).strip()) or not one}


def _service(name: str, value: Value) -> str:
    image = value.get("image").text or value.text
    ports = ", ".join(value.get("ports").texts)
    return f"{name} ({image}{', port ' + ports if ports else ''})"


#: What names the work tree itself.
_ROOT = re.compile(r"^(?:\$\{\{\s*(?:github|runner)\.workspace\s*\}\}|\$GITHUB_WORKSPACE)/?")


def _folder(text: str) -> str:
    text = _ROOT.sub("", text).removeprefix("./").rstrip("/") or "."
    return "" if text.startswith("/") or ".." in text.split("/") or "${{" in text or "$" in text else text


def _settled(
    script: str, axes: Mapping[str, tuple[str, ...]], env: Mapping[str, str]
) -> tuple[str, dict[str, tuple[str, ...]]] | None:
    """Put what is known into a script; gives the axes that it still asks for. None where something is not known."""
    asked: dict[str, tuple[str, ...]] = {}
    for expression in _EXPRESSION.findall(script):
        root, _, name = expression.partition(".")
        if (
            root == "matrix"
            and len({*asked, name}) == 1
            and name in axes
            and re.fullmatch(r"[A-Za-z_][\w-]{0,31}", name, re.ASCII)
        ):
            asked[name] = axes[name]
        elif not (root == "env" and name in env) and expression not in _HERE:
            return None
    known = {f"env.{name}": text for name, text in env.items()} | _HERE
    text = _EXPRESSION.sub(lambda found: known.get(found[1], found[0]), script)
    return (text, asked) if "${{" not in _EXPRESSION.sub("", text) else None


_HERE = {"github.workspace": "/work", "runner.os": "Linux", "github.event_name": "push", "runner.temp": "/tmp"}  # noqa: S108
