"""Within what the end of a shell script stands: quotes, comments, here-documents.

Source: the shell command language of POSIX.1-2017, sections 2.2 (quoting), 2.3 (tokens) and 2.7.4 (here-documents).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_OUTSIDE = frozenset({"", "()", "``"})
#: What opens and closes nothing, within each of what can be open.
_PLAIN = {"single": re.compile(r"[^']+"), "comment": re.compile(r"[^\n]+"), "": re.compile(r"[^'\"\\$()`#<\n]+")}
_HEREDOC = re.compile(r"<<-?[ \t]*(?P<quote>['\"\\]?)(?P<end>[A-Za-z_]\w*)['\"]?")


@dataclass(slots=True)
class Quotes:
    """A script that grows, and what is open at its end; each character is looked at once."""

    text: str = ""
    place: int = 0
    stack: list[str] = field(default_factory=lambda: [""])
    pending: list[tuple[str, bool]] = field(default_factory=list)

    def state(self) -> str:
        """Say within what the end stands: "", single, double, comment, escaped, document, quoted document."""
        while self.place < len(self.text):
            if self.text[self.place] == "\n" and self.pending and self.stack[-1] in _OUTSIDE:
                after, inside = self._documents()
                if inside:
                    return inside
                self.pending, self.place = [], after
            else:
                self.place += self._step()
        if self.place > len(self.text):
            return "escaped"
        return self.stack[-1] if self.stack[-1] in {"single", "double", "comment"} else ""

    def _documents(self) -> tuple[int, str]:
        """Go over the here-documents that begin in the next line; says whether the text ends within one."""
        place = self.place + 1
        for end, quoted in self.pending:
            found = re.compile(rf"^\t*{re.escape(end)}$", re.MULTILINE).search(self.text, place)
            if not found or found.end() == len(self.text):
                return place, "quoted document" if quoted else "document"
            place = found.end()
        return place, ""

    def _step(self) -> int:
        """Take one character (or a few that belong together) and say how many."""
        one, top = self.text[self.place], self.stack[-1]
        if plain := _PLAIN.get(top, _PLAIN[""]).match(self.text, self.place):
            return plain.end() - self.place
        if top in {"single", "comment"}:
            self.stack.pop()
            return int(top == "single")  # the end of a comment's line counts, too
        return 2 if one == "\\" else self._opened(one, top)

    def _opened(self, one: str, top: str) -> int:
        if one == '"':
            self._turn("double")
        elif self.text.startswith("$(", self.place) or (one == "(" and top != "double"):
            self.stack.append("()")
            return 2 if one == "$" else 1
        elif one == ")" and top == "()":
            self.stack.pop()
        elif one == "`":
            self._turn("``")
        elif top != "double":
            return self._outside(one)
        return 1

    def _turn(self, kind: str) -> None:
        if self.stack[-1] == kind:
            self.stack.pop()
        else:
            self.stack.append(kind)

    def _outside(self, one: str) -> int:
        text, place = self.text, self.place
        if one == "'":
            self.stack.append("single")
        elif one == "#" and (place == 0 or text[place - 1] in " \t\n;&|("):
            self.stack.append("comment")
        elif text.startswith("<<<", place):
            return 3
        elif one == "<" and (found := _HEREDOC.match(text, place)):
            self.pending.append((found["end"], bool(found["quote"])))
            return found.end() - place
        return 1
