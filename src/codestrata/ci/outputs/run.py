"""Many repositories: in parallel, resumable, and none of them ends the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codestrata.ci.outputs.file import Journal, finish, known
from codestrata.ci.outputs.repository import failed, key, row, run_tools, subject
from codestrata.ci.outputs.stand import Stand
from codestrata.ci.outputs.versions import Versions
from codestrata.errors import StrataError


@dataclass(slots=True)
class Outputs:
    """What became of each repository: run now, known already, failed (with the reason); and of the tools.

    ``tools``: tool → status → repositories. ``refusal``: why nothing could be run, "" when it could.
    """

    done: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    tools: dict[str, dict[str, int]] = field(default_factory=dict)
    refusal: str = ""


def outputs(
    repositories: Sequence[tuple[str, Path]],
    out: Path,
    stand: Stand,
    *,
    only: Sequence[str] = (),
    workers: int = 1,
    progress: Callable[[int], object] = lambda _: None,
) -> Outputs:
    """Write one object for every repository (name and Git folder), sorted by name.

    A row that is there already for the same commit, tools and versions is kept. ``progress`` hears how many are done.
    """
    versions, before = Versions(stand), known(out)
    rows: dict[str, Mapping[str, Any]] = {}
    result = Outputs(refusal=stand.refusal)
    with Journal(out) as journal, ThreadPoolExecutor(max(workers, 1), thread_name_prefix="outputs") as pool:
        try:
            work = {
                pool.submit(_one, name, git_dir, stand, versions, before, only): name for name, git_dir in repositories
            }
            for count, future in enumerate(as_completed(work), start=1):
                name, (made, fresh) = work[future], future.result()
                rows[name] = made
                if fresh:
                    journal.add(made)
                _note(result, name, made, fresh=fresh)
                progress(count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stand.stop()
            raise
    finish(out, rows.values())
    result.done.sort()
    result.kept.sort()
    result.failed = dict(sorted(result.failed.items()))
    result.tools = {tool: dict(sorted(counts.items())) for tool, counts in sorted(_counted(rows).items())}
    return result


def _one(
    name: str, git_dir: Path, stand: Stand, versions: Versions, before: Mapping[str, Any], only: Sequence[str]
) -> tuple[Mapping[str, Any], bool]:
    """Give the row of one repository, and whether it was made now."""
    try:
        one = subject(name, git_dir, only)
        made = key(one, stand, versions) if stand.runner else ""
        old = before.get(name)
        if old is not None and made and old.get("key") == made:
            return old, False
        return row(one, run_tools(one, stand, versions), stand, made), True
    except (StrataError, OSError) as error:
        return failed(name, str(error)), True
    except Exception as error:  # noqa: BLE001 -- a defect that one repository shows does not end the others
        return failed(name, f"{type(error).__name__}: {error} (this is a defect: report it)"), True


def _note(result: Outputs, name: str, made: Mapping[str, Any], *, fresh: bool) -> None:
    if made.get("error"):
        result.failed[name] = str(made["error"])
    elif fresh:
        result.done.append(name)
    else:
        result.kept.append(name)


def _counted(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for made in rows.values():
        for tool, told in made["tools"].items():
            counts.setdefault(tool, Counter())[told["status"]] += 1
    return counts
