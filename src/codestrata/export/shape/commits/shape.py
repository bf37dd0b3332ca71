"""Recipe commits: history of repositories with kept files → table **samples_commits**."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.export.shape.base import COMMON, NAME, table
from codestrata.export.shape.commits.changes import FINAL, STRUCTURE, Seen, licensed
from codestrata.export.shape.commits.rows import FIELDS, Change, columns, row_of
from codestrata.export.shape.commits.subjects import Message, asked, body, failed
from codestrata.export.shape.commits.telling import Teller, private
from codestrata.export.shape.history.contents import Contents
from codestrata.export.shape.history.log import changes, history
from codestrata.export.shape.history.standing import digests, standing
from codestrata.export.shape.history.when import split_of
from codestrata.export.shape.learned import TOKENS
from codestrata.settings.recipe import SplitSettings
from codestrata.settings.shape import CommitSettings

#: Commits that one partition looks at.
AT_ONCE = 4_000


class Commits:
    """History and decisions → table **samples_commits**."""

    recipe = "commits"
    version = "4"
    learned = "messages"
    fields = (*COMMON, *FIELDS, TOKENS)

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition for some thousand commits. Raises InvalidInput where no repository has history."""
        (decisions,) = view.planned("export.decide", "decisions")
        owners = digests(view, decisions)
        snapshots = {s.repository_id: s for s in view.snapshots()}
        found = ((owner, history(view, snapshots[owner])) for owner in owners)
        histories = {owner: one for owner, one in found if one}
        if owners and not histories:
            raise InvalidInput(
                "no repository has the history that its rows are made of",
                where="recipe commits",
                hint="fetch all of it: --set ingest.strategy=full --refresh (and ingest.history not less than changes)",
            )
        origins = {r.id: r.public_origin for r in view.repositories()}
        asked_for = {
            "commits": view.settings.export.commits.model_dump(),
            "split": view.settings.export.split.model_dump(),
            **private(view),
        }
        for owner, (files, count) in histories.items():
            row = owners[owner]
            spec = {
                "recipe": self.recipe,
                "decided": row["digest"],
                "name": row["full_name"],
                "origin": origins[owner],
                "history": files,
                **asked_for,
            }
            hint = {
                "decisions": decisions.path,
                "rows": [row["first"], row["last"]],
                "git_dir": snapshots[owner].git_dir,
            }
            for first in range(0, count, AT_ONCE):
                span = [first, min(first + AT_ONCE, count) - 1]
                title = f"{self.recipe} {row['full_name']}"
                weight = max(1, (span[1] - span[0]) // 1000)
                yield Partition(NAME, self.version, {**spec, "span": span}, title=title, weight=weight, hint=hint)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the log, ask the gates of messages, then those of contents."""
        spec, hint = partition.spec, partition.hint
        settings = CommitSettings.model_validate(spec["commits"])
        splits = SplitSettings.model_validate(spec["split"])
        dropped: Counter[str] = Counter()
        teller = Teller.of(spec, io)
        seen: list[Seen] = []
        terms = standing(io, hint["decisions"], *hint["rows"])
        first, last = spec["span"]
        for row in changes(io, spec["history"], first, last, settings.most_files):
            reason = failed(Message(asked(row["subject"]), f"{row['author_name']} {row['author_email']}"), settings)
            one = Seen.of(row, terms)
            reason = reason or next((name for name, away in STRUCTURE.items() if away(one)), "")
            dropped.update([reason] if reason else [])
            seen += [] if reason else [one]
        rows = []
        contents = Contents(io.workspace / hint["git_dir"], settings.most_bytes)
        for change in _with_texts(contents, seen, settings, dropped):
            split = split_of(splits, change.row["committer_time"], change.terms.split)
            veiled = teller.veiled(change._replace(terms=change.terms._replace(split=split)))
            dropped.update([] if veiled else ["private"])
            rows += [row_of(veiled, spec["name"], spec["origin"], teller.author(change.row))] if veiled else []
        if dropped["missing"] > len(rows):
            text = f"{spec['name']}: texts of {dropped['missing']} changes are not here; ingest.strategy=full has them"
            io.tell({"event": "warning", "text": text})
        io.progress(partition.weight)
        result = {"rows": len(rows), "gates": dict(sorted(dropped.items()))}
        return Outcome({table(self.recipe): columns(rows)}, result=result, counts={"rows": len(rows)})


def _with_texts(
    contents: Contents, seen: Sequence[Seen], settings: CommitSettings, dropped: Counter[str]
) -> Iterator[Change]:
    """Read the texts of changes, and give those that pass the gates of contents."""
    sizes = contents.sizes([blob for one in seen for blob in one.blobs])
    fit = []
    for one in seen:
        if all(0 <= sizes[blob] <= settings.most_bytes for blob in one.blobs):
            fit.append(one)
        else:
            dropped.update(["missing" if min(sizes[blob] for blob in one.blobs) < 0 else "size"])
    for start, end in contents.groups([one.blobs for one in fit], sizes):
        texts = contents.texts([blob for one in fit[start:end] for blob in one.blobs])
        for one in fit[start:end]:
            old, new = (texts[blob] for blob in one.blobs)
            reason = next((name for name, away in FINAL.items() if away(old, new, settings)), "")
            reason = reason or ("licence" if licensed(one, f"{old}\n{new}") else "")
            dropped.update([reason] if reason else [])
            if not reason and old is not None and new is not None and one.terms:
                yield Change(one.row, one.terms, old, new, asked(one.row["subject"]), body(one.row["message"]))


SHAPE = Commits()
