"""A rule object compiled for one grammar. Whatever is not known is refused with its place, never ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from codestrata.analyze.rules.looking import captured, kinds
from codestrata.analyze.rules.matchers import (
    ERROR_KIND,
    All,
    Compiled,
    Follows,
    Has,
    Inside,
    Kind,
    Matcher,
    Not,
    Nth,
    Precedes,
    Regex,
    Snippet,
    Some,
    Stop,
)
from codestrata.analyze.rules.mistakes import Path, Wrong, meant
from codestrata.analyze.rules.positions import position
from codestrata.analyze.rules.regexes import NoRegex, regex
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.rules.snippets import NoSnippet, snippet
from codestrata.analyze.syntax.grammars import load

_RELATIONS: Mapping[str, type[Inside | Has | Precedes | Follows]] = {
    "inside": Inside,
    "has": Has,
    "precedes": Precedes,
    "follows": Follows,
}
#: Number of a field that this grammar has not.
NO_FIELD = 65535
#: Keys of ast-grep that are not supported, with what to write instead.
_NOT_OURS = {
    "range": "a rule is for any file",
    "transform": "rules find, and do not rewrite",
    "fix": "rules find, and do not rewrite",
    "rewriters": "rules find, and do not rewrite",
}
_SIBLINGS = ("precedes", "follows")


def compiled(rule: Rule, grammar: str) -> Compiled:
    """Compile a rule for one of its grammars. Raises Wrong: where in the rule, what, and what to write instead."""
    compiler = _Compiler(grammar, rule)
    matcher = compiler.matcher(rule.rule, ("rule",))
    if kinds(matcher) is None:
        hint = "add the kinds of the nodes it is about, as kind or under any"
        raise Wrong(("rule",), "the rule has to look at every node there is", hint)
    constraints, single = {}, captured(matcher, single=True)
    for name, part in rule.constraints.items():
        if name not in single:
            hint = meant(name, single) or "single captures only: $A, and its name without $"
            raise Wrong(("constraints", name), f'no pattern of the rule captures "{name}"', hint)
        constraints[name] = compiler.matcher(part, ("constraints", name))
    return Compiled(matcher, constraints)


class _Compiler:
    """Compiles the parts of one rule for one grammar."""

    def __init__(self, grammar: str, rule: Rule) -> None:
        self.grammar = grammar
        self.loaded = load(grammar)
        self.others = [load(name) for name in rule.grammars if name != grammar]
        self.utils = rule.utils
        self.within: list[str] = []
        self.keys: dict[str, Callable[[Any, Path], Matcher]] = {
            "pattern": self._pattern,
            "kind": self._kind,
            "regex": self._regex,
            "nthChild": self._nth,
            "all": self._all,
            "any": self._any,
            "not": lambda value, path: Not(self.matcher(value, path)),
            "matches": self._matches,
            "inside": self._relation,
            "has": self._relation,
            "precedes": self._relation,
            "follows": self._relation,
        }

    def matcher(self, value: Any, path: Path, *, besides: tuple[str, ...] = ()) -> Matcher:
        """Compile a rule object; all its keys have to hold. ``besides``: keys that are read by who calls."""
        if not isinstance(value, Mapping):
            raise Wrong(path, "a rule object is a map", "such as {kind: …}")
        for key in value:
            if key not in self.keys and key not in besides:
                known = {*self.keys, *besides}
                hint = f"not supported: {_NOT_OURS[key]}" if key in _NOT_OURS else meant(str(key), known)
                raise Wrong((*path, key), f'unknown key "{key}" in a rule object', hint)
        parts = [part(value[key], (*path, key)) for key, part in self.keys.items() if key in value]
        if not parts:
            raise Wrong(path, "the rule object says nothing", "give kind, pattern, regex, …")
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _text(self, value: Any, path: Path) -> str:
        if not isinstance(value, str) or not value:
            raise Wrong(path, f'"{path[-1]}" is a text')
        return value

    def _kind(self, value: Any, path: Path) -> Kind:
        name = self._text(value, path)
        if name == "ERROR":
            return Kind(frozenset({ERROR_KIND}))
        numbers = self._numbers(name, path)
        return Kind(frozenset(numbers))

    def _numbers(self, name: str, path: Path) -> tuple[int, ...]:
        """Give the numbers of a named kind; none where only another grammar of the rule's has it."""
        for one in (self.loaded, *self.others):
            numbers = tuple(i for i in one.numbers.get(name, ()) if one.named[i])
            if numbers:
                return numbers if one is self.loaded else ()
        known = {kind for kind, named in zip(self.loaded.kinds, self.loaded.named, strict=True) if named}
        raise Wrong(path, f'{self.grammar} has no kind "{name}"', meant(name, known))

    def _regex(self, value: Any, path: Path) -> Regex:
        text = self._text(value, path)
        try:
            return regex(text)
        except NoRegex as error:
            raise Wrong(path, error.message, error.hint) from None

    def _pattern(self, value: Any, path: Path) -> Snippet:
        text, selector = value, ""
        if isinstance(value, Mapping):
            for key in value:
                if key not in {"context", "selector", "strictness"}:
                    hint = meant(str(key), ("context", "selector", "strictness"))
                    raise Wrong((*path, key), f'unknown key "{key}" in a pattern', hint)
            if value.get("strictness", "smart") != "smart":
                raise Wrong((*path, "strictness"), 'strictness is "smart" here', "the others are not supported")
            text = value.get("context")
            selector = self._text(value["selector"], (*path, "selector")) if "selector" in value else ""
            path = (*path, "context")
        if selector:
            self._numbers(selector, (*path[:-1], "selector"))
        try:
            return snippet(self.grammar, self._text(text, path), selector)
        except NoSnippet as error:
            raise Wrong(path, error.message, error.hint) from None

    def _nth(self, value: Any, path: Path) -> Nth:
        given = value if isinstance(value, Mapping) else {"position": value}
        for key in given:
            if key not in {"position", "reverse", "ofRule"}:
                hint = meant(str(key), ("position", "reverse", "ofRule"))
                raise Wrong((*path, key), f'unknown key "{key}" in nthChild', hint)
        step, offset = position(given.get("position"), path)
        reverse = given.get("reverse", False)
        if not isinstance(reverse, bool):
            raise Wrong((*path, "reverse"), '"reverse" is true or false')
        of = self.matcher(given["ofRule"], (*path, "ofRule")) if "ofRule" in given else None
        return Nth(step, offset, reverse, of)

    def _several(self, value: Any, path: Path) -> tuple[Matcher, ...]:
        if not isinstance(value, list) or not value:
            raise Wrong(path, f'"{path[-1]}" is a list of rule objects')
        return tuple(self.matcher(one, (*path, i)) for i, one in enumerate(value))

    def _all(self, value: Any, path: Path) -> All:
        return All(self._several(value, path))

    def _any(self, value: Any, path: Path) -> Some:
        return Some(self._several(value, path))

    def _matches(self, value: Any, path: Path) -> Matcher:
        name = self._text(value, path)
        if name not in self.utils:
            raise Wrong(path, f'there is no "{name}" under utils', meant(name, self.utils))
        if name in self.within:
            raise Wrong(path, f'"{name}" is made of itself', "a util may not name itself, nor one that names it")
        self.within.append(name)
        try:
            return self.matcher(self.utils[name], ("utils", name))
        finally:
            self.within.pop()

    def _relation(self, value: Any, path: Path) -> Matcher:
        name = str(path[-1])
        other = self.matcher(value, path, besides=("stopBy",) if name in _SIBLINGS else ("stopBy", "field"))
        return _RELATIONS[name](other, self._stop(value, path), self._field(value, path))

    def _stop(self, value: Mapping[str, Any], path: Path) -> Stop | Matcher:
        given = value.get("stopBy", "neighbor")
        if isinstance(given, Mapping):
            return self.matcher(given, (*path, "stopBy"))
        try:
            return Stop(given)
        except ValueError:
            raise Wrong((*path, "stopBy"), f"unknown stopBy: {given}", "neighbor, end, or a rule object") from None

    def _field(self, value: Mapping[str, Any], path: Path) -> int:
        if "field" not in value:
            return 0
        name = self._text(value["field"], (*path, "field"))
        for one in (self.loaded, *self.others):
            if name in one.fields:
                return one.fields.index(name) if one is self.loaded else NO_FIELD
        raise Wrong((*path, "field"), f'{self.grammar} has no field "{name}"', meant(name, self.loaded.fields[1:]))
