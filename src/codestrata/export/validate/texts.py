"""Gates over texts: secrets left, problems of evaluation sets, texts that are not their hash's, trees with errors.

Every text of every row is read once, some rows at a time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from codestrata.errors import StorageError
from codestrata.export.overlap.rows import Judge
from codestrata.export.private import Policy
from codestrata.export.reading.records import kind_of, read
from codestrata.export.reading.rows import ASIDE, quoted
from codestrata.export.validate.judgement import MOST, Judgement
from codestrata.export.validate.rows import JSON
from codestrata.model.text import AS_IT_IS
from codestrata.privacy.scan import scan
from codestrata.store.columns import Varlen

if TYPE_CHECKING:
    from codestrata.export.overlap.match import Lists
    from codestrata.export.validate.gates import Asked
    from codestrata.export.validate.rows import Rows

#: Given a language and texts in UTF-8, say of each whether it parses; None where nobody can tell.
Parses = Callable[[str, Sequence[bytes]], Sequence[bool | None]]
#: Rows whose texts are in memory at once.
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Lot:
    """Some rows: the columns of each as text. ``sources`` names them."""

    sources: Sequence[str]
    columns: Mapping[str, Sequence[str]]

    def contents(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Give the columns that hold what is in a row, not where it is from."""
        return ((name, texts) for name, texts in self.columns.items() if name not in ASIDE)

    def sayings(self) -> Iterator[Sequence[str]]:
        r"""Give the same columns as people wrote them: what JSON wraps is taken out of it.

        In JSON a line break and ``@pytest.mark.network`` are ``\n@pytest.mark.network``, an address to any detector.
        """
        return ([unwrapped(text) for text in texts] if name in JSON else texts for name, texts in self.contents())


@dataclass(slots=True)
class Tally:
    """What fails one gate: rows by their sources with the reason, MOST at most; ``count`` of them, of ``asked``."""

    count: int = 0
    asked: int = 0
    rows: list[str] = field(default_factory=list)

    def add(self, source: str, why: str) -> None:
        """Note one row."""
        self.count += 1
        if len(self.rows) < MOST:
            self.rows.append(f"{source}: {why}")


class Texts:
    """The gates over texts of one dataset."""

    def __init__(self, asked: Asked, lists: Lists | None, parses: Parses | None) -> None:
        self._asked, self._lists, self._parses = asked, lists, parses
        self._policy = Policy.of(asked.settings.privacy)
        self.bytes, self.secrets, self.problems, self.trees = Tally(), Tally(), Tally(), Tally()

    def judge(self) -> Iterator[Judgement]:
        """Read every text, and judge."""
        for lot in lots(self._asked.rows):
            self._hashes(lot)
            if self._policy.asks:
                self._private(lot)
            if self._lists is not None:
                self._overlaps(lot)
            if self._parses is not None:
                self._trees(lot, self._parses)
        yield self._bytes()
        yield self._secrets()
        yield self._contamination()
        yield self._parse_rate()

    def _hashes(self, lot: Lot) -> None:
        columns = lot.columns
        if not {"text", "sha256", "encoding"} <= columns.keys() or self._policy.redact:
            return
        rows = zip(lot.sources, columns["text"], columns["sha256"], columns["encoding"], strict=True)
        for source, text, wanted, encoding in rows:
            if encoding in AS_IT_IS:
                self.bytes.asked += 1
                if hashlib.sha256(text.encode()).hexdigest() != wanted:
                    self.bytes.add(source, "the text has another SHA-256")

    def _private(self, lot: Lot) -> None:
        kinds = {*self._policy.redact, *self._policy.drop}
        for texts in lot.sayings():
            laid = Varlen.of(texts)
            for number, spans in scan(laid.data, laid.offsets[:-1], laid.offsets[1:]).spans:
                for span in spans:
                    if span.kind in kinds and span.confidence >= self._policy.confidence:
                        self.secrets.add(lot.sources[number], f"{span.kind} ({span.detector})")

    def _overlaps(self, lot: Lot) -> None:
        assert self._lists is not None  # noqa: S101 -- asked for where there are some
        judge = Judge.certain(self._lists, self._asked.settings.decontaminate)
        for _, texts in lot.contents():
            laid = Varlen.of(texts)
            found = judge.spans(laid)
            sets, problems = found["set"].strings(), found["problem"].strings()  # type: ignore[union-attr]
            for at, name, problem in zip(np.asarray(found["row"]).tolist(), sets, problems, strict=True):
                self.problems.add(lot.sources[at], f"{name}/{problem}")

    def _trees(self, lot: Lot, parses: Parses) -> None:
        if "text" not in lot.columns or "language" not in lot.columns:
            return
        for language in sorted(set(lot.columns["language"])):
            rows = [i for i, name in enumerate(lot.columns["language"]) if name == language]
            said = parses(language, [lot.columns["text"][i].encode() for i in rows])
            for i, good in zip(rows, said, strict=True):
                self.trees.asked += good is not None
                if good is False:
                    self.trees.add(lot.sources[i], f"{language} with errors")

    def _bytes(self) -> Judgement:
        about = "Every text is the one whose hash its row has."
        if not self.bytes.asked:
            return Judgement("bytes", "skipped", about, why="texts are edited, or have no hash of their own")
        return _told("bytes", about, self.bytes, "texts that are not their hash's")

    def _secrets(self) -> Judgement:
        about = "No text holds what is to be replaced, or what its file was to go for."
        if not self._policy.asks:
            return Judgement("secrets", "skipped", about, why="nothing is looked for (export.privacy)")
        return _told("secrets", about, self.secrets, "places that hold private things")

    def _contamination(self) -> Judgement:
        about = "No text holds a problem of an evaluation set."
        settings = self._asked.settings.decontaminate
        if self._lists is None or settings.action == "keep":
            why = "no list is at hand (export.decontaminate)" if settings.action == "drop" else "they are kept"
            return Judgement("contamination", "skipped", about, why=why)
        return _told("contamination", about, self.problems, "texts that hold problems")

    def _parse_rate(self) -> Judgement:
        about = "Enough of the texts in languages with a grammar parse without an error."
        least = self._asked.settings.gates.parse_rate
        if not self.trees.asked:
            return Judgement("parse_rate", "skipped", about, threshold=least, why="nothing was parsed")
        share = 1 - self.trees.count / self.trees.asked
        if share >= least:
            return Judgement("parse_rate", "passed", about, share, least)
        why = f"{share:.1%} parse"
        return Judgement("parse_rate", "failed", about, share, least, self.trees.count, tuple(self.trees.rows), why)


def _told(gate: str, about: str, tally: Tally, why: str) -> Judgement:
    if not tally.count:
        return Judgement(gate, "passed", about)
    return Judgement(gate, "failed", about, -1.0, -1.0, tally.count, tuple(tally.rows), f"{why}: {tally.count}")


def unwrapped(text: str) -> str:
    """Give the strings of a JSON document, a line break between two; a text that is none as it is."""
    try:
        return "\n".join(_strings(json.loads(text)))
    except ValueError:
        return text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in _strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in _strings(one))


def lots(rows: Rows) -> Iterator[Lot]:
    """Give all rows of a dataset, some at a time; shards that cannot be read are left out."""
    for shard in rows.folder.first:
        called = rows.folder.called(shard)
        if called in rows.broken:
            continue
        kinds = rows.columns.get(called, {})
        names = [name for name, kind in kinds.items() if kind == "VARCHAR"]
        kind = kind_of(shard)
        if kind is None:
            yield from _of_parquet(rows, str(quoted(shard)), called, names)
            continue
        held: list[Mapping[str, object]] = []
        for record in read(shard, kind):
            held.append(record.row)
            if len(held) == _AT_ONCE:
                yield _lot(held, names, called)
                held = []
        if held:
            yield _lot(held, names, called)


def _of_parquet(rows: Rows, source: str, called: str, names: Sequence[str]) -> Iterator[Lot]:
    listed = ", ".join(f'"{name}"' for name in names)
    try:
        cursor = rows.con.execute(f"select {listed} from read_parquet('{source}')")
        while found := cursor.fetchmany(_AT_ONCE):
            columns = dict(zip(names, map(list, zip(*found, strict=True)), strict=True))
            yield Lot(columns.get("source", [called] * len(found)), columns)
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise StorageError(f"cannot be read: {told}", where=called, hint="build the dataset again") from error


def _lot(held: Sequence[Mapping[str, object]], names: Sequence[str], called: str) -> Lot:
    columns = {name: [str(row.get(name, "")) for row in held] for name in names}
    return Lot(columns.get("source", [called] * len(held)), columns)
