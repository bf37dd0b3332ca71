"""The file-in, file-out commands (promises A1 to A6): no workspace, the same code below."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, SecurityViolation
from codestrata.settings import Settings
from codestrata.telemetry import SILENT, Progress

if TYPE_CHECKING:
    from codestrata.ci.outputs import Outputs, Stand
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


def outputs(
    root: Path,
    out: Path,
    settings: Settings | None = None,
    *,
    only: Sequence[str] = (),
    progress: Progress = SILENT,
) -> Outputs:
    """Run every tool that applies on every repository at or below a folder, in a sandbox; an object for each (A3).

    ``only``: names of the tools that are wanted (all when there are none). Where the host has no sandbox nothing is
    run, and every tool is refused. Raises InvalidInput where there is no repository, or no such tool.
    """
    from codestrata.ci.outputs import outputs as run
    from codestrata.ci.tools import TOOLS
    from codestrata.export.collect import repositories

    unknown = sorted(set(only) - TOOLS.keys())
    if unknown:
        raise InvalidInput(f"no tool {unknown[0]!r}", hint=f"there are: {', '.join(sorted(TOOLS))}")
    found = repositories(root)
    if not found:
        raise InvalidInput("no Git repository here", where=str(root), hint="strata clone NAMES OUT makes some")
    chosen = settings or Settings()
    scratch = out.absolute().with_name(f".{out.name}.{os.getpid()}")
    progress.started("outputs", "repositories", len(found), len(found))
    try:
        stand = _stand(chosen, scratch)
        workers = chosen.engine.workers or max(1, int((os.cpu_count() or 1) / chosen.sandbox.cpus))
        done = run(
            found, out, stand, only=only, workers=workers, progress=lambda count: progress.advanced("outputs", count)
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    progress.finished("outputs", len(done.done) + len(done.kept), len(done.failed))
    return done


def _stand(settings: Settings, scratch: Path) -> Stand:
    """Choose the runner, and say how registries are reached."""
    from codestrata.ci.outputs import Stand
    from codestrata.sandbox.table import choose

    def hosts(names: Sequence[str]) -> tuple[Sequence[str], Mapping[str, str]]:
        from codestrata.sandbox.proxy.registries import reached

        return reached(settings.sandbox, scratch / "registries", names)

    scratch.mkdir(parents=True)
    try:
        runner = choose(settings.sandbox, scratch / "rooms")
    except SecurityViolation as error:
        return Stand(None, settings.sandbox, scratch, hosts, str(error))
    return Stand(runner, settings.sandbox, scratch, hosts)


@dataclass(slots=True)
class Full:
    """What ``strata full`` left behind: the summary (A6), a line for everything that went wrong, and what to know.

    ``repositories`` counts those that are in ``datasets/`` now.
    """

    summary: dict[str, Any]
    repositories: int = 0
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def full(
    folder: Path,
    settings: Settings | None = None,
    secrets: Mapping[str, str] | None = None,
    *,
    progress: Progress = SILENT,
) -> Full:
    """In a folder with ``input.csv``: filtered_repos.txt, datasets/, outputs.jsonl, code.jsonl, summary.json (A5, A6).

    All files are there at the end, empty where nothing could be fetched. Where there is no sandbox, outputs.jsonl says
    that the tools were refused, and a note says why.
    """
    from codestrata.export.collect import repositories

    source = folder / "input.csv"
    if not source.is_file():
        raise InvalidInput("no input.csv here", where=str(folder), hint="its header is id,name,has_toml,has_lock")
    names, datasets = folder / "filtered_repos.txt", folder / "datasets"
    told, code = folder / "outputs.jsonl", folder / "code.jsonl"
    filtered = filter_names(source, names)
    cloned = clone(names, datasets, settings, secrets, progress=progress)
    there = len(repositories(datasets))
    ran = outputs(datasets, told, settings, progress=progress) if there else _no_outputs(told)
    collected = collect(datasets, code) if there else _nothing(code)
    summary = {
        "total_repos_filtered": filtered.kept,
        "total_code_files": collected.files,
        "total_lines_of_code": collected.lines,
        "file_extensions": dict(sorted(collected.extensions.items())),
        **tool_summary(told),
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2, sort_keys=True) + "\n", "utf-8")
    reasons = [*map(str, filtered.rejected)]
    reasons += [f"{name}: {why}" for name, why in {**cloned.failed, **ran.failed, **collected.failed}.items()]
    notes = [f"no tool was run: {ran.refusal}"] if ran.refusal else []
    return Full(summary, there, reasons, notes)


def _no_outputs(out: Path) -> Outputs:
    from codestrata.ci.outputs import Outputs
    from codestrata.ci.outputs.file import finish

    finish(out, ())
    return Outputs()


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
