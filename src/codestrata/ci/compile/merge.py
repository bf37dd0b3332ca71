"""Maps over maps: included files under the root file, templates under jobs."""

from __future__ import annotations

from collections.abc import Iterable

from codestrata.ci.document import Entry, Problems, Several, Table, Value
from codestrata.ci.document.values import Scalar
from codestrata.ci.expressions.mistakes import meant


def over(below: Table, above: Table) -> Table:
    """Lay one map over another: maps in both are merged, anything else is that of the upper one."""
    entries = dict(below.entries)
    for entry in above:
        under = entries.get(entry.key)
        if under and isinstance(under.value, Table) and isinstance(entry.value, Table):
            entries[entry.key] = Entry(entry.key, entry.mark, over(under.value, entry.value))
        else:
            entries[entry.key] = entry
    return Table(above.mark, entries, below.size + above.size)


#: Templates that extend one another, at most.
_DEEPEST = 32


class Extending:
    """Resolves ``extends``: what a job starts from lies under its own keys, in the order of the list."""

    def __init__(self, root: Table, problems: Problems) -> None:
        self.problems = problems
        self.known: dict[str, Table] = {}
        self.used: set[str] = set()
        for group in ("jobs", "templates"):  # a template wins over a job of its name
            found = root.get(group)
            if isinstance(found, Table):
                self.known |= {entry.key: entry.value for entry in found if isinstance(entry.value, Table)}
        self.done: dict[int, Table] = {}

    def whole(self, root: Table) -> Table:
        """Give the file with all its jobs whole."""
        for group in ("templates", "jobs", "finally"):
            found = root.entries.get(group)
            if found and isinstance(found.value, Table):
                jobs = {entry.key: self._entry(entry) for entry in found.value}
                root = root.having(Entry(group, found.mark, Table(found.value.mark, jobs, found.value.size)))
        return root

    def _entry(self, entry: Entry) -> Entry:
        if not isinstance(entry.value, Table):
            return entry
        return Entry(entry.key, entry.mark, self._job(entry.key, entry.value, ()))

    def _job(self, name: str, job: Table, above: tuple[int, ...]) -> Table:
        if id(job) in self.done:
            return self.done[id(job)]
        whole = Table(job.mark)
        for one in _names(job.get("extends")):
            base = self.known.get(one.text)
            if base is None:
                hint = meant(one.text, self.known) or "templates are defined under templates"
                self.problems.error(
                    one.mark, "unknown-template", f'"{name}" extends "{one.text}", which is nowhere', hint
                )
            elif len(above) >= _DEEPEST:
                self.problems.error(one.mark, "too-deep", f"more than {_DEEPEST} templates below one another")
            elif id(base) in above or base is job:
                said = f'"{name}" extends itself by way of "{one.text}"'
                self.problems.error(one.mark, "cycle-of-templates", said, "leave one of them out")
            else:
                self.used.add(one.text)
                whole = over(whole, self._job(one.text, base, (*above, id(job))))
        found = over(whole, job) if job.get("extends") else job
        self.done[id(job)] = Table(job.mark, found.without("extends").entries, found.size)
        return self.done[id(job)]


def _names(value: Value | None) -> Iterable[Scalar]:
    several = value.items if isinstance(value, Several) else (value,)
    return [one for one in several if isinstance(one, Scalar) and one.value is not None]


#: What an included file can have.
SHARED = ("params", "env", "defaults", "templates", "jobs", "finally", "columns")


def joined(root: Table, included: Iterable[tuple[str, Table]], problems: Problems) -> Table:
    """Lay the root file over those it includes; two of those may not define the same."""
    whole = Table(root.mark)
    owners: dict[tuple[str, str], str] = {}
    for file, table in included:
        for group in table:
            if group.key in {"version", "include"}:
                continue
            if group.key not in SHARED:
                hint = f"such files have {', '.join(SHARED)}"
                problems.error(group.mark, "not-in-included", f'"{group.key}" cannot be in an included file', hint)
                continue
            _twice(group, owners, file, problems)
            whole = over(whole, Table(table.mark, {group.key: group}))
    return _replaced(over(whole, root) if whole.entries else root, root)


def _twice(group: Entry, owners: dict[tuple[str, str], str], file: str, problems: Problems) -> None:
    for entry in group.value if isinstance(group.value, Table) else ():
        other = owners.setdefault((group.key, entry.key), file)
        if other != file and isinstance(entry, Entry):
            said = f'"{entry.key}" is in {other}, too'
            problems.error(entry.mark, "included-twice", said, "define it in one of them, or in the root file")


def _replaced(whole: Table, root: Table) -> Table:
    """Keep jobs of the root file whole: a job there replaces an included one of its name."""
    for group in ("jobs", "finally", "templates", "columns"):
        merged, own = whole.entries.get(group), root.get(group)
        if merged and isinstance(merged.value, Table) and isinstance(own, Table):
            value = Table(merged.value.mark, {**merged.value.entries, **own.entries}, merged.value.size)
            whole = whole.having(Entry(group, merged.mark, value))
    return whole
