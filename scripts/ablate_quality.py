"""Ablate the quality profiles on a corpus: what each keeps, and what each of its checks turns away, alone and at all.

``python scripts/ablate_quality.py LIST WORKSPACE [MIN_MB]`` prints the tables of docs/quality.md; nothing but the
profile differs between the lines. Deduplication is off, so that a file that goes is a file that a check turned away.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codestrata import Workspace
from codestrata.export.decide.annotate import annotate, is_text
from codestrata.export.decide.gates import Case
from codestrata.export.decide.selection import Chosen, table_file
from codestrata.export.decide.stage import Decide
from codestrata.export.quality.profiles import PROFILES, Profile
from codestrata.export.quality.texture import table
from codestrata.export.quality.thresholds import failures
from codestrata.settings import Settings, load
from codestrata.settings.export import ExportSettings

SHOWN = ("Python", "JavaScript", "Rust", "C", "Go", "Markdown", "JSON", "YAML")


@dataclass
class Kept:
    """What a profile keeps. ``rows``: kept or not, by file; ``checks``: check → the files it turns away."""

    name: str
    rows: NDArray[np.bool_]
    checks: dict[str, NDArray[np.int64]]
    columns: dict[str, Any]


def settings_of(profile: str) -> Settings:
    """Give the settings that ask for a profile, and for nothing else that is a matter of quality or of duplicates."""
    return load(flags={"export.quality.profile": profile, "export.dedup.level": "none"})


def run(source: str, folder: Path, profile: Profile) -> Kept:
    """Run the corpus under a profile."""
    with Workspace(folder, settings_of(profile.name)) as workspace:
        workspace.run(source)
        catalogue, _ = workspace.hold()
        view = workspace.view(catalogue)
        (file,) = view.planned("export.decide", "decisions")
        decided = view.tables.read([file], "kept, size, tokens, language")
        (partition,) = Decide().plan(view)
        return Kept(profile.name, np.asarray(decided["kept"]), dict(_checks(view, partition.spec, profile)), decided)


def _checks(view: Any, spec: Any, profile: Profile) -> Iterator[tuple[str, NDArray[np.int64]]]:
    if not profile.checks:
        return
    chosen = [Chosen.of(c) for c in spec["snapshots"]]
    facts = [table_file("facts", path) for path in spec["facts"]]
    files = annotate(view.tables, chosen, facts)
    settings = ExportSettings.model_validate(spec["settings"])
    case = Case(view.tables, files, chosen, settings, spec["gates"], facts)
    columns = table(case, spec["gates"]["profile"]) | {"is_text": is_text(files)}
    for failure in failures(view.tables, columns, profile, settings.quality):
        yield failure.check.name, failure.rows


def main(source: str, folder: str) -> None:
    """Print the tables."""
    made = {name: run(source, Path(folder), profile) for name, profile in PROFILES.items()}
    base = made["none"]
    print(f"| profile | files | MB | tokens, M | of the files | {' | '.join(SHOWN)} |")
    print("|---|---:|---:|---:|---:|" + "---:|" * len(SHOWN))
    for kept in sorted(made.values(), key=lambda k: -k.rows.sum()):
        print(_line(kept, base))
    for kept in made.values():
        if kept.checks:
            _print_checks(kept, base)


def _line(kept: Kept, base: Kept) -> str:
    size, tokens = (int(np.asarray(base.columns[name])[kept.rows].sum()) for name in ("size", "tokens"))
    languages = np.array(base.columns["language"].strings())
    shares = [_share(kept, base, languages == name) for name in SHOWN]
    whole = f"{kept.rows.sum():,} | {size / 1e6:.1f} | {tokens / 1e6:.1f} | {kept.rows.sum() / base.rows.sum():.1%}"
    return f"| {kept.name} | {whole} | {' | '.join(shares)} |"


def _share(kept: Kept, base: Kept, these: NDArray[np.bool_]) -> str:
    there = (base.rows & these).sum()
    return f"{(kept.rows & these).sum() / there:.0%}" if there else ""


def _print_checks(kept: Kept, base: Kept) -> None:
    """Print what each check turns away of the files that nothing else keeps out, and what it alone does."""
    rows = {name: np.intersect1d(failed, np.flatnonzero(base.rows)) for name, failed in kept.checks.items()}
    times = Counter(row for failed in rows.values() for row in failed.tolist())
    print(f"\n### {kept.name}\n\n| check | files | it alone |\n|---|---:|---:|")
    about = {check.name: check.about for check in PROFILES[kept.name].checks}
    for name, failed in sorted(rows.items(), key=lambda item: -len(item[1])):
        if len(failed):
            alone = sum(times[row] == 1 for row in failed.tolist())
            print(f"| `{name}`: {about[name]} | {len(failed):,} | {alone:,} |")


if __name__ == "__main__":
    main(*sys.argv[1:3])
