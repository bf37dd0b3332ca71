"""Documents and changelogs: headings say what their sections tell, whatever the markup."""

from __future__ import annotations

import pytest

from codestrata.analyze.reasons.changelogs import from_changelog, is_changelog
from codestrata.analyze.reasons.documents.headings import sections
from codestrata.analyze.reasons.documents.read import document
from codestrata.analyze.reasons.documents.status import dated, status
from codestrata.analyze.reasons.documents.which import kind_of
from codestrata.analyze.reasons.record import Record, Source


def told(record: Record) -> set[tuple[str, str]]:
    """Give (field, first 20 characters) of what a record says."""
    return {(quote.field, quote.text[:20].decode()) for quote in record.quotes}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docs/adr/0001-use-go.md", "adr"),
        ("doc/architecture/decisions/0002-x.md", "adr"),
        ("docs/architecture-decision-records/x.md", "adr"),
        ("text/2045-target-feature.md", "rfc"),
        ("keps/sig-node/1287-resize/README.md", "kep"),
        ("peps/pep-0703.rst", "pep"),
        ("teps/0033-gates.md", "tep"),
        ("design/12914-monotonic.md", "proposal"),
        ("Documentation/technical/reftable.adoc", "design"),
        ("docs/guide.md", "prose"),
        ("docs/adr/template.md", ""),
        ("requirements.txt", ""),
        ("src/adr/main.rs", ""),
        ("node_modules/x/docs/adr/1.md", ""),
    ],
)
def test_documents_are_found_by_their_paths(path: str, kind: str) -> None:
    """Records, proposals and design notes by where they lie; templates and others' are none."""
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.md", b"# One\n\ntext\n\n## Two\n\nmore\n\n```\n# no heading\n```\n"),
        ("a.md", b"One\n===\n\ntext\n\nTwo\n---\n\nmore\n\n    # no heading\n"),
        ("a.rst", b"One\n===\n\ntext\n\nTwo\n---\n\nmore\n"),
        ("a.adoc", b"= One\n\ntext\n\n== Two\n\nmore\n"),
        ("a.txt", b"One\n===\n\ntext\n\nTwo\n---\n\nmore\n"),
    ],
)
def test_headings_of_every_markup(path: str, text: bytes) -> None:
    """Titles, levels and what is below them are the same in Markdown, reStructuredText, AsciiDoc and plain text."""
    found = sections(text, path)
    assert [text[s.start : s.end] for s in found] == [b"One", b"Two"]
    assert [s.parent for s in found] == [-1, 0]
    assert [text[s.body : s.stop].strip()[:4] for s in found] == [b"text", b"more"]


def test_a_log_of_decisions_is_one_record_for_each() -> None:
    """Where one file holds several decisions, each has its own title and reasons."""
    one = "## Use {0}\n\n### Decision\n\nWe use {0} everywhere in this project.\n\n"
    one += "### Rationale\n\nEverybody here knows {0} well.\n\n"
    text = f"# Decisions\n\n{one.format('Rust')}{one.format('Postgres')}".encode()
    records = document("adr", Source("file", "docs/adr/log.md", text))
    assert [record.quotes[0].text for record in records] == [b"Use Rust", b"Use Postgres"]
    assert all({quote.field for quote in record.quotes} == {"decision_point", "rationale"} for record in records)


def test_alternatives_below_their_own_headings() -> None:
    """Each heading below "Alternatives" is one alternative, quoted from its title to the end of its first paragraph."""
    text = b"# Async\n\n## Summary\n\nWe add async functions to it.\n\n## Rationale and alternatives\n\n"
    text += b"It is what users ask for.\n\n### Green threads\n\nThey cost a run time.\n\nMore.\n"
    (record,) = document("rfc", Source("file", "text/0001-async.md", text))
    assert ("rationale", "It is what users ask") in told(record)
    text = text.replace(b"Rationale and alternatives", b"Alternatives")
    (record,) = document("rfc", Source("file", "text/0001-async.md", text))
    quoted = [quote.text for quote in record.of("alternative")]
    assert b"Green threads\n\nThey cost a run time." in quoted


def test_user_documentation_gives_no_reasons() -> None:
    """Options, and why to use it, in a guide are about using it; a section "Rationale" is about how it was made."""
    guide = b"# Tool\n\n## Options\n\n- `-v` prints the version of it.\n\n"
    guide += b"## Why use it?\n\nIt is the fastest of them all.\n"
    assert document("prose", Source("file", "docs/guide.md", guide)) == []
    reasons = guide + b"\n## Rationale\n\nIt is written in C so that it starts at once.\n"
    (record,) = document("prose", Source("file", "docs/guide.md", reasons))
    assert [quote.text for quote in record.of("rationale")] == [b"It is written in C so that it starts at once."]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"# X\n\n* Status: accepted\n", "accepted"),
        (b"---\nstatus: proposed\n---\n# X\n", "proposed"),
        (b"# X\n\n## Status\n\nSuperseded by [4](0004.md)\n", "superseded"),
        (b"Title: X\nStatus: Withdrawn\n", "rejected"),
        (b"| Status | implemented |\n", "accepted"),
        (b"# X\n\nThe status quo is fine.\n", ""),
    ],
)
def test_status_is_what_the_document_says(text: bytes, word: str) -> None:
    """Its words are mapped to a few, and where they stand is given; nothing is guessed."""
    found = status(text)
    assert (found[0] if found else "") == word
    assert dated(b"* Date: 2024-02-30\n") == -1
    assert dated(b"* Date: 2024-01-02\n") == 1_704_153_600


def test_changelogs_tell_what_breaks_and_why() -> None:
    """Entries that remove, deprecate or break are told, with reason and replacement; a fixed defect is no decision."""
    text = (
        b"# Changes\n\n## 1.1\n\n### Fixed\n\n- Fix a crash that happened because the list was empty.\n\n"
        b"### Deprecated\n\n- `old()` is deprecated now.\n\n### Changed\n\n"
        b"- The cache is off by default because it hid errors.\n- A new logo for the site.\n"
    )
    found = [told(record) for record in from_changelog(Source("file", "CHANGELOG.md", text))]
    assert found == [
        {("decision_point", "`old()` is deprecate")},
        {("decision_point", "The cache is off by "), ("rationale", "The cache is off by ")},
    ]


def test_fragments_of_news_are_entries() -> None:
    """Number and kind are in the name; a template is none."""
    assert is_changelog("changelog/123.removal.rst")
    assert is_changelog("Documentation/RelNotes/2.40.0.adoc")
    assert not is_changelog("src/history.rs")
    assert not is_changelog("changelog/template.rst")
    text = b"``--old`` was removed because nobody used it any more.\n"
    (record,) = from_changelog(Source("file", "changelog/123.removal.rst", text))
    assert record.issues == ("123",)
    assert record.of("rationale")


def test_what_is_superseded_names_what_came_after() -> None:
    """The link in a status is followed from where the document lies."""
    text = (
        b"# Use A\n\n## Status\n\nSuperseded by [2](0002-use-b.md)\n\n## Decision\n\nWe use A for all of our pages.\n\n"
    )
    text += b"## Rationale\n\nEverybody here has used A before.\n"
    (record,) = document("adr", Source("file", "docs/adr/0001-use-a.md", text))
    assert record.status == "superseded"
    assert record.paths == ("docs/adr/0001-use-a.md", "docs/adr/0002-use-b.md")
    assert record.of("outcome")[0].text.startswith(b"Superseded by")
