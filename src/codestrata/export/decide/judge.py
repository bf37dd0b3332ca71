"""Judge: ask every rule of every file, in the order of REASONS, up to where duplicates begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.annotate import SUBMODULE, is_regular, is_text
from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.decide.gates import GATES, Case
from codestrata.export.decide.verdicts import Verdicts
from codestrata.export.policy import Entry, FileOptOut, licence_verdict
from codestrata.export.quality.gate import Failure, judge
from codestrata.export.quality.rules import named_as_prose
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.settings.export import FileSettings, LicenceSettings


def verdicts(case: Case, entries: Sequence[Entry]) -> Verdicts:
    """Judge the files of :func:`annotate`; adds columns ``licence_class`` and ``redactions`` to them."""
    tables, files, chosen, settings = case.tables, case.files, case.chosen, case.settings
    found = Verdicts.none(len(files["mode"]))
    regular = is_regular(np.asarray(files["mode"]))
    found.put("not_a_file", ~regular, text=_kinds(np.asarray(files["mode"])[~regular]))
    _repositories(found, files, chosen)
    _opt_out_files(found, files, chosen, entries)
    _unverified(found, files, chosen, settings.checks.require)
    _content(found, files, settings.files)
    _languages(found, files, settings.files)
    _licences(found, files, settings.licences)
    _marks(found, files, settings.files)
    for failure in judge(tables, files | _prose(files), settings.quality):
        _quality(found, files, failure)
    files["redactions"] = np.zeros(len(files["mode"]), np.int32)
    files["score"] = np.full(len(files["mode"]), -1, np.float32)
    for gate in GATES.values():
        gate.judge(found, case)
    return found


def _kinds(modes: NDArray[np.int32]) -> NDArray[Any]:
    return np.where(modes == SUBMODULE, "submodule", "symbolic link").astype(object)


def _repositories(found: Verdicts, files: Columns, chosen: Sequence[Chosen]) -> None:
    snapshot = np.asarray(files["snapshot"])
    quarantined = np.array([bool(c.quarantine) for c in chosen], np.bool_)[snapshot]
    why = np.array([c.quarantine for c in chosen], object)[snapshot[quarantined]]
    found.put("quarantine", quarantined, text=why)
    out = np.array([bool(c.opt_out) for c in chosen], np.bool_)[snapshot]
    rules = np.array([c.opt_out for c in chosen], object)[snapshot[out]]
    reasons = np.array([c.opt_out_reason for c in chosen], object)[snapshot[out]]
    found.put("opt_out", out, rule=rules, text=reasons)


def _opt_out_files(found: Verdicts, files: Columns, chosen: Sequence[Chosen], entries: Sequence[Entry]) -> None:
    covered = _covered(files, chosen, FileOptOut.of(entries))
    rows = np.fromiter(covered, np.int64, len(covered))
    rules = np.array([e.pattern for e in covered.values()], object)
    found.put("opt_out", rows, rule=rules, text=np.array([e.reason for e in covered.values()], object))


def _unverified(found: Verdicts, files: Columns, chosen: Sequence[Chosen], condition: str) -> None:
    snapshot = np.asarray(files["snapshot"])
    unmet = np.array([bool(c.unverified) for c in chosen], np.bool_)[snapshot]
    why = np.array([c.unverified for c in chosen], object)[snapshot[unmet]]
    found.put("unverified", unmet, rule=condition, text=why)


def _covered(files: Columns, chosen: Sequence[Chosen], listed: FileOptOut) -> dict[int, Entry]:
    """Find the files that blob ids and path globs of the opt-out list are about."""
    out: dict[int, Entry] = {}
    if listed.blobs:
        blobs = varlen(files, "blob")
        out |= {i: listed.blobs[blob] for i, blob in enumerate(blobs) if blob in listed.blobs}
    globs = [listed.globs(c.full_name) for c in chosen] if listed.paths else []
    if any(globs):
        snapshots = np.asarray(files["snapshot"]).tolist()
        for i, (path, which) in enumerate(zip(varlen(files, "path"), snapshots, strict=True)):
            for pattern, entry in globs[which]:
                if pattern.match(path):
                    out.setdefault(i, entry)
    return out


def _content(found: Verdicts, files: Columns, settings: FileSettings) -> None:
    regular, size = is_regular(np.asarray(files["mode"])), np.asarray(files["size"])
    large = regular & (size > settings.max_bytes)
    found.put("size", large, value=size[large], threshold=settings.max_bytes)
    problem = Coded.of(varlen(files, "problem"))
    # a size of -1: this repository lists the object and does not hold it, whatever another one may know of it
    absent = (np.asarray(files["facts"]) < 0) | (np.asarray(files["size"]) < 0)
    unread = regular & (absent | ~problem.among([""]))
    found.put("unread", unread, text=_words(problem, unread))
    found.put("lfs", np.asarray(files["lfs"]))
    found.put("binary", np.asarray(files["binary"]))
    found.put("encoding", Coded.of(varlen(files, "encoding")).among(["unknown"]), text="unknown")
    found.put("empty", is_text(files) & (np.asarray(files["lexemes"]) == 0), value=0.0, threshold=1.0)


def _languages(found: Verdicts, files: Columns, settings: FileSettings) -> None:
    language = Coded.of(varlen(files, "language"))
    unwanted = is_text(files) & (
        ~language.among([*settings.languages, ""]) if settings.languages else np.zeros(len(language.codes), np.bool_)
    )
    if settings.unknown_language == "drop" or settings.languages:
        unwanted |= is_text(files) & language.among([""])
    found.put("language", unwanted, text=_words(language, unwanted))


def _words(column: Coded, mask: NDArray[np.bool_]) -> NDArray[Any]:
    return np.array(column.words, object)[column.codes[mask]]


def _licences(found: Verdicts, files: Columns, settings: LicenceSettings) -> None:
    licence = Coded.of(varlen(files, "licence"))
    judged = [licence_verdict(word, settings) for word in licence.words]
    files["licence_class"] = licence.spread([v.licence_class for v in judged])
    regular, confidence = is_regular(np.asarray(files["mode"])), np.asarray(files["licence_confidence"])
    refused = regular & ~np.array([v.passes for v in judged], np.bool_)[licence.codes]
    rules = np.array([v.rule for v in judged], object)[licence.codes[refused]]
    found.put("licence", refused, rule=rules, text=_words(licence, refused))
    unsure = regular & ~refused & ~licence.among([""]) & (confidence < settings.confidence)
    if settings.unknown == "drop":
        found.put("licence", unsure, rule="confidence", value=confidence[unsure], threshold=settings.confidence)


def _marks(found: Verdicts, files: Columns, settings: FileSettings) -> None:
    _generated(files)
    generated = Coded.of(varlen(files, "generated"))
    said = ~generated.among([""])
    if settings.vendored == "drop":
        found.put("vendored", np.asarray(files["vendored"]))
    if settings.generated == "drop":
        found.put("generated", said, rule=_words(generated, said))
    if settings.minified == "drop":
        found.put("minified", np.asarray(files["minified"]))
    if settings.tests == "drop":
        found.put("test", np.asarray(files["test"]))
    if settings.documentation == "drop":
        found.put("documentation", np.asarray(files["documentation"]))


def _generated(files: Columns) -> None:
    """Let the rule by path speak before the rule by content."""
    by_path, by_content = Coded.of(varlen(files, "generated_path")), Coded.of(varlen(files, "generated"))
    words = Varlen.of([*by_path.words, *by_content.words])
    codes = np.where(by_path.among([""]), by_content.codes + len(by_path.words), by_path.codes)
    files["generated"] = words.take(codes)


def _prose(files: Columns) -> Columns:
    """Add what the quality gate needs beside the facts: whether a Text file's name is that of prose."""
    plain = np.flatnonzero(Coded.of(varlen(files, "language")).among(["Text"]))
    named = np.zeros(len(files["mode"]), np.bool_)
    named[plain] = [named_as_prose(path) for path in varlen(files, "path").take(plain)]
    return {"named": named, "is_text": is_text(files)}


def _quality(found: Verdicts, files: Columns, failure: Failure) -> None:
    rule = failure.rule
    if rule.setting:
        found.put(rule.reason, failure.rows, rule=rule.source, value=failure.values, threshold=failure.threshold)
        return
    text: str | NDArray[Any] = ""
    if rule.text:
        text = np.array(varlen(files, rule.text).take(failure.rows).strings(), object)
    found.put(rule.reason, failure.rows, rule=rule.source, text=text)
