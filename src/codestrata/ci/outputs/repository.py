"""All tools on one repository: its files in a folder, what they need fetched once, a room for each tool.

Every tool has a room of its own, so what one does to the files the others do not see, and results do not depend on
which others ran. Rooms stand on the layer that the fetch step left; only that step had a network.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.ci.outputs.judge import Outcome, again, judge
from codestrata.ci.outputs.stand import Stand
from codestrata.ci.outputs.versions import Versions
from codestrata.ci.reports import MAX_BYTES, Lines, Source, parse
from codestrata.ci.tools import Fetch, Tool, applicable
from codestrata.ci.tree import materialise
from codestrata.errors import DamagedRepository, SecurityViolation, StrataError
from codestrata.git.commits import read_commits
from codestrata.git.refs import read_head
from codestrata.git.tree import Listing, list_tree
from codestrata.sandbox.base import WORK
from codestrata.store.columns import Varlen

#: The keys of the tools that every row has, whatever the repository is written in (promise A3).
ALWAYS = ("clippy", "fmt", "audit", "auditable", "deny", "semgrep", "geiger", "codeql", "tree", "ast")
#: Raise it when the same tools would be run otherwise.
FORMAT = 1
_REPORT = '"$HOME/.strata-report"'


@dataclass(frozen=True, slots=True)
class Subject:
    """One repository: its name, its commit, its files, and the tools that apply."""

    name: str
    git_dir: Path
    commit: str
    listing: Listing
    tools: Sequence[Tool]


def subject(name: str, git_dir: Path, only: Iterable[str] = ()) -> Subject:
    """Look at a repository. ``only``: names of the tools that are wanted (all when there are none)."""
    commit = read_head(git_dir).commit
    if not commit:
        raise DamagedRepository("it has no commit", where=name)
    listing = list_tree(git_dir, commit)
    if listing.suspicious:
        raise SecurityViolation(listing.suspicious, where=name)
    paths = listing.files["path"]
    assert isinstance(paths, Varlen)  # noqa: S101 -- the files schema says so
    wanted = set(only)
    tools = applicable(path.decode("utf-8", "replace") for path in paths)
    return Subject(name, git_dir, commit, listing, [tool for tool in tools if not wanted or tool.name in wanted])


def key(one: Subject, stand: Stand, versions: Versions) -> str:
    """Hash all that the row depends on: the commit, the tools and their versions, what they may use."""
    given = stand.settings
    limits = (stand.isolation, given.timeout, given.memory_mb, given.disk_mb, given.processes, given.network)
    tools = [(tool.name, tool.script, tool.format, versions.of(tool).version) for tool in one.tools]
    text = json.dumps([FORMAT, one.commit, limits, tools])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def row(one: Subject, outcomes: dict[str, Outcome], stand: Stand, made: str) -> dict[str, Any]:
    """Give what came of it as one object; ``key`` is empty where some of it has to be tried again."""
    texts = {tool: outcomes[tool].text if tool in outcomes else "" for tool in (*ALWAYS, *outcomes)}
    return {
        "name": one.name,
        "commit": one.commit,
        **texts,
        "time_ms": {tool: outcome.ms for tool, outcome in outcomes.items() if outcome.ms >= 0},
        "tools": {tool: outcome.row(stand.isolation) for tool, outcome in outcomes.items()},
        "key": "" if any(outcome.again for outcome in outcomes.values()) else made,
    }


def failed(name: str, reason: str) -> dict[str, Any]:
    """Give the row of a repository that cannot be read."""
    texts = dict.fromkeys(ALWAYS, "")
    return {"name": name, "commit": "", **texts, "time_ms": {}, "tools": {}, "key": "", "error": reason}


def run_tools(one: Subject, stand: Stand, versions: Versions) -> dict[str, Outcome]:
    """Run every tool that applies."""
    if stand.runner is None:
        return {t.name: Outcome("refused", t.kind, reason=stand.refusal, again=True) for t in one.tools}
    outcomes, there = {}, []
    for tool in one.tools:
        found = versions.of(tool)
        if found.missing:
            outcomes[tool.name] = Outcome("missing", tool.kind, reason=found.missing)
        else:
            there.append(tool)
    if there:
        work = Path(tempfile.mkdtemp(prefix="repository-", dir=stand.scratch))
        work.chmod(0o755)
        try:
            outcomes |= _Work(one, stand, versions, work).run(there)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return {tool.name: outcomes[tool.name] for tool in one.tools}


class _Work:
    """One repository being worked on, in a folder of its own."""

    def __init__(self, one: Subject, stand: Stand, versions: Versions, work: Path) -> None:
        self._stand = stand
        self._versions = versions
        self._work = work
        self._tree = work / "tree"
        self._epoch = read_commits(one.git_dir, [one.commit])[0].committed_at
        materialise(one.git_dir, one.listing.files, self._tree, self._epoch)
        self._lines = Lines(self._tree)

    def run(self, tools: Sequence[Tool]) -> dict[str, Outcome]:
        """Fetch what is needed, then run the tools one after the other."""
        fetches = dict.fromkeys(tool.fetch for tool in tools if tool.fetch)
        ready = {fetch: self._fetch(fetch, i) for i, fetch in enumerate(fetches)}
        return {tool.name: self._one(tool, *(ready[tool.fetch] if tool.fetch else ((), ""))) for tool in tools}

    def _fetch(self, fetch: Fetch, number: int) -> tuple[tuple[Path, ...], str]:
        """Give the layer that a fetch step leaves, or none and why."""
        if not self._stand.settings.network:
            return (), f"{fetch.name} was not run: sandbox.network is false"
        into = self._work / f"layer-{number}"
        try:
            with self._stand.room(self._tree, epoch=self._epoch) as room:
                limits = self._stand.limits(600.0)
                ended, said = self._stand.run(room, fetch.script, limits, registries=fetch.registries)
                if ended.code:
                    told = " ".join(said[-300:].decode("utf-8", "replace").split())
                    return (), f"{fetch.name} failed: {told or ended.reason}"
                assert self._stand.runner is not None  # noqa: S101 -- it has just run something
                self._stand.runner.layer(room, into)
        except StrataError as error:
            return (), f"{fetch.name} failed: {error}"
        return (into,), ""

    def _one(self, tool: Tool, layers: tuple[Path, ...], before: str) -> Outcome:
        version = self._versions.of(tool).version
        if tool.registries and not self._stand.settings.network:
            return Outcome("refused", tool.kind, version, "it needs the network, and sandbox.network is false")
        try:
            return self._ran(tool, layers, before, version)
        except SecurityViolation as error:
            return Outcome("refused", tool.kind, version, str(error), again=True)
        except StrataError as error:
            return Outcome("error", tool.kind, version, f"infra: {error}", again=True)

    def _ran(self, tool: Tool, layers: tuple[Path, ...], before: str, version: str) -> Outcome:
        """Run a tool with its report in a file of the room; what it prints besides is for people."""
        variable, folder = tool.data
        env = {variable: self._stand.data(folder)} if variable else {}
        script = f"exec > {_REPORT}\n{tool.script}\n"
        with self._stand.room(self._tree, layers, self._epoch) as room:
            limits = self._stand.limits(tool.timeout)
            ended, said = self._stand.run(room, script, limits, env=env, registries=tool.registries)
            _, report = self._stand.run(room, f"cat {_REPORT}", self._stand.limits(60.0, MAX_BYTES))
        parsed = parse(tool.format, report, Source(tool.name, WORK, self._lines))
        status, reason = judge(tool, ended, parsed, said, before)
        text = report[: self._stand.settings.output_kb << 10].decode("utf-8", "replace")
        ms = round(ended.usage.wall * 1000)
        found = tuple(parsed.findings)
        return Outcome(status, tool.kind, version, reason, ended.code, ms, text, found, again(ended))
