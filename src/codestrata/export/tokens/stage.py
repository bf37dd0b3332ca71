"""The ``export.tokens`` stage: contents of kept files that the user's tokenizer has not counted yet → **token_counts**.

Without a tokenizer nothing is planned: an estimate comes from facts. A content is counted once for each tokenizer,
whatever repositories and datasets it is in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.pieces import cut
from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.decide.selection import table_file
from codestrata.export.tokens.counter import counter, digest_of
from codestrata.export.write.contents import Place, read_texts
from codestrata.store.columns import Columns, Varlen, rows, take

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "export.tokens"
#: Raise it when the same tokenizer may count the same text otherwise.
VERSION = "1"
#: A piece holds about so many bytes of text and at most so many contents.
PIECE_BYTES = 8_000_000
PIECE_ROWS = 4096
#: Texts that are counted at once.
_AT_ONCE = 64
_NEEDED = "repository_id, blob, size, encoding, language"


def version(digest: str) -> str:
    """Give the version of counts made with a tokenizer of some digest."""
    return f"{VERSION}.{digest}"


class Tokens:
    """Contents without a count → table **token_counts**, one file per piece."""

    name = NAME
    verb = "export"
    unit = "MB"

    def plan(self, view: View) -> Iterator[Partition]:
        """Cut what is due into pieces. Raises InvalidInput and MissingExtra where the tokenizer cannot be used."""
        path = view.settings.export.tokens.tokenizer
        decided = view.planned("export.decide", "decisions")
        if not path or not decided:
            return
        digest = digest_of(path)
        due = _due(view, version(digest))
        homes = {s.repository_id: s.git_dir for s in view.snapshots()}
        for start, end in cut(np.asarray(due["size"], np.int64), PIECE_BYTES, PIECE_ROWS):
            piece = take(due, np.arange(start, end))
            size = int(np.asarray(piece["size"]).sum())
            yield Partition(
                NAME,
                version(digest),
                {"contents": _digest(piece)},
                title=f"{rows(piece)} contents",
                weight=max(1, size // 1_000_000),
                hint={
                    "decisions": decided[0].path,
                    "rows": np.asarray(piece["row"]).tolist(),
                    "homes": {name: homes[name] for name in Coded.of(varlen(piece, "repository_id")).words},
                    "tokenizer": path,
                    "digest": digest,
                },
            )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the texts and count."""
        hint = partition.hint
        within = f"where file_row_number in ({', '.join(map(str, hint['rows']))}) order by file_row_number"
        files = io.tables.read([table_file("decisions", hint["decisions"])], _NEEDED, within)
        texts, _ = read_texts(list(_places(files, hint["homes"], io)), lambda _: None)
        named = varlen(files, "language").strings()
        counts = counter(hint["tokenizer"], hint["digest"])
        found, done = [np.zeros(0, np.int64)], 0
        for start in range(0, len(named), _AT_ONCE):
            some = range(start, min(start + _AT_ONCE, len(named)))
            held = [texts.body[texts.places[i] : texts.places[i] + texts.lengths[i]].tobytes() for i in some]
            found.append(counts.count(held, named[start : start + _AT_ONCE]))
            done += sum(map(len, held))
            io.progress(done // 1_000_000)
        tokens = np.concatenate(found)
        made: Columns = {"blob": files["blob"], "encoding": files["encoding"], "tokens": tokens}
        return Outcome({"token_counts": made}, counts={"bytes": done, "tokens": int(tokens.sum())})


def _due(view: View, made_by: str) -> Columns:
    """List the contents to count, with the first row of decisions that has each, in the order of these rows."""
    files = view.files("token_counts", stage=NAME, version=made_by)
    less = f"anti join {view.tables.scan(files)} using (blob, encoding)" if files else ""
    decided = view.tables.scan(view.planned("export.decide", "decisions"))
    return view.tables.query(f"""
        with kept as (select repository_id, blob, size, encoding, file_row_number as number from {decided} where kept)
        select min(number) as row, blob, encoding, max(size) as size,
               arg_min(repository_id, number) as repository_id
        from kept {less} group by blob, encoding order by row""")


def _digest(piece: Columns) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for column in (varlen(piece, "blob"), varlen(piece, "encoding")):
        digest.update(column.offsets.tobytes() + column.data.tobytes())
    return digest.hexdigest()


def _places(files: Columns, homes: Mapping[str, str], io: IO) -> Iterator[Place]:
    """Say where the blobs of consecutive rows of one repository lie."""
    whose = Coded.of(varlen(files, "repository_id"))
    ends = (np.flatnonzero(np.diff(whose.codes, append=-1)) + 1).tolist()
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        part = take(files, np.arange(start, end))
        ids: Varlen = varlen(part, "blob")
        yield Place(
            io.workspace / homes[whose.words[whose.codes[start]]],
            ids.matrix(int(ids.offsets[1])),
            np.asarray(part["size"], np.int64),
            varlen(part, "encoding").strings(),
        )
