"""What each gate looks at, and what it compares that with: for people, beside what the decision itself says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from codestrata.export.private import Policy
from codestrata.export.quality.gate import asked
from codestrata.export.quality.profiles import PROFILES, Profile
from codestrata.export.quality.rules import RULES, Rule
from codestrata.settings.export import ExportSettings

#: What is known of a file: columns of tables decisions and facts by their names.
Known = Mapping[str, Any]
_KINDS = {0o120000: "symbolic link", 0o160000: "submodule"}


def _always(_settings: ExportSettings) -> bool:
    return True


def _nothing(_settings: ExportSettings) -> Any:
    return ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One gate: what it judges of a file, by which threshold, whether it is on, and the setting that says so."""

    value: Callable[[Known], Any]
    threshold: Callable[[ExportSettings], Any] = _nothing
    on: Callable[[ExportSettings], bool] = _always
    setting: str = ""


def _column(name: str) -> Callable[[Known], Any]:
    return lambda known: known.get(name, "")


def _mark(column: str, setting: str) -> Measure:
    """Give the gate of a mark that is dropped or kept by a setting of its own."""
    return Measure(_column(column), on=lambda s: getattr(s.files, setting) == "drop", setting=f"files.{setting}")


def _said(column: str) -> Callable[[Known], Any]:
    return lambda known: known.get(column) or "none"


def _jaccard(known: Known) -> Any:
    return known["jaccard"] if known["jaccard"] >= 0 else "no twin"


def _twin(setting: str, on: Callable[[ExportSettings], bool]) -> Measure:
    """Give the gate of a kind of duplicates: what is judged is whether there is a kept twin."""
    return Measure(lambda _: "no twin", on=on, setting=setting)


def profile_of(settings: ExportSettings) -> Profile:
    """Give the published gate set that is asked."""
    return PROFILES[settings.quality.profile]


MEASURES: Mapping[str, Measure] = {
    "not_a_file": Measure(lambda known: _KINDS.get(known["mode"] & 0o170000, "file")),
    "quarantine": Measure(_said("quarantine")),
    "opt_out": Measure(_said("opt_out"), setting="opt_out"),
    "unverified": Measure(
        _said("unverified"), lambda s: s.checks.require, lambda s: bool(s.checks.require), "checks.require"
    ),
    "size": Measure(_column("size"), lambda s: s.files.max_bytes, setting="files.max_bytes"),
    "unread": Measure(_said("problem")),
    "lfs": Measure(_column("lfs")),
    "binary": Measure(_column("binary")),
    "encoding": Measure(_column("encoding")),
    "empty": Measure(_column("lexemes"), lambda _: 1),
    "language": Measure(_said("language"), lambda s: ", ".join(s.files.languages) or "any", setting="files.languages"),
    "licence": Measure(_said("licence"), lambda s: ", ".join(s.licences.classes), setting="licences.classes"),
    "vendored": _mark("vendored", "vendored"),
    "generated": Measure(_said("generated"), on=lambda s: s.files.generated == "drop", setting="files.generated"),
    "minified": _mark("minified", "minified"),
    "test": _mark("test", "tests"),
    "documentation": _mark("documentation", "documentation"),
    "select": Measure(lambda _: "", lambda s: s.select, lambda s: bool(s.select), "select"),
    "quality.profile": Measure(
        lambda _: "", lambda s: s.quality.profile, lambda s: bool(profile_of(s).checks), "quality.profile"
    ),
    "score": Measure(_column("score"), lambda s: s.quality.score, lambda s: s.quality.score > 0, "quality.score"),
    "private": Measure(
        lambda known: f"{known['redactions']} replaced", on=lambda s: Policy.of(s.privacy).asks, setting="privacy"
    ),
    "contaminated": Measure(
        lambda known: f"{known['overlaps']} spans" if known.get("overlaps") else "none",
        lambda s: ", ".join(s.decontaminate.lists),
        lambda s: bool(s.decontaminate.lists),
        "decontaminate.lists",
    ),
    "exact_duplicate": Measure(
        lambda known: "same blob" if known["jaccard"] == 1 else "no copy",
        on=lambda s: s.dedup.level != "none",
        setting="dedup.level",
    ),
    "near_duplicate": Measure(
        _jaccard, lambda s: s.dedup.threshold, lambda s: s.dedup.level == "near", "dedup.threshold"
    ),
    "normal_duplicate": _twin("dedup.normal", lambda s: s.dedup.normal),
    "syntax_duplicate": _twin("dedup.syntax", lambda s: s.dedup.syntax),
    "repository_duplicate": Measure(
        _jaccard, lambda s: s.dedup.repositories, lambda s: s.dedup.repositories > 0, "dedup.repositories"
    ),
    "earlier_duplicate": _twin("dedup.against", lambda s: bool(s.dedup.against)),
    "leak": _twin("split", lambda s: s.split.validation > 0 or s.split.test > 0),
    "mixture": Measure(
        lambda _: "",
        on=lambda s: bool(s.mixture.languages) or s.mixture.most_per_repository > 0 or s.mixture.sample < 1,
        setting="mixture",
    ),
}

#: Rules of quality by their reason.
QUALITY: Mapping[str, Rule] = {rule.reason: rule for rule in RULES}


def asks(rule: Rule, settings: ExportSettings, known: Known) -> str:
    """Say why a rule of quality is not asked about a file; "" where it is."""
    if rule not in asked(settings.quality):
        return "off"
    language = known["language"]
    if (rule.only and language not in rule.only) or language in rule.unless:
        return f"not for {language or 'an unknown language'}"
    return ""
