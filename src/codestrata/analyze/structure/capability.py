"""L7, language capability: the language version that the code needs, against the one it promises, and what it uses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from codestrata.analyze.records import TIERS
from codestrata.analyze.structure.conditions import lines_of_tests
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.analyze.structure.guards import guarded
from codestrata.analyze.structure.macro import Surroundings
from codestrata.analyze.structure.ruled import Site
from codestrata.analyze.structure.shipping import ships
from codestrata.analyze.structure.versions import EDITIONS, Needed, Promises, needed
from codestrata.model.paths import bytes_of
from codestrata.model.several import several

#: Rules that tell of guards, or of the build, but use nothing.
_SILENT = frozenset({"language-version", "version-guard", "platform-guard", "build-guard", "typing-guard"})
#: Constructs of annotations, which nobody evaluates below ``from __future__ import annotations``.
_ANNOTATIONS = frozenset({"python.builtin-generic", "python.union-operator-type"})
#: Names that packages bring to older versions.
_BROUGHT = {
    "python.override-decorator": "typing_extensions",
    "python.deprecated-decorator": "typing_extensions",
    "python.parameter-specification": "typing_extensions",
    "python.type-parameter-default": "typing_extensions",
    "python.zone-info": "backports",
    "python.exception-group": "exceptiongroup",
    "python.tomllib": "tomli",
}
#: Guards are looked for at so many places of one version.
MOST = 300


def capabilities(scene: Surroundings) -> Iterator[Finding]:
    """Give the versions needed, places above what is promised, and counts of what the language is used for."""
    sites = [site for site in scene.sites if site.file.own and _ships(site, scene)]
    yield from _versions(scene, sites)
    yield from _uses(sites)


def _ships(site: Site, scene: Surroundings) -> bool:
    """Tell whether a file is part of what the project ships."""
    parts = site.file.text.split("/")
    script = site.file.language in {"JavaScript", "TypeScript", "TSX"}
    if script and (".config." in parts[-1] or ("bin" in parts and not any(p.kind == "bin" for p in scene.told.points))):
        return False
    if not ships(site.file.text):
        return False
    if site.file.language == "Rust" and site.rule.level == "L7":
        return not any(a <= site.line <= b for a, b in lines_of_tests(scene.files.read(site.file)))
    if site.file.language == "Python":
        return scene.files.get("/".join([*parts[:-1], "__init__.py"])) is not None or len(parts) == 1
    return True


def _versions(scene: Surroundings, sites: Iterable[Site]) -> Iterator[Finding]:
    postponed = {s.file.path for s in sites if s.rule.id == "python.future-annotations"}
    found: dict[str, list[tuple[Needed, Site]]] = defaultdict(list)
    for site in sites:
        if site.rule.level != "L7" or not site.rule.since or site.rule.type in {"platform-guard", "module-system"}:
            continue
        if site.rule.id in _ANNOTATIONS and site.file.path in postponed:
            continue
        need = needed(site.rule.since, site.file.language)
        if need and need.scale:
            found[need.language].append((need, site))
    promises = Promises.of(scene.told)
    for language, listed in sorted(found.items()):
        listed.sort(key=lambda pair: (tuple(-n for n in pair[0].scale), pair[1].file.path, pair[1].start))
        yield from _minimum(scene, language, listed, promises)
        yield from _above(scene, language, listed, promises)


def _is_guarded(scene: Surroundings, site: Site) -> bool:
    if site.file.language == "Rust" and scene.conditions.of(site.file.text):
        return True
    text = scene.files.read(site.file)
    brought = _BROUGHT.get(site.rule.id)
    if brought and brought in text:
        return True
    return guarded(text, site.line, site.file.language, site.file.text)


def _minimum(
    scene: Surroundings, language: str, listed: Sequence[tuple[Needed, Site]], promises: Promises
) -> Iterator[Finding]:
    """Give the least version that everything outside of guards needs, by the highest of its constructs."""
    passed: Counter[Needed] = Counter()
    behind = 0
    best: tuple[Needed, Site] | None = None
    for need, site in listed:
        passed[need] += 1
        if passed[need] > MOST:
            continue
        if not _is_guarded(scene, site):
            best = need, site
            break
        behind += 1
    if best is None:
        return
    need, site = best
    same = [s for n, s in listed if n == need and s != site]
    counts = Counter(s.rule.id for _, s in listed)
    promise = promises.at(language, site.file.text)
    figures = {
        "language": language,
        "minimum": need.written,
        "declared": promise[0].version if promise else "",
        "sites": len(same) + 1,
        "behind_guards": behind,
        "features": dict(counts.most_common(12)),
        **_edition(scene, language),
    }
    sure = min(0.95, TIERS.get(site.rule.tier, 0.5) * (1.0 if same else 0.92))
    says = f"needs {language} {need.written}: {site.rule.description[0].lower()}{site.rule.description[1:].rstrip('.')}"
    says += f"; {promise[0].manifest} says {promise[0].written}" if promise else ""
    places = [s.spot() for s in same if not _is_guarded(scene, s)] if len(same) <= MOST else []
    declared = (
        (Spot(bytes_of(promise[0].manifest), promise[0].line, says=f"{promise[0].language} {promise[0].written}"),)
        if promise
        else ()
    )
    yield Finding(
        "L7",
        "minimum-version",
        "capability.minimum",
        site.spot(),
        says,
        round(sure, 2),
        name=f"{language} {need.written}",
        evidence="syntactic",
        span=(site.start, site.end),
        metrics=figures,
        places=(*declared, *places),
    )


def _edition(scene: Surroundings, language: str) -> dict[str, str]:
    """Give the newest edition of Rust, and the compiler it came with: it is needed, too."""
    editions = [d.version for d in scene.told.declared if d.language == "Rust edition" and d.version in EDITIONS]
    newest = max(editions, default="") if language == "Rust" else ""
    return {"edition": newest, "edition_needs": EDITIONS[newest]} if newest else {}


def _above(
    scene: Surroundings, language: str, listed: Sequence[tuple[Needed, Site]], promises: Promises
) -> Iterator[Finding]:
    """Give constructs that need more than the manifest above them promises, outside of guards."""
    found: dict[tuple[str, str], list[tuple[Needed, Site]]] = defaultdict(list)
    for need, site in listed:
        promise = promises.at(language, site.file.text)
        if promise and need.scale > promise[1] and len(found[promise[0].manifest, site.rule.id]) < MOST:
            found[promise[0].manifest, site.rule.id].append((need, site))
    for (manifest, _), pairs in sorted(found.items()):
        open_ = [pair for pair in pairs if not _is_guarded(scene, pair[1])]
        promise = promises.at(language, pairs[0][1].file.text)
        if not open_ or promise is None:
            continue
        need, site = open_[0]
        says = f"{language} {need.written} is needed here, and {manifest} promises {promise[0].written}"
        figures = {
            "needs": need.written,
            "declared": promise[0].version,
            "sites": len(open_),
            "guarded": len(pairs) - len(open_),
        }
        declared = Spot(bytes_of(manifest), promise[0].line, says=f"{promise[0].language} {promise[0].written}")
        yield Finding(
            "L7",
            "above-declared",
            "capability.above",
            site.spot(),
            says,
            round(0.8 * TIERS.get(site.rule.tier, 0.5), 2),
            name=f"{language} {need.written}",
            evidence="syntactic",
            span=(site.start, site.end),
            metrics=figures,
            places=(declared, *(s.spot() for _, s in open_[1:])),
        )


def _uses(sites: Iterable[Site]) -> Iterator[Finding]:
    """Count what the language is used for: unsafe code, foreign functions, macros, reflection, generics, async."""
    found: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in sites:
        if (site.rule.level == "L7" and site.rule.type not in _SILENT) or site.rule.type == "async":
            found[_family(site.file.language), site.rule.type].append(site)
    for (language, kind), listed in sorted(found.items()):
        yield _use(language, kind, listed)


def _family(language: str) -> str:
    return "TypeScript" if language == "TSX" else language


def _use(language: str, kind: str, listed: Sequence[Site]) -> Finding:
    rules: Mapping[str, int] = Counter(site.rule.id for site in listed)
    files = len({site.file.path for site in listed})
    one = listed[0]
    return Finding(
        "L7",
        "capability",
        f"capability.{kind}",
        one.spot(),
        f"{kind} in {language}: {several(len(listed), 'place')} in {several(files, 'file')}",
        TIERS.get(min(site.rule.tier for site in listed), 0.5),
        name=f"{language}: {kind}",
        evidence="syntactic",
        span=(one.start, one.end),
        metrics={"count": len(listed), "files": files, "rules": dict(sorted(rules.items()))},
        places=tuple(site.spot() for site in listed[1:]),
    )
