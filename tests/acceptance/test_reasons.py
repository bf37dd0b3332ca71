"""Reasons (L8): on repositories with decisions that are known, what is told is true, and stands where it is said to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cli.calling import Strata, strata
from tests.conftest import RepoBuilder, git

from codestrata.analyze.reasons.threads import text_of

__all__ = ["strata"]

ADR = """# 3. Keep jobs in PostgreSQL

* Status: accepted
* Date: 2023-05-04

## Context and Problem Statement

Jobs were lost whenever the broker was restarted, and nobody noticed for days.

## Decision Drivers

* Operators run one database already and want no second one.

## Considered Options

* Keep jobs in PostgreSQL
* A Redis stream per queue
* RabbitMQ with quorum queues

## Decision Outcome

Chosen option: "Keep jobs in PostgreSQL", because a job and its data are written in one transaction.

### Consequences

* Good, because backups cover jobs too.
* Bad, because throughput ends at some thousand jobs per second.
"""
CHANGES = """# Changelog

## 2.0.0

### Removed

- `Queue.poll` is gone. It was removed because it kept a connection open for every worker. Use `Queue.listen` instead.

### Added

- A logo.
"""
CODE = '''"""Workers."""


def start(queue):
    # The lock is taken before the connection is opened, because a worker that dies between the two
    # would leave a session behind that nobody owns.
    queue.lock()
    # increment the counter by one
    queue.count += 1
'''
GO_MOD = "module example.org/jobs\n\nrequire (\n\tgithub.com/lib/pq v1.10.0\n\tgolang.org/x/sync v0.1.0\n)\n"
THREADS = (
    {
        "number": 12,
        "kind": "pull",
        "title": "Give every worker a name",
        "state": "closed",
        "url": "https://example.org/jobs/pull/12",
        "body": "Names help.\r\n\r\n## Alternatives\r\n\r\n- Number the workers in the order they start.\r\n",
        "comments": [
            {"author": "lead", "association": "OWNER", "body": "Closing in favour of #14, which needs no table."}
        ],
    },
    {"number": 13, "title": "Typo", "state": "open", "body": "There is a typo."},
)
#: What the repository decided: tier → a piece of each field's words. Nothing else may be told.
PLANTED: Mapping[str, Mapping[str, set[str]]] = {
    "document": {
        "decision_point": {"Keep jobs in PostgreSQL", "Chosen option:"},
        "rationale": {"Jobs were lost", "Chosen option:", "Good, because backups"},
        "alternative": {"A Redis stream per queue", "RabbitMQ with quorum"},
        "constraint": {"Operators run one database"},
        "trade_off": {"Bad, because throughput"},
        "outcome": {"accepted"},
    },
    "changelog": {
        "decision_point": {"`Queue.poll` is gone."},
        "rationale": {"It was removed because"},
        "outcome": {"Use `Queue.listen`"},
    },
    "comment": {"rationale": {"The lock is taken before"}},
    "commit": {
        "decision_point": {"queue: wait with LISTEN"},
        "rationale": {"Polling kept a connection busy"},
        "alternative": {"We also considered a longer interval"},
        "trade_off": {"The downside is that"},
    },
    "thread": {
        "decision_point": {"Give every worker a name"},
        "alternative": {"Number the workers"},
        "outcome": {"Closing in favour of #14"},
    },
    "event": {
        "decision_point": {'Revert "queue: retry at once"', "db: replace lib/pq with pgx", "github.com/jackc/pgx"},
        "rationale": {"It hammered the database", "lib/pq is only maintained"},
        "alternative": {"github.com/lib/pq v1.10.0"},
        "outcome": {"This reverts commit"},
    },
}


@pytest.fixture
def jobs(make_repo: Callable[..., RepoBuilder]) -> RepoBuilder:
    """Give a repository whose decisions are known."""
    repo = make_repo("jobs", {"go.mod": GO_MOD, "docs/adr/0003-jobs-in-postgresql.md": ADR, "CHANGELOG.md": CHANGES})
    repo.commit({"worker.py": CODE}, "add a worker\n\nIt works.\n")
    why = "Polling kept a connection busy for every worker, because each of them asked twice a second.\n\n"
    more = "We also considered a longer interval. The downside is that LISTEN needs a session of its own.\n\nFixes #7\n"
    repo.commit({"queue.py": "x = 1\n"}, f"queue: wait with LISTEN\n\n{why}{more}Signed-off-by: A <a@example.org>\n")
    bad = repo.commit({"queue.py": "x = 2\n"}, "queue: retry at once\n\nSimple.\n")
    text = f'Revert "queue: retry at once"\n\nThis reverts commit {bad}.\n\nIt hammered the database of a host.\n'
    repo.commit({"queue.py": "x = 1\n"}, text)
    swapped = GO_MOD.replace("github.com/lib/pq v1.10.0", "github.com/jackc/pgx/v5 v5.1.0")
    repo.commit(
        {"go.mod": swapped},
        "db: replace lib/pq with pgx\n\nSince lib/pq is only maintained, pgx is safer because it is alive.\n",
    )
    repo.commit({"notes.md": "# Notes\n\nNothing here.\n"}, "notes\n")
    return repo


def told(strata: Strata, repo: RepoBuilder, *more: str) -> list[dict[str, Any]]:
    """Look for decisions in a repository and give them."""
    threads = repo.path.parent / "threads.jsonl"
    threads.write_text("\n".join(json.dumps(row) for row in THREADS))
    (repo.path.parent / "list.csv").write_text(f"url,name\n{repo.path},example/jobs\n")
    flags = ("--set", "ingest.strategy=full", "--set", f"analyze.threads_file={threads}")
    for words in (("discover", str(repo.path.parent / "list.csv")), ("ingest",), ("analyze", "--level", "L8")):
        assert strata(*flags, *words).code == 0
    ended = strata("decisions", "example/jobs", "--json", "--most", "0", *more)
    assert ended.code == 0, ended.err
    return ended.json["decisions"]


def text_at(repo: RepoBuilder, quote: Mapping[str, Any]) -> bytes:
    """Read a quotation's source: git's own bytes, or the thread's."""
    if quote["kind"] == "thread":
        return next(text_of(row) for row in THREADS if row.get("url") == quote["source"])
    if quote["kind"] == "commit":
        return git(repo.path, "log", "-1", "--format=%B", quote["source"])
    at_path = git(repo.path, "rev-parse", f"{quote['commit']}:{quote['source']}").decode().strip()
    assert at_path == quote["blob"]
    return git(repo.path, "cat-file", "blob", quote["blob"])


@pytest.mark.claim("C9")
def test_every_quotation_is_found_in_its_source(strata: Strata, jobs: RepoBuilder) -> None:
    """Each stands, byte for byte, at its place in the file, message or thread that it names, and at its lines."""
    found = [quote for decision in told(strata, jobs) for quote in decision["quotations"]]
    assert {quote["kind"] for quote in found} == {"file", "commit", "thread"}
    for quote in found:
        text = text_at(jobs, quote)
        assert text[quote["start"] : quote["end"]] == quote["quote"].encode(), quote
        assert quote["quote"].strip()
        if quote["kind"] == "file":
            lines = b"\n".join(text.split(b"\n")[quote["line"] - 1 : quote["last_line"]])
            assert quote["quote"].encode() in lines


@pytest.mark.claim("C9")
def test_what_is_told_is_what_was_decided(strata: Strata, jobs: RepoBuilder) -> None:
    """All planted decisions are found with each of their fields (recall), and nothing but them (precision)."""
    decisions = told(strata, jobs)
    got: dict[str, dict[str, list[str]]] = {}
    for decision in decisions:
        for quote in decision["quotations"]:
            got.setdefault(decision["tier"], {}).setdefault(quote["field"], []).append(quote["quote"])
    missed = [
        (tier, field, words)
        for tier, fields in PLANTED.items()
        for field, all_ in fields.items()
        for words in all_
        if not any(words in quote for quote in got.get(tier, {}).get(field, []))
    ]
    stray = [
        (tier, field, quote)
        for tier, fields in got.items()
        for field, quotes in fields.items()
        for quote in quotes
        if not any(words in quote for words in PLANTED[tier].get(field, ()))
    ]
    assert missed == []
    assert stray == []


def test_decisions_name_what_they_belong_to(strata: Strata, jobs: RepoBuilder) -> None:
    """A revert names the commit it undoes, a commit its issues and paths, a document the commit that wrote it."""
    by_tier: dict[str, list[dict[str, Any]]] = {}
    for decision in told(strata, jobs):
        by_tier.setdefault(decision["tier"], []).append(decision)
    (listen,), (adr,) = by_tier["commit"], by_tier["document"]
    assert listen["related_issues"] == ["7"]
    assert "queue.py" in listen["related_paths"]
    assert (adr["status"], adr["decided_at"]) == ("accepted", 1_683_158_400)
    assert adr["related_commits"][0] == jobs.commits[0]
    revert = next(one for one in by_tier["event"] if "Revert" in one["quotations"][0]["quote"])
    assert revert["related_commits"][:2] == [jobs.commits[4], jobs.commits[3]]
    (thread,) = by_tier["thread"]
    assert thread["status"] == "rejected"
    assert set(thread["related_issues"]) == {"12", "14"}
    comment = by_tier["comment"][0]
    assert comment["related_paths"] == ["worker.py", "worker.py#start"]


def test_lists_can_be_cut_and_read(strata: Strata, jobs: RepoBuilder, tmp_path: Path) -> None:
    """Tier, field, path and confidence select; the list is for people; a file has all of it, a line each."""
    everything = told(strata, jobs)
    assert [one["weight"] for one in everything] == sorted((one["weight"] for one in everything), reverse=True)
    only = strata("decisions", "example/jobs", "--tier", "event", "--json").json["decisions"]
    assert {one["tier"] for one in only} == {"event"}
    costly = strata("decisions", "example/jobs", "--field", "trade_off", "--json").json["decisions"]
    assert {one["tier"] for one in costly} == {"document", "commit"}
    about = strata("decisions", "example/jobs", "--path", "docs", "--json").json["decisions"]
    assert [one["tier"] for one in about] == ["document"]
    assert strata("decisions", "example/jobs", "--min-confidence", "0.999", "--json").json["decisions"] == []
    shown = strata("decisions", "example/jobs", "--tier", "document").out
    assert "decided    “3. Keep jobs in PostgreSQL”" in shown
    assert f"[example/jobs@{jobs.commits[-1]}:docs/adr/0003-jobs-in-postgresql.md#L1]" in shown
    assert strata("decisions", "example/jobs", "-o", str(tmp_path / "out.jsonl")).code == 0
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["decision"] for line in lines] == [one["decision"] for one in everything]


def test_who_asks_too_early_is_told_what_to_do(strata: Strata, jobs: RepoBuilder) -> None:
    """Without level L8 there is nothing to show, and the error names the command that looks."""
    (jobs.path.parent / "list.csv").write_text(f"url,name\n{jobs.path},example/jobs\n")
    strata("--set", "engine.inline=true", "discover", str(jobs.path.parent / "list.csv"))
    strata("--set", "engine.inline=true", "ingest")
    ended = strata("decisions", "example/jobs")
    assert ended.code == 2
    assert "strata analyze --level L8" in ended.err
