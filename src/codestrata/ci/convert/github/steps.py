"""The steps of a job."""

from __future__ import annotations

from dataclasses import dataclass, field

from codestrata.ci.convert.github.actions import Action, act
from codestrata.ci.convert.github.texts import Texts
from codestrata.ci.convert.losses import NO_SECRETS, SECRET, shown
from codestrata.ci.convert.scripts import cleaned
from codestrata.ci.draft.document import Job, Step
from codestrata.ci.foreign.values import Value
from codestrata.sandbox.base import WORK

_PYTHON = {"python", "python3"}
_SHELLS = {"": "bash", "bash": "bash", "sh": "sh"}
_KEYS = {
    "id",
    "name",
    "if",
    "run",
    "uses",
    "with",
    "env",
    "shell",
    "working-directory",
    "continue-on-error",
    "timeout-minutes",
    "parallel",
}
#: Files by which a step tells later ones something; they lead nowhere.
_CHANNELS = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")


@dataclass(slots=True)
class Steps:
    """Reads steps into a job, one after the other; ``before`` are lines that every script begins with."""

    job: Job
    texts: Texts
    shell: str = ""
    folder: str = ""
    before: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)

    def read(self, value: Value) -> None:
        """Read all steps of a job."""
        for one in value.items:
            if one.map.get("parallel"):
                self.read(one.get("parallel"))
            else:
                self._one(one)
        self.job.notes += self.pending
        self.pending = []

    def _one(self, value: Value) -> None:
        env = self.texts.env(value.get("env"))
        texts = self.texts.knowing(env={**self.texts.names.env, **env})
        what = shown(value.get("name").text or value.get("uses").text or value.get("run").text.split("\n")[0])
        asked = texts.condition(value.get("if"), what)
        if asked is False:
            self._lost(value, what, f"never true for a run of ours: if: {value.get('if').text}")
            return
        for name in sorted(set(value.map) - _KEYS):
            self._lost(value.get(name), f"{what}: {name}", "steps have no such key")
        found = self._used(value, texts) if value.get("uses") else self._run(value, texts, what)
        for step in found:
            self._settle(step, value, texts, env, asked if isinstance(asked, str) else "")

    def _lost(self, value: Value, what: str, why: str) -> None:
        self.pending.append(self.texts.losses.add(value.line, what, why))

    def _used(self, value: Value, texts: Texts) -> list[Step]:
        name = value.get("uses").text.partition("@")[0]
        action = Action(name, value, self.job, texts, self.before)
        steps = act(action)
        if action.why:
            self._lost(value, f"uses: {value.get('uses').text}", action.why)
        return steps

    def _run(self, value: Value, texts: Texts, what: str) -> list[Step]:
        run = value.get("run")
        shell = (value.get("shell").text or self.shell).split(" ")[0]
        text = texts.text(run.text, run.line, what) if not SECRET.search(run.text) else None
        if why := self._impossible(run.text, shell, text):
            self._lost(value, what or "a step", why)
            return []
        if shell in _PYTHON:
            return [Step(text or "", shell="python", line=value.line)]  # noqa: S604 -- a name, not a flag
        script, notes = cleaned(text or "", run.line, texts.losses)
        self.pending += notes
        return [Step(script, shell=_SHELLS[shell], line=value.line)] if script else []

    def _impossible(self, run: str, shell: str, text: str | None) -> str:
        """Say why a script cannot run here; "" where it can."""
        if not run.strip():
            return "it neither runs nor uses anything"
        if SECRET.search(run):
            return NO_SECRETS
        if shell not in _SHELLS and shell not in _PYTHON:
            return f"shell: {shell}: there is sh, bash and python"
        if text is None:
            return "a part of it is not known here"
        return "only shell scripts can have ${{ }} in them" if shell in _PYTHON and "${{" in text else ""

    def _settle(self, step: Step, value: Value, texts: Texts, env: dict[str, str], condition: str) -> None:
        """Fill in what stands beside the script."""
        step.name = step.name or shown(texts.text(value.get("name").text, value.line, "name") or "")
        step.folder = self._folder(value, texts)
        step.env, step.condition, step.line = env, condition, value.line
        step.timeout = value.get("timeout-minutes").number * 60
        step.on_failure = "continue" if value.get("continue-on-error").true else "stop"
        if value.get("continue-on-error").text.startswith("$"):
            self._lost(value.get("continue-on-error"), f"{step.name}: continue-on-error", "it is computed")
        if self.before and "venv ~/.venv" not in step.run and step.shell != "python":
            step.run = "\n".join([*self.before, step.run])
        for name in _CHANNELS:
            if name in step.run:
                self.job.env.setdefault(name, "/dev/null")
                self._lost(value, f"{name} of {step.name or 'a step'}", "steps tell later ones nothing but by files")
        step.notes, self.pending = [*step.notes, *self.pending], []
        self.job.steps.append(step)

    def _folder(self, value: Value, texts: Texts) -> str:
        given = value.get("working-directory")
        text = (texts.text(given.text, given.line, "working-directory") if given else self.folder) or "."
        text = text.removeprefix(f"{WORK}/").removeprefix("./").rstrip("/")
        outside = text.startswith("/") or ".." in text.split("/")
        if outside:
            self._lost(given, f"working-directory: {text}", "it is outside of the work tree")
        return "." if outside or not text or text == WORK else text
