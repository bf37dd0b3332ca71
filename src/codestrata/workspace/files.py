"""The file-in, file-out commands (promises A1 to A6): no workspace, the same code below."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.settings import Settings
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.discover.stage import Filtered
    from codestrata.export.stage import Collected
    from codestrata.ingest.stage import Cloned

#: The tools of `outputs.jsonl`, in the order of the summary (promise A6).
TOOLS = ("clippy", "fmt", "audit", "auditable", "deny", "semgrep", "geiger", "codeql", "tree", "ast")


def filter_names(source: Path, out: Path, require: Sequence[str] = ()) -> Filtered:
    """Write the names of repositories whose columns say that they have a manifest and a lock file, one a line (A1)."""
    from codestrata.discover.stage import filter_rows

    return filter_rows(source, out, require) if require else filter_rows(source, out)


def clone(
    names: Path,
    out: Path,
    settings: Settings | None = None,
    secrets: Mapping[str, str] | None = None,
    *,
    progress: Progress = SILENT,
) -> Cloned:
    """Clone every named repository, shallow and bare, into ``out/dataset_<owner>_<repo>`` (A2).

    A line that names no repository is among the failures, under its place.
    """
    from codestrata.discover.stage import Rejected, discover
    from codestrata.ingest.stage import clone_all

    if not names.is_file():
        raise InvalidInput("no such file", where=str(names), hint="one name (owner/repo) or URL per line")
    found = list(discover(names))
    chosen = settings or Settings()
    repositories = [r for r in found if not isinstance(r, Rejected)]
    workers = chosen.engine.workers or chosen.engine.network
    progress.started("clone", "repositories", len(repositories), len(repositories))
    done = clone_all(
        repositories,
        out,
        chosen,
        secret=(secrets or {}).get,
        workers=workers,
        progress=lambda count: progress.advanced("clone", count),
    )
    progress.finished("clone", len(done.done), len(done.failed))
    done.failed.update({r.place: r.told for r in found if isinstance(r, Rejected)})
    return done


def collect(root: Path, out: Path) -> Collected:
    """Write ``name, path, content`` of every text file as JSON Lines (A4)."""
    from codestrata.export.stage import collect as collect_

    return collect_(root, out)


@dataclass(slots=True)
class Full:
    """What ``strata full`` left behind: the summary (A6), and a line for everything that went wrong."""

    summary: dict[str, Any]
    troubles: list[str] = field(default_factory=list)


def full(
    folder: Path,
    settings: Settings | None = None,
    secrets: Mapping[str, str] | None = None,
    *,
    progress: Progress = SILENT,
) -> Full:
    """In a folder with ``input.csv``: filtered_repos.txt, datasets/, code.jsonl, summary.json (A5, A6).

    An ``outputs.jsonl`` that is there already is summed up with the rest.
    """
    source = folder / "input.csv"
    if not source.is_file():
        raise InvalidInput("no input.csv here", where=str(folder), hint="its header is id,name,has_toml,has_lock")
    names, datasets, code = folder / "filtered_repos.txt", folder / "datasets", folder / "code.jsonl"
    filtered = filter_names(source, names)
    cloned = clone(names, datasets, settings, secrets, progress=progress)
    collected = collect(datasets, code) if any(datasets.iterdir()) else _nothing(code)
    summary = {
        "total_repos_filtered": filtered.kept,
        "total_code_files": collected.files,
        "total_lines_of_code": collected.lines,
        "file_extensions": dict(sorted(collected.extensions.items())),
        **tool_summary(folder / "outputs.jsonl"),
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, sort_keys=True) + "\n", "utf-8")
    reasons = [*map(str, filtered.rejected)]
    reasons += [f"{name}: {why}" for name, why in {**cloned.failed, **collected.failed}.items()]
    return Full(summary, reasons)


def _nothing(code: Path) -> Collected:
    from codestrata.export.stage import Collected

    code.write_text("", "utf-8")
    return Collected()


def tool_summary(outputs: Path) -> dict[str, Any]:
    """Sum up an ``outputs.jsonl``: how many entries, and for each tool the time it took, in milliseconds."""
    entries = 0
    times: dict[str, list[float]] = {tool: [] for tool in TOOLS}
    if outputs.is_file():
        with outputs.open("r", encoding="utf-8") as handle:
            for line in handle:
                entries += 1
                for tool, spent in json.loads(line).get("time_ms", {}).items():
                    times.setdefault(tool, []).append(float(spent))
    tools = {tool: _times(spent) for tool, spent in times.items() if spent}
    return {"total_analysis_entries": entries, "analysis_tools_summary": tools}


def _times(spent: Sequence[float]) -> dict[str, float]:
    total = sum(spent)
    return {"total_time_ms": total, "count": len(spent), "avg_time_ms": total / len(spent)}
