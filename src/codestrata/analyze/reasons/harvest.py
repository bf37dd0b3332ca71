"""Harvest: all records of one snapshot, tier by tier, joined where they speak of the same."""

from __future__ import annotations

from codestrata.analyze.reasons.changelogs import from_changelog, is_changelog
from codestrata.analyze.reasons.comments import from_comments
from codestrata.analyze.reasons.commits import from_commits
from codestrata.analyze.reasons.documents.read import document
from codestrata.analyze.reasons.documents.which import kind_of
from codestrata.analyze.reasons.events.migrations import from_migrations
from codestrata.analyze.reasons.events.replaced import from_manifests
from codestrata.analyze.reasons.events.reverts import from_reverts, reverts, with_outcome
from codestrata.analyze.reasons.material import Material
from codestrata.analyze.reasons.merge import by_number, merged
from codestrata.analyze.reasons.paths import with_touched, with_writers
from codestrata.analyze.reasons.record import Record
from codestrata.analyze.reasons.threads import from_threads


def harvest(material: Material) -> list[Record]:
    """Give the decisions that are told, those first from which a reader learns most."""
    documents = with_writers(material, _documents(material))
    log = material.log
    undone = list(reverts(log))
    events = _once([*from_manifests(material), *from_migrations(material), *from_reverts(log, undone)])
    told = {record.commits[0] for record in events}
    commits = [record for record in merged(from_commits(log)) if record.commits[0] not in told]
    commits = with_outcome(log, with_touched(material, commits), undone)
    events = with_touched(material, events)
    threads = list(from_threads(material.threads, material.full_name, log.known))
    threads, commits = by_number(threads, commits)
    commits, changelogs = by_number(commits, _changelogs(material))
    return merged([*documents, *threads, *events, *commits, *changelogs, *from_comments(material)])


def _once(records: list[Record]) -> list[Record]:
    """Keep the first record of each commit."""
    kept: dict[str, Record] = {}
    for record in records:
        kept.setdefault(record.commits[0], record)
    return list(kept.values())


def _documents(material: Material) -> list[Record]:
    kinds = {path: kind for path in material.blobs if not is_changelog(path) and (kind := kind_of(path))}
    return [record for source in material.sources(list(kinds)) for record in document(kinds[source.name], source)]


def _changelogs(material: Material) -> list[Record]:
    paths = [path for path in material.blobs if is_changelog(path)]
    return merged(record for source in material.sources(paths) for record in from_changelog(source))
