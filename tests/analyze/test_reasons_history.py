"""Commits, reverts, replaced dependencies, threads and comments: who says why, and who does not."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import pytest

from codestrata.analyze.reasons.changelogs import from_changelog
from codestrata.analyze.reasons.commits import Log, from_commits, subject, told
from codestrata.analyze.reasons.confidence import LEAST, noisy_or
from codestrata.analyze.reasons.cues import cues, hits
from codestrata.analyze.reasons.documents.read import document
from codestrata.analyze.reasons.events.manifests import packages
from codestrata.analyze.reasons.events.reverts import from_reverts, reverts, with_outcome
from codestrata.analyze.reasons.merge import merged
from codestrata.analyze.reasons.record import Source
from codestrata.analyze.reasons.remarks import remarks
from codestrata.analyze.reasons.sentences import Prose, blocks
from codestrata.analyze.reasons.threads import from_threads, text_of
from codestrata.analyze.syntax.parse import parse
from codestrata.model.links import Known, links
from codestrata.model.threads import threads
from codestrata.store.columns import Varlen
from codestrata.store.records import TableFile


def log_of(*messages: str, author: str = "Ada Example") -> Log:
    """Make a log of commits, newest first, whose ids are 11…, 22…, and so on."""
    count = len(messages)
    ids = [f"{i + 1:x}" * 40 for i in range(count)]
    columns = {
        "commit": Varlen.of([bytes.fromhex(name) for name in ids], text=False),
        "parents": Varlen.of([""] * count),
        "author_name": Varlen.of([author] * count),
        "author_time": np.arange(count, 0, -1) * 3600,
        "message": Varlen.of(messages),
    }
    return Log.of(columns, "example/repo")


WHY = "cache: drop the lock\n\nThe lock is gone because nothing else writes to the cache any more.\n"


def test_the_subject_is_the_decision_and_the_body_says_why() -> None:
    """A message without a reason, or whose author is a program, gives no record."""
    (record,) = from_commits(
        log_of(
            WHY,
            "cache: rename it\n\nNo functional change.\n",
            "Bump x because of y\n\nBecause it is old and nobody needs it.\n",
        )
    )
    assert [(quote.field, quote.text[:8]) for quote in record.quotes] == [
        ("decision_point", b"cache: d"),
        ("rationale", b"The lock"),
    ]
    assert list(from_commits(log_of(WHY, author="renovate[bot]"))) == []


def test_a_merge_by_a_forge_is_called_by_its_title() -> None:
    """What was merged is the decision, not that it was merged."""
    text = b"Merge pull request #7 from a/b\n\nUse one pool\n\nBody.\n"
    start, end = subject(text)
    assert text[start:end] == b"Use one pool"


def test_copies_are_one_decision() -> None:
    """A cherry-pick names the same decision: one record, the oldest commit first."""
    log = log_of(WHY + "\n(cherry picked from commit 2222222222222222222222222222222222222222)\n", WHY)
    (record,) = merged(from_commits(log))
    assert record.commits == [log.ids[1], log.ids[0]]


def test_code_logs_quotes_and_trailers_are_no_sentences() -> None:
    """Only prose is cut into sentences, each where it stands."""
    text = (
        b"We do it e.g. because of mice. Then B follows.\n\n    code because of indentation\n\n"
        b"> quoted because of mail\n\n"
        b"- an item, because it matters\n  and goes on\n\n```\nfenced because of ticks\n```\n\n"
        b"Signed-off-by: because <a@b>\n"
    )
    found = [text[start:end] for start, end in Prose(text).all]
    assert found == [
        b"We do it e.g. because of mice.",
        b"Then B follows.",
        b"an item, because it matters\n  and goes on",
    ]
    assert len(blocks(text)) == 2


def test_cues_are_found_over_lines_and_marks_of_comments() -> None:
    """The words of a cue may be on two lines, in a comment too; phrases that mislead are no cues."""
    assert [hit.cue.name for hit in hits(b"done so\nthat it works", "commit")] == ["so that"]
    assert [hit.cue.name for hit in hits(b"// done so\n    // that it works", "comment")] == ["so that"]
    assert list(hits(b"On the other hand, it would have been fine", "commit")) == []
    assert all(0.0 <= cue.posterior < 1.0 and 0.0 <= cue.in_comments < 1.0 for cue in cues())


def test_links_are_read_and_ids_are_not_guessed() -> None:
    """Issues by number, owner and URL; commits only where one commit here has that beginning."""
    text = b"See #12, GH-13, a/b#14, https://example.org/c/d/pull/15, abcdef12 and 1234567. Colour #fff, x&#99;"
    assert set(links(text).issues) == {"12", "13", "a/b#14", "c/d#15"}
    known = Known(["abcdef12" + "0" * 32, "abcdef13" + "0" * 32])
    assert known.resolve(["abcdef12", "abcdef1", "abcdef"]) == ["abcdef12" + "0" * 32]


def test_a_revert_names_its_pair_and_what_came_of_it() -> None:
    """The record of a revert says why; the commit it undoes is told as reverted, in the revert's own words."""
    bad = WHY
    text = f'Revert "cache: drop the lock"\n\nThis reverts commit {"2" * 40}.\n\nTwo writers met on a busy host.\n'
    log = log_of(text, bad)
    pairs = list(reverts(log))
    (event,) = from_reverts(log, pairs)
    assert event.commits[:2] == log.ids
    assert [quote.text for quote in event.of("rationale")] == [b"Two writers met on a busy host."]
    (undone,) = with_outcome(log, list(from_commits(log_of("x", bad))), pairs)
    assert undone.status == "reverted"
    assert undone.of("outcome")[0].text == b'Revert "cache: drop the lock"'
    silent = log_of(f'Revert "x"\n\nThis reverts commit {"2" * 40}.\n', "x")
    assert list(from_reverts(silent, list(reverts(silent)))) == []


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("package.json", b'{\n  "name": "x",\n  "dependencies": {\n    "left-pad": "^1.0.0"\n  }\n}\n', {b"left-pad"}),
        ("Cargo.toml", b'[package]\nname = "x"\nversion = "1.0"\n[dependencies]\nserde = "1.0"\n', {b"serde"}),
        ("go.mod", b"module a.b/c\n\nrequire d.e/f/v2 v2.0.0\nrequire g.h/i v1.0.0 // indirect\n", {b"d.e/f"}),
        ("requirements.txt", b"# x\nflask>=2\nhttpx[http2]==1.0\n-r other.txt\n", {b"flask", b"httpx"}),
        ("Gemfile", b"source 'x'\ngem 'rails', '~> 7'\n", {b"rails"}),
    ],
)
def test_manifests_name_their_packages(path: str, text: bytes, names: set[bytes]) -> None:
    """Direct ones, each with the line that asks for it."""
    found = packages(path, text)
    assert set(found) == names
    assert all(name in text[start:end] for name, (start, end) in found.items())


def test_threads_are_read_leniently_and_decide_when_closed() -> None:
    """Lines that are no threads are passed over; an open thread without reasons tells nothing."""
    lines = [
        b'{"number": 1, "title": "Use zstd", "state": "merged", "body": "It is needed because gzip is slow here."}',
        b'{"number": 2, "title": "Other", "repository": "else/where", "state": "closed"}',
        b'{"number": 3, "title": "Question", "state": "open", "body": "How does it work?"}',
        b"[1, 2]",
        b"{broken",
        b"",
    ]
    rows = threads(lines, "example/repo")
    assert [row["number"] for row in rows] == [1, 3]
    (record,) = from_threads(rows, "example/repo", Known([]))
    assert (record.status, record.issues[0]) == ("accepted", "1")
    assert all(quote.text in text_of(rows[0]) for quote in record.quotes)


SAID = b"// Use a list, because the order\n// of the keys is told.\n"
SOURCES = {
    "python": SAID.replace(b"//", b"#") + b"x = 1  # plain\n@deprecated('use new_thing instead')\ndef f(): pass\n",
    "rust": SAID + b'#[deprecated(note = "use new_thing instead")]\nfn f() {}\n',
    "c": b"/* Use a list, because the order\n * of the keys is told. */\nint x; /* Copyright because of law */\n",
    "go": b"package a\n\n" + SAID + b"var x = 1\n",
    "typescript": SAID + b"const url = 'because it is a string literal here';\n",
}


@pytest.mark.parametrize("grammar", sorted(SOURCES))
def test_comments_that_say_why_are_remarked(grammar: str) -> None:
    """In every language a comment over several lines is one text; strings, licences and plain comments are not told."""
    other = b"\n" * 3
    rows = remarks(parse(grammar, [other, SOURCES[grammar]]))["remarks"]
    columns = rows.columns
    start, end = (np.asarray(columns[name]) for name in ("start", "end"))
    texts = [SOURCES[grammar][a:b] for a, b in zip(start, end, strict=True)]
    assert set(rows.file.tolist()) == {1}
    assert texts[0].startswith(b"Use a list")
    assert texts[0].rstrip(b" */").endswith(b"told.")
    said = dict(zip(columns["cue"].strings(), columns["field"].strings(), strict=True))  # type: ignore[union-attr]
    assert said["because"] == "rationale"
    assert ("deprecated attribute" in said) == (grammar in {"python", "rust"})
    assert np.asarray(columns["line"]).tolist()[0] == SOURCES[grammar][: start[0]].count(b"\n") + 1


def test_confidence_is_of_sources_not_of_sentences() -> None:
    """Two sentences of one message are no two witnesses; two messages are."""
    (record,) = from_commits(log_of(WHY + "It also is faster because there is nothing to wait for.\n"))
    best = max(quote.confidence for quote in record.of("rationale"))
    assert record.confidence == pytest.approx(best)
    assert noisy_or([0.5, 0.5]) == pytest.approx(0.75)
    assert noisy_or([0.99, 0.99]) < 1.0
    assert all(quote.confidence >= LEAST for quote in record.quotes)


@pytest.fixture
def reasons_of(analysis, repository_of) -> Callable[..., list[dict[str, Any]]]:
    """Give a way to look for reasons in files."""
    from codestrata.settings import load

    def look(files: dict[str, str | bytes], levels: str = "L8") -> list[TableFile]:
        _, repository = repository_of("one", files)
        analysis.settings = load(flags={"engine.inline": True, "analyze.levels": levels})
        analysis.engine.settings = analysis.settings
        analysis.run(repository)
        return list(analysis.view.files("reasons", subject=repository.id))

    return look


def test_nothing_is_looked_for_unless_it_is_asked_for(reasons_of) -> None:
    """Without L8 there is no partition, and no table."""
    assert reasons_of({"a.py": "x = 1\n"}, levels="L1") == []


def test_repositories_without_reasons_have_empty_tables(reasons_of) -> None:
    """Hostile or empty files give no records and no failure."""
    files = {
        "docs/adr/1.md": b"# \xff\xfe\n\n## Decision\n\n\xff because \xfe\n",
        "NEWS": b"\0\1\2",
        "docs/x.md": "#" * 5000,
    }
    (table,) = reasons_of(files)
    assert table.rows == 0


@pytest.mark.parametrize(
    "text",
    [
        b"because " * 100_000,
        b"# a\n" * 50_000,
        b"# a" + b" #" * 500_000,
        b"a." * 500_000,
        b"a-b: " + b"<" * 1_000_000,
        b"- x because y\n" * 50_000,
        b". " * 500_000,
        b"#" * 1_000_000,
    ],
    ids=["cues", "headings", "marks", "dots", "trailer", "items", "ends", "hashes"],
)
def test_hostile_texts_cost_little(text: bytes) -> None:
    """Megabytes of what the readers look for end in seconds, whatever they give."""
    source = Source("file", "CHANGELOG.md", text)
    begin = process_time()
    list(from_changelog(source))
    document("adr", source)
    told(source, list(hits(text, "commit")), "commit")
    links(text)
    assert process_time() - begin < 8
