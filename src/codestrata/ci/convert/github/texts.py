"""Texts of a workflow: ``${{ }}`` in them put into ours, or decided, or told as a loss."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from codestrata.ci.convert.github.meaning import Known, Meaning, Names, Ours, condition, meaning, plain, truth, truth_of
from codestrata.ci.convert.losses import NO_SECRETS, SECRET, Losses
from codestrata.ci.foreign.values import Value

_EXPRESSION = re.compile(r"\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """Translates texts where certain names are known."""

    losses: Losses
    names: Names

    def knowing(self, **more: Any) -> Texts:
        """Give one that knows other names."""
        return replace(self, names=replace(self.names, **more))

    def text(self, text: str, line: int, what: str) -> str | None:
        """Translate a text; None where a part of it is not known here, which is told."""
        bad = False

        def put(found: re.Match[str]) -> str:
            nonlocal bad
            of = meaning(found[1].strip(), self.names)
            if isinstance(of, Known):
                return plain(of.value).replace("${{", "$${{")
            if isinstance(of, Ours):
                return f"${{{{ {of.text} }}}}"
            bad = True
            self.losses.add(line, what, f"{found[0]}: {of.why}")
            return ""

        if SECRET.search(text):
            self.losses.add(line, what, NO_SECRETS)
            return None
        done = _EXPRESSION.sub(put, text)
        if "${{" in _EXPRESSION.sub("", text):
            self.losses.add(line, what, "${{ without an end")
            return None
        return None if bad else done

    def env(self, value: Value) -> dict[str, str]:
        """Translate an environment; what is not known is left out and told."""
        found = {}
        for name, one in value.map.items():
            if isinstance(one.data, dict | list):
                self.losses.add(one.line, f"env {name}", "a value is a text")
            elif (text := self.text(one.text, one.line, f"env {name}")) is not None:
                found[name] = text
        return found

    def condition(self, value: Value, what: str) -> str | bool:
        """Translate ``if``: an expression of ours, or whether it is always or never true here.

        What is not known counts as true, and is told.
        """
        text = value.text.strip()
        if not text:
            return True
        inner = _EXPRESSION.fullmatch(text)
        bare = inner[1] if inner else _EXPRESSION.sub(lambda found: f"({found[1]})", text)
        of: Meaning = truth_of(bare.strip(), self.names)
        if isinstance(of, Known):
            return truth(of.value)
        if isinstance(of, Ours):
            return condition(of)
        self.losses.add(value.line, f"{what}: if: {text}", f"{of.why}; it runs without asking")
        return True
