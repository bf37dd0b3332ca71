"""The ``analyze.structure`` stage: one snapshot → its modules, imports, packages, and the patterns they make."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codestrata.analyze.facts import stage as facts
from codestrata.analyze.outline import stage as outline
from codestrata.analyze.patterns.design import design_patterns
from codestrata.analyze.rules import stage as rules
from codestrata.analyze.structure.architecture import DETECTORS, Scene
from codestrata.analyze.structure.capability import capabilities
from codestrata.analyze.structure.domain import domains
from codestrata.analyze.structure.files import File, Files
from codestrata.analyze.structure.finding import Finding, table
from codestrata.analyze.structure.gaps import gaps
from codestrata.analyze.structure.inputs import SYNTAX, Inputs
from codestrata.analyze.structure.macro import Surroundings, macro_libraries
from codestrata.analyze.structure.manifests import Manifests, read
from codestrata.analyze.structure.manifests.read import table as dependencies
from codestrata.analyze.structure.micro import Shape, micro_libraries
from codestrata.analyze.structure.modules import Modules, modules, tables
from codestrata.analyze.structure.outside import Packages
from codestrata.analyze.structure.ruled import sites
from codestrata.analyze.structure.surroundings import DETECTORS as SURROUNDINGS
from codestrata.analyze.syntax import stage as syntax
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.speaking import speaking
from codestrata.model import Repository, Snapshot
from codestrata.model.paths import bytes_of
from codestrata.settings import needs
from codestrata.store.tables import TableFile

NAME = "analyze.structure"
#: Raise it when the same snapshot may show other structure.
VERSION = "14"
#: Tables of outlines by those of syntax that they stand for.
OUTLINED = {"syntax": "outlined", "definitions": "outlined_definitions", "imports": "outlined_imports"}
#: Manifests that could not be read: so many are named.
MOST_SKIPPED = 50
#: Detectors that look at rules' matches and manifests, and the levels of the rules they ask for.
JUDGES: Sequence[Callable[[Surroundings], Iterator[Finding]]] = (macro_libraries, gaps, domains, capabilities)
JUDGED = frozenset({"L4", "L6", "L7"})
#: Levels that a whole snapshot is asked for.
LEVELS = frozenset({"L2", "L3", "L4", "L5", "L6", "L7"})


class Structure:
    """Files, annotations and syntax of a snapshot → tables **modules**, **edges**, **dependencies**, **patterns**."""

    name = NAME
    verb = "analyze"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition per snapshot, when a level asks for it, or a recipe does: it gets the graph, and no pattern."""
        wanted = LEVELS.intersection(view.settings.analyze.levels)
        if not wanted and not needs.modules(view.settings):
            return
        outlined = outline.asked(view)
        said = speaking(view, _told(view, outlined=outlined))
        repositories = {r.id: r for r in view.repositories()}
        for index, snapshot in enumerate(view.snapshots()):
            repository = repositories[snapshot.repository_id]
            files = view.files("files", subject=repository.id)
            marks = view.files("annotations", subject=repository.id)
            if files and marks:
                spec = {
                    "files": files[0].path,
                    "annotations": marks[0].path,
                    "syntax": {name: [f.path for f in said[name][index]] for name in SYNTAX},
                    "facts": [f.path for f in said["facts"][index]],
                    "rules": [str(folder) for folder in view.settings.analyze.rules],
                    "repository": repository.id,
                    **({} if wanted else {"patterns": False}),
                    "read": outline.NAME if outlined else syntax.NAME,
                }
                yield _partition(spec, repository, snapshot, files[0].rows)

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Build the graph of modules, and look at it."""
        spec, hint = partition.spec, partition.hint
        inputs = Inputs(io.tables, spec["files"], spec["annotations"], hint["facts"], hint["syntax"])
        files = inputs.all_files(io.workspace / hint["git_dir"])
        shapes = inputs.shapes()
        told = read(files)
        packages = Packages.of(told.direct)
        public = {blob: shape.public for blob, shape in shapes.items()}
        found = modules(files, inputs.imports(), public, told.units, packages.of_import)
        known = Known(inputs, files, shapes, told, found)
        listed = list(_findings(known, hint["rules"])) if spec.get("patterns", True) else []
        io.progress(partition.weight)
        made = {
            **tables(found),
            "dependencies": dependencies(told),
            "patterns": table(listed, {file.path: file.blob for file in files}),
        }
        counts = {"files": len(files.by_path), "patterns": len(listed), "manifests_skipped": len(told.skipped)}
        skipped = [list(pair) for pair in told.skipped[:MOST_SKIPPED]]
        return Outcome(made, result={"skipped": skipped, "read": spec["read"]}, counts=counts)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a snapshot when its patterns are looked for."""

    inputs: Inputs
    files: Files
    shapes: Mapping[bytes, Shape]
    told: Manifests
    found: Modules


def _findings(known: Known, rules: Sequence[str]) -> Iterator[Finding]:
    """Give what every detector finds; ``rules``: folders of rules of one's own."""
    inputs, files, found = known.inputs, known.files, known.found
    held: dict[bytes, list[File]] = defaultdict(list)
    for file in files:
        held[file.blob].append(file)
    paths = {blob: [file.text for file in listed] for blob, listed in held.items()}
    scene = _scene(files, found, known.told, inputs.calls(paths))
    yield from micro_libraries(found, known.shapes)
    for detector in (*DETECTORS, *SURROUNDINGS):
        yield from detector(scene)
    yield from _design(inputs, files)
    ruled = sites(inputs, held, rules, JUDGED)
    bound = inputs.bound(paths, {(e.path, e.line, e.says): e.purl for e in found.edges if e.purl})
    around = Surroundings(files, found, known.told, ruled, inputs.extended(paths), bound)
    for judge in JUDGES:
        yield from judge(around)


def _scene(files: Files, found: Modules, told: Manifests, calls: Mapping[str, Sequence[tuple[str, int]]]) -> Scene:
    """Put manifests beside the modules."""
    purls = [
        (one.purl, bytes_of(one.manifest), one.line) for one in told.direct if one.scope in {"runtime", "optional"}
    ]
    points = [(one.kind, one.name, bytes_of(one.manifest), one.line) for one in told.points]
    return Scene(files, found, told.units, calls, purls, points)


def _design(inputs: Inputs, files: Files) -> list[Finding]:
    """Ask for the design patterns of the project's own code; of functions, what they are asked for alone."""
    paths: dict[bytes, list[str]] = defaultdict(list)
    for file in files:
        if file.own:
            paths[file.blob].append(file.text)
    asked = {
        "types": "",
        "members": "",
        "definitions": "where language in ('Go', 'C') and owner = ''",
        "calls": "where language = 'Go' and regexp_matches(callee, '[.](Do|HandlerFunc|ServeHTTP)$')",
    }
    place = {"calls": "line"}
    told = {
        name: inputs.columns(name, f"{tail} order by blob, {place.get(name, 'start')}") for name, tail in asked.items()
    }
    return design_patterns(told["types"], told["members"], told["definitions"], told["calls"], paths)


def _told(view: View, *, outlined: bool) -> dict[str, list[TableFile]]:
    """List the tables of blobs that structure is made from; what a user's own rules found lies beside what ours did.

    outlined: there is an outline of each file, and no syntax.
    """
    settings = view.settings.analyze
    if outlined:
        made_by = outline.version(settings)
        told: dict[str, list[TableFile]] = {name: [] for name in SYNTAX}
        told |= {name: [*view.files(one, stage=outline.NAME, version=made_by)] for name, one in OUTLINED.items()}
        return {**told, "facts": [*view.files("facts", stage=facts.NAME, version=facts.version(settings))]}
    made_by = syntax.version(settings)
    told = {name: [*view.files(name, stage=syntax.NAME, version=made_by)] for name in SYNTAX}
    if settings.rules:
        told["matches"] += view.files("matches", stage=rules.NAME, version=rules.version(settings))
    return {**told, "facts": [*view.files("facts", stage=facts.NAME, version=facts.version(settings))]}


def _partition(spec: dict[str, Any], repository: Repository, snapshot: Snapshot, count: int) -> Partition:
    """Put the tables that are read into the hint, and one digest of their names into the key."""
    hint = {
        "syntax": spec.pop("syntax"),
        "facts": spec.pop("facts"),
        "rules": spec.pop("rules"),
        "git_dir": snapshot.git_dir,
    }
    listed = repr((sorted(hint["syntax"].items()), hint["facts"]))
    spec["tables"] = hashlib.blake2b(listed.encode(), digest_size=16).hexdigest()
    return Partition(
        NAME,
        VERSION,
        spec,
        title=repository.full_name,
        subject=repository.id,
        weight=max(1, count),
        hint=hint,
    )
