"""Recipe verified: commits whose tests were run before and after them → table **samples_verified**."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.private import Policy
from codestrata.export.shape.base import COMMON, NAME, table
from codestrata.export.shape.commits.subjects import body
from codestrata.export.shape.commits.telling import private
from codestrata.export.shape.history.contents import Contents
from codestrata.export.shape.history.standing import Standing, digests, standing
from codestrata.export.shape.history.veil import Veil
from codestrata.export.shape.history.when import split_of
from codestrata.export.shape.instruct.issues import Closers, issues
from codestrata.export.shape.learned import TOKENS
from codestrata.export.shape.verified.candidate import Candidate
from codestrata.export.shape.verified.candidates import MOST_BYTES
from codestrata.export.shape.verified.judging import Judged, Ran, Side, judged
from codestrata.export.shape.verified.patch import patch
from codestrata.export.shape.verified.reading import TABLE, TRIALS, runs_of
from codestrata.export.shape.verified.rows import FIELDS, Task, columns, row_of
from codestrata.export.shape.verified.terms import OPEN
from codestrata.export.shape.verified.touched import touched
from codestrata.model.threads import digest as threads_digest
from codestrata.model.threads import lines_of, threads
from codestrata.settings.recipe import PrivacySettings, SplitSettings
from codestrata.store.columns import Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.store.columns import Columns


class Verified:
    """Trials, history and decisions → table **samples_verified**."""

    recipe = "verified"
    version = "4"
    learned = "patch"
    fields = (*COMMON, *FIELDS, TOKENS)

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for each repository with commits that were tried."""
        (decisions,) = view.planned("export.decide", "decisions")
        tried: dict[str, list[Mapping[str, Any]]] = {}
        for told in view.results(TRIALS):
            tried.setdefault(told["repository"], []).append(told)
        snapshots = {s.repository_id: s for s in view.snapshots()}
        origins = {r.id: r.public_origin for r in view.repositories()}
        files = [file.path for file in view.planned(TRIALS, TABLE) if file.rows]
        export, said = view.settings.export, view.settings.analyze.threads_file
        lines = lines_of(Path(said)) if said else []
        for owner, row in digests(view, decisions).items():
            if owner not in tried:
                continue
            spec = {
                "recipe": self.recipe,
                "decided": row["digest"],
                "name": row["full_name"],
                "origin": origins[owner],
                "trials": tried[owner],
                "threads": threads_digest(threads(lines, row["full_name"])) if said else "",
                "split": export.split.model_dump(),
                "unbuilt": export.verified.unbuilt,
                **private(view),
            }
            hint = {
                "decisions": decisions.path,
                "rows": [row["first"], row["last"]],
                "git_dir": snapshots[owner].git_dir,
                "trials": files,
                "commits": [file.path for file in view.files("commits", subject=owner)],
                "threads": said,
            }
            yield Partition(NAME, self.version, spec, title=f"{self.recipe} {row['full_name']}", hint=hint)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Judge each commit by its trials, and tell of those that are tasks. Raises InvalidInput."""
        spec = partition.spec
        runs = runs_of(io, partition.hint["trials"], spec["trials"])
        teller = _Teller(partition, io)
        rows: list[dict[str, Any]] = []
        none: dict[str, str] = {}
        gates: Counter[str] = Counter()
        for commit, ran in runs.items():
            verdict = judged(ran, spec["unbuilt"], partial(teller.touched, ran))
            row = None if verdict.reason else teller.row(ran, verdict)
            rows += [row] if row else []
            reason = "" if row else verdict.reason or "private"
            gates.update([reason] if reason else [])
            none |= {commit: _told(reason, ran)} if reason else {}
        io.progress(partition.weight)
        counted = dict(sorted(gates.items()))
        result = {"rows": len(rows), "tried": len(runs), "name": spec["name"], "gates": counted, "none": none}
        return Outcome({table(self.recipe): columns(rows)}, result=result, counts={"rows": len(rows)})


def _told(reason: str, ran: Ran) -> str:
    """Give why a commit is no task, with what its run said of that where it was not judged."""
    side = next((runs[0] for runs in (ran.after, ran.base) if runs and runs[0].trouble == reason), None)
    said = (side.told["reason"] or side.told["unread"]) if side else ""
    return f"{reason}: {said}" if said else reason


class _Teller:
    """Tells of the commits of one repository."""

    def __init__(self, partition: Partition, io: IO) -> None:
        spec, hint = partition.spec, partition.hint
        self.spec = spec
        first, last = hint["rows"]
        self.terms: Standing = standing(io, hint["decisions"], first, last, OPEN)
        self.contents = Contents(io.workspace / hint["git_dir"], MOST_BYTES)
        self.veil = Veil(Policy.of(PrivacySettings.model_validate(spec["privacy"])))
        self.splits = SplitSettings.model_validate(spec["split"])
        self.messages = _messages(io, hint["commits"], [told["commit"] for told in spec["trials"]])
        said = threads(lines_of(Path(hint["threads"])), spec["name"]) if spec["threads"] else []
        if spec["threads"] and threads_digest(said) != spec["threads"]:
            raise InvalidInput("threads changed since this was planned", where=hint["threads"], hint="run it again")
        self.closers, self.issues = Closers(said), issues(said)

    def texts(self, one: Candidate) -> tuple[dict[str, str], bool]:
        """Give the texts of a commit's files, before and after, by blob id; and whether there are all."""
        read = self.contents.texts([bytes.fromhex(b) for c in one.changes for b in (c.old_blob, c.new_blob) if b])
        return {blob.hex(): text for blob, text in read.items() if text is not None}, None not in read.values()

    def touched(self, ran: Ran, tests: Collection[str]) -> set[str]:
        """Give those of some tests that the commit's changes of test files reach."""
        one = Candidate.of_json(ran.after[0].told)
        texts, _ = self.texts(one)
        both = [(texts.get(c.old_blob, ""), texts.get(c.new_blob, "")) for c in one.changes if c.test]
        return touched(tests, ran.after[0].tests, both)

    def told(self, ran: Ran, found: Judged) -> tuple[Ran, Judged]:
        """Leave out the tests that may not be named."""
        runs = (ran.after, ran.base, ran.bare)
        names = sorted({name for sides in runs for side in sides for name in side.tests})
        hidden = {name for name, seen in zip(names, self.veil.over(names), strict=True) if seen != name}
        if not hidden:
            return ran, found
        kept = [[Side(s.told, {n: v for n, v in s.tests.items() if n not in hidden}) for s in sides] for sides in runs]
        mended, steady, flaky = (
            [name for name in of if name not in hidden] for of in (found.mended, found.kept, found.flaky)
        )
        return Ran(*kept), Judged("", mended, steady, flaky, found.builds)

    def row(self, ran: Ran, found: Judged) -> dict[str, Any] | None:
        """Give a commit as a row; None where a text of it may not be told as it is.

        Tests in whose names there is something private are left out: another name would be no test's.
        """
        ran, found = self.told(ran, found)
        if not found.mended:
            return None
        one = Candidate.of_json(ran.after[0].told)
        texts, whole = self.texts(one)
        terms = {c.path: at for c in one.changes if (at := self.terms.at(c.head.encode()))}
        if not whole or len(terms) != len(one.changes):
            return None
        shown = [_shown(patch([c for c in one.changes if c.test is test], texts)) for test in (False, True)]
        said, issue = self.asked(one.commit)
        asked = self.veil.one(said)
        if self.veil.over(shown) != shown or not asked:  # with a placeholder in it, no patch would be what was run
            return None
        split = next(terms[c.path].split for c in one.changes if not c.test)
        task = Task(one, texts, terms, asked, issue, split_of(self.splits, one.when, split))
        return row_of(task, self.spec["name"], self.spec["origin"], found, ran)

    def asked(self, commit: str) -> tuple[str, str]:
        """Give what a commit was asked to do: the one issue that it closes, with its number, or its message."""
        message = self.messages.get(commit, "")
        closed = [self.issues[n] for n in self.closers.of(commit, message) if n in self.issues]
        return (closed[0].text, closed[0].number) if len(closed) == 1 else (body(message), "")


def _shown(text: str) -> str:
    """Give the lines of a patch without the marks before them, as they stand in files."""
    return "\n".join(line[1:] for line in text.split("\n"))


def _messages(io: IO, files: Sequence[str], commits: Sequence[str]) -> dict[str, str]:
    asked = f'select "commit", message from {io.tables.scan(files)} semi join of_ using ("commit")'
    of: Columns = {"commit": Varlen.of([bytes.fromhex(one) for one in sorted(set(commits))], text=False)}
    return {row["commit"].hex(): row["message"] for row in rows_of(io.tables.query(asked, of_=of))}


SHAPE = Verified()
