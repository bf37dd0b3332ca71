"""Pairs of an issue and the change that mended it: their partitions, and their rows in table **samples_instruct**."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codestrata.engine.base import IO, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.private import Policy
from codestrata.export.shape.base import COMMON, NAME
from codestrata.export.shape.commits.telling import private
from codestrata.export.shape.history.contents import Contents
from codestrata.export.shape.history.diff import unified
from codestrata.export.shape.history.log import changes, history
from codestrata.export.shape.history.standing import Terms, digests, standing
from codestrata.export.shape.history.veil import Veil
from codestrata.export.shape.instruct.issues import Closers, Issue, by_commit, failed, issues
from codestrata.export.shape.instruct.rows import FIELDS, digest
from codestrata.export.shape.said import json_of, messages
from codestrata.model.licence import classify, combine
from codestrata.model.paths import readable
from codestrata.model.threads import digest as threads_digest
from codestrata.model.threads import lines_of, threads
from codestrata.settings.recipe import PrivacySettings
from codestrata.settings.shape import InstructSettings
from codestrata.store.columns import Columns, column

if TYPE_CHECKING:
    from codestrata.store.tables import TableFile

PART = "issues"
Row = Mapping[str, Any]


def plan(view: View, decisions: TableFile, recipe: str, version: str) -> Iterator[Partition]:
    """One partition for each repository with threads and history."""
    settings, file = view.settings.export, view.settings.analyze.threads_file
    if not (file and settings.instruct.issues):
        return
    lines = lines_of(Path(file))
    snapshots = {s.repository_id: s for s in view.snapshots()}
    origins = {r.id: r.public_origin for r in view.repositories()}
    for owner, row in digests(view, decisions).items():
        said = threads_digest(threads(lines, row["full_name"]))
        found = history(view, snapshots[owner])
        if not (said and found):
            continue
        spec = {
            "recipe": recipe,
            "part": PART,
            "threads": said,
            "decided": row["digest"],
            "name": row["full_name"],
            "origin": origins[owner],
            "history": found[0],
            "instruct": settings.instruct.model_dump(),
            "most_bytes": settings.commits.most_bytes,
            **private(view),
        }
        place = {"decisions": decisions.path, "rows": [row["first"], row["last"]], "git_dir": snapshots[owner].git_dir}
        hint = {**place, "threads": file, "commits": found[1]}
        yield Partition(NAME, version, spec, title=f"{recipe} {row['full_name']}: issues", hint=hint)


class _File(NamedTuple):
    """A file that a commit changed: paths and texts before and after, "" where it was or is not there."""

    old_path: str
    path: str
    old: str
    new: str
    terms: Terms


def run(partition: Partition, io: IO) -> tuple[Columns, Counter[str]]:
    """Give the rows, and what each gate turned away. Raises InvalidInput where the threads are others by now."""
    spec, hint = partition.spec, partition.hint
    rows = threads(lines_of(Path(hint["threads"])), spec["name"])
    if threads_digest(rows) != spec["threads"]:
        raise InvalidInput("threads changed since this was planned", where=hint["threads"], hint="run it again")
    settings = InstructSettings.model_validate(spec["instruct"])
    veil = Veil(Policy.of(PrivacySettings.model_validate(spec["privacy"])))
    contents = Contents(io.workspace / hint["git_dir"], spec["most_bytes"])
    terms, closers, open_ = standing(io, hint["decisions"], *hint["rows"]), Closers(rows), issues(rows)
    dropped: Counter[str] = Counter()
    made = []
    for changed in by_commit(changes(io, spec["history"], 0, hint["commits"], settings.issue_files)):
        commit = changed[0]["commit"].hex()
        closed = [open_[n] for n in closers.of(commit, changed[0]["message"]) if n in open_]
        if len(closed) != 1:  # a change that mends several is the answer to none of them alone
            continue
        reason = failed(closed[0], settings)
        files = None if reason else _files(changed, [terms.at(row["head"]) for row in changed], contents)
        row = _row(closed[0], changed[0], files, veil, spec) if files else None
        dropped.update([reason or ("private" if files else "file")] if row is None else [])
        made += [] if row is None else [row]
    fields = (*COMMON, *FIELDS)
    return {f.name: column([row[f.name] for row in made], f.kind) for f in fields}, dropped


def _files(changed: Sequence[Row], terms: Sequence[Terms | None], contents: Contents) -> list[_File] | None:
    """Give the files of a commit; None where one may not be told, is no text, or none was there before."""
    if not any(row["status"] in {"M", "R"} for row in changed):
        return None
    texts = contents.texts([blob for row in changed for blob in (row["old_blob"], row["new_blob"]) if blob])
    files = []
    for row, one in zip(changed, terms, strict=True):
        old, new = (texts[blob] if blob else "" for blob in (row["old_blob"], row["new_blob"]))
        if one is None or old is None or new is None:
            return None
        path = readable(row["path"])
        before = readable(row["old_path"]) or path
        files.append(_File(before if row["old_blob"] else "", path if row["new_blob"] else "", old, new, one))
    return files if len({file.terms.split for file in files}) == 1 else None


def _row(issue: Issue, commit: Row, files: Sequence[_File], veil: Veil, spec: Row) -> dict[str, Any] | None:
    texts = veil.over([issue.text, *(text for file in files for text in (file.old, file.new))])
    if any(text is None for text in texts):
        return None
    asked, *both = [str(text) for text in texts]
    files = [f._replace(old=both[2 * i], new=both[2 * i + 1]) for i, f in enumerate(files)]
    diffs = [unified(f.old, f.new, f.old_path, f.path) for f in files]
    most = max(range(len(files)), key=lambda i: diffs[i].added + diffs[i].deleted)
    answer = "".join(one.text for one in diffs)
    licence = combine(f.terms.licence for f in files)
    before = "\n\n".join(f"{f.old_path}:\n\n{f.old}" for f in files if f.old_path)
    name, of = commit["commit"].hex(), spec["name"]
    return {
        "source": f"{of}@{name}",
        "repository": of,
        "origin": spec["origin"],
        "commit": name,
        "path": files[0].path if len(files) == 1 else "",
        "language": files[most].terms.language,
        "licence": licence,
        "licence_class": classify(licence),
        "split": files[0].terms.split,
        **dict.fromkeys(("owner", "signature", "body", "code", "blob", "imports"), ""),
        **dict.fromkeys(("start", "end"), -1),
        **dict.fromkeys(("calls", "tests"), "[]"),
        "instruction": asked,
        "answer": answer,
        "messages": messages(f"{asked}\n\n{before}", answer),
        "kind": "issue",
        "name": issue.number,
        "public": False,
        "changes": json_of([{"path": f.path or f.old_path, "before": f.old, "after": f.new} for f in files]),
        "related": json_of([issue.number]),
        "digest": digest(answer),
    }
