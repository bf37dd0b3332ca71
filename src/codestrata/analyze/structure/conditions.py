"""Conditions of Rust that stand elsewhere: on the ``mod`` that names a file, in macros, around tests within a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from codestrata.analyze.structure.files import Files
from codestrata.analyze.structure.guards import conditional

_MACRO = re.compile(r"macro_rules!\s*(cfg_\w+)\s*\{")
_USED = re.compile(r"^\s*(cfg_\w+)!\s*[{(]")
#: Bytes of a macro's body that are looked at, and folders upwards.
_BODY, _DEEPEST = 1500, 12


@dataclass(slots=True)
class Conditions:
    """What is asked of the compiler where a file is named."""

    files: Files
    _macros: dict[str, bool] | None = None
    _known: dict[str, bool] = field(default_factory=dict)

    def of(self, path: str) -> bool:
        """Tell whether a file, or a module around it, is compiled only where more than usual is there."""
        if path not in self._known:
            self._known[path] = self._of(path, 0)
        return self._known[path]

    def _of(self, path: str, depth: int) -> bool:
        folder, _, name = path.rpartition("/")
        stem = name.removesuffix(".rs")
        if stem in {"lib", "main"} or depth > _DEEPEST:
            return False
        if stem == "mod":
            folder, _, stem = folder.rpartition("/")
        above = [f"{folder}/{n}" for n in ("mod.rs", "lib.rs", "main.rs")] + [f"{folder}.rs"]
        parent = next((p for p in above if p != path and self.files.get(p)), "")
        return bool(parent) and (self._declared(parent, stem) or self._of(parent, depth + 1))

    def _declared(self, parent: str, stem: str) -> bool:
        """Tell whether ``mod stem;`` in a file has a condition, or stands in a macro that sets one."""
        file = self.files.get(parent)
        text = self.files.read(file) if file else ""
        found = re.search(
            rf"^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?mod[ \t]+{re.escape(stem)}[ \t]*;", text, re.MULTILINE
        )
        if not found:
            return False
        line = text.count("\n", 0, found.start()) + 1
        if conditional(text, line):
            return True
        used = [m[1] for above in text.split("\n")[max(0, line - 15) : line - 1] if (m := _USED.match(above))]
        indented = found[0][:1] in {" ", "\t"}
        return indented and bool(used) and self._macro(used[-1])

    def _macro(self, name: str) -> bool:
        if self._macros is None:
            self._macros = {}
            for file in self.files:
                if file.language == "Rust" and ("macro" in file.text or "cfg" in file.text):
                    text = self.files.read(file)
                    for found in _MACRO.finditer(text):
                        body = text[found.end() : found.end() + _BODY].partition("macro_rules!")[0]
                        self._macros[found[1]] = any(conditional(line, 1) for line in body.split("\n")) or conditional(
                            re.sub(r"\s+", " ", body), 1
                        )
        return self._macros.get(name, False)


@lru_cache(maxsize=4096)
def lines_of_tests(text: str) -> tuple[tuple[int, int], ...]:
    """Give the lines, first and last, of modules for tests within a file of Rust."""
    lines = text.split("\n")
    found = []
    for i, line in enumerate(lines):
        if re.match(r"\s*#\[cfg\(test\)\]|\s*#\[cfg\(all\(test\b", line):
            deep = len(line) - len(line.lstrip())
            end = next((j for j in range(i + 1, len(lines)) if lines[j].startswith(" " * deep + "}")), len(lines) - 1)
            found.append((i + 1, end + 1))
    return tuple(found)
