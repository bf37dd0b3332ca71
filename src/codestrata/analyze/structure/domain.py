"""L6, the domain: what a repository is about, from signals of several kinds; below a threshold nothing is said.

Signals and their weights: topics it is filed under, words of its description, of the rest of its README, packages it
needs, and matches of rules in its code. One kind alone is not enough, unless the project says so itself.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from codestrata.analyze.structure.categories import CATEGORIES, Category
from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.finding import Finding, Spot
from codestrata.analyze.structure.macro import Surroundings
from codestrata.analyze.structure.manifests.told import Topic
from codestrata.analyze.structure.ruled import Site
from codestrata.model.paths import bytes_of

#: Score below which nothing is said, share of the best that others need, and domains named at most.
LEAST, NEAR, MOST = 2.5, 0.6, 3
#: What each kind of signal may add: the first of it, each further one, and all together.
WEIGHTS = {
    "topic": (1.6, 0.5, 3.0),
    "description": (1.6, 0.6, 3.0),
    "opening": (0.9, 0.2, 1.3),
    "readme": (0.3, 0.1, 1.0),
    "package": (0.5, 0.3, 1.5),
    "program": (0.8, 0.0, 0.8),
}
#: What matches of rules may add, per share of files that have one, and how often at least.
RULED, RULED_MOST, RULED_LEAST = 12.0, 2.0, 3
#: Letters of the opening and of the first sentences, characters of a README that are read.
_OPENING, _LEAD, _README = 160, 500, 20_000
_NOISE = re.compile(
    r"<[^>]{0,400}>|!?\[[^\]]{0,200}\]\([^)]{0,400}\)|^\s*\[[^\]]+\]:.*$|^\.\. .*$|https?://\S+|`[^`\n]*`", re.MULTILINE
)
_LINK = re.compile(r"(?<!!)\[([^\]!\[]{0,200})\]\([^)]{0,400}\)")


@dataclass(slots=True)
class _Tally:
    """Signals for one category: kind → places, with the words found there."""

    kinds: dict[str, dict[str, Spot]] = field(default_factory=lambda: defaultdict(dict))
    ruled: float = 0.0
    sites: list[Spot] = field(default_factory=list)

    def score(self) -> float:
        total = self.ruled
        for kind, spots in self.kinds.items():
            first, more, most = WEIGHTS[kind]
            total += min(most, first + more * (len(spots) - 1))
        return total

    def kinds_held(self) -> list[str]:
        order = ("topic", "opening", "description", "package", "program", "readme")
        return [kind for kind in order if kind in self.kinds] + (["code"] if self.ruled else [])


def domains(scene: Surroundings) -> Iterator[Finding]:
    """Give the domains of a snapshot that its signals agree on, the surest first; none when they do not."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    _topics(scene, tallies)
    _prose(scene, tallies)
    _packages(scene, tallies)
    _code(scene, tallies)
    scored = sorted(((tally.score(), name) for name, tally in tallies.items()), key=lambda pair: (-pair[0], pair[1]))
    best = scored[0][0] if scored else 0.0
    for score, name in scored[:MOST]:
        kinds = tallies[name].kinds_held()
        if score >= max(LEAST, NEAR * best) and _agreed(tallies[name], kinds):
            yield _finding(name, score, tallies[name], kinds)


def _agreed(tally: _Tally, kinds: list[str]) -> bool:
    """Tell whether signals of two kinds agree, or the project says it itself: as a topic, or in two ways in prose."""
    return len({*kinds} - {"opening"}) > 1 or "topic" in kinds or len(tally.kinds.get("description", ())) > 1


def _finding(name: str, score: float, tally: _Tally, kinds: list[str]) -> Finding:
    spots = [spot for kind in kinds if kind != "code" for spot in tally.kinds[kind].values()] + tally.sites
    words = list(dict.fromkeys(word for kind in kinds if kind != "code" for word in tally.kinds[kind]))
    says = f"{name}: {', '.join(words[:6])}" + (f", and {len(tally.sites)} places in code" if tally.sites else "")
    figures = {
        "score": round(score, 2),
        "signals": {kind: len(tally.kinds[kind]) if kind != "code" else len(tally.sites) for kind in kinds},
    }
    sure = round(min(0.95, 1 - math.exp(-score / 3)), 2)
    evidence = "manifest" if "topic" in kinds else "doc" if "description" in kinds else "structural"
    return Finding(
        "L6",
        "domain",
        "domain.signals",
        spots[0],
        says,
        sure,
        name=name,
        evidence=evidence,
        metrics=figures,
        places=tuple(spots[1:]),
    )


def _topics(scene: Surroundings, tallies: dict[str, _Tally]) -> None:
    """Count topics and descriptions of the topmost manifests; of members, which speak of parts, what half say."""
    top = min((t.manifest.count("/") for t in scene.told.topics), default=0)
    said: dict[tuple[str, str, str], Spot] = {}
    by: dict[str, set[str]] = defaultdict(set)
    for topic in (t for t in scene.told.topics if t.manifest.count("/") == top):
        spot = Spot(bytes_of(topic.manifest), topic.line, says=f"{topic.kind}: {' '.join(topic.text.split())[:120]}")
        for name, category in CATEGORIES.items():
            for kind, word in _speaking(category, topic):
                said.setdefault((name, kind, word), spot)
                by[name].add(topic.manifest)
    speaking = {t.manifest for t in scene.told.topics if t.manifest.count("/") == top}
    for (name, kind, word), spot in said.items():
        if top == 0 or len(by[name]) * 2 >= len(speaking):
            tallies[name].kinds[kind].setdefault(word, spot)


def _speaking(category: Category, topic: Topic) -> Iterator[tuple[str, str]]:
    """Give (kind of signal, word) that a topic is for a category."""
    if topic.kind == "description":
        yield from (("description", _word(found[0])) for found in category.words.finditer(topic.text))
    elif category.topics.search(topic.text) or (
        topic.kind == "keyword" and category.words.fullmatch(topic.text.replace("-", " "))
    ):
        yield "topic", _word(topic.text)


def _word(text: str) -> str:
    word = " ".join(text.lower().split())[:60]
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "series"))  # noqa: PLR2004 -- tls
    return word[:-1] if plural else word


def _readme(scene: Surroundings) -> File | None:
    named = [f for f in scene.files if not f.folder and f.name.lower().startswith("readme")]
    return next((f for f in named if f.name.lower().endswith((".md", ".rst"))), named[0] if named else None)


def _prose(scene: Surroundings, tallies: dict[str, _Tally]) -> None:
    """Count the words of the README: of its first sentences as a description, of the rest as a hint."""
    file = _readme(scene)
    if file is None:
        return
    plain = _plain(scene.files.read(file)[:_README])
    opening, lead = _letters(plain, _OPENING), _letters(plain, _LEAD)
    for name, category in CATEGORIES.items():
        seen: dict[str, int] = defaultdict(int)
        for found in category.words.finditer(plain):
            line = plain.count("\n", 0, found.start()) + 1
            spot = Spot(file.path, line, says=plain.split("\n")[line - 1].strip()[:120])
            if found.start() < opening:
                tallies[name].kinds["opening"].setdefault(_word(found[0]), spot)
            if found.start() < lead:
                tallies[name].kinds["description"].setdefault(_word(found[0]), spot)
            else:
                seen[_word(found[0])] += 1
                if seen[_word(found[0])] == 2:  # noqa: PLR2004 -- once is in passing
                    tallies[name].kinds["readme"].setdefault(_word(found[0]), spot)


def _plain(text: str) -> str:
    """Blank markup, code and addresses out; lines and lengths stay."""
    text = _LINK.sub(lambda m: m[1] + " " * (len(m[0]) - len(m[1])), text)
    return _NOISE.sub(lambda m: "".join(c if c == "\n" else " " for c in m[0]), text).replace("*", "")


def _letters(plain: str, most: int) -> int:
    """Give the place where so many letters and digits are passed."""
    count = 0
    for i, character in enumerate(plain):
        count += character.isalnum()
        if count >= most:
            return i
    return len(plain)


def _packages(scene: Surroundings, tallies: dict[str, _Tally]) -> None:
    for one in scene.told.direct:
        if one.workspace or one.scope not in {"runtime", "optional", "peer"} or one.manifest in scene.told.aside:
            continue
        spot = Spot(bytes_of(one.manifest), one.line, says=f"needs {one.purl}")
        for name, category in CATEGORIES.items():
            if category.packages.search(one.purl):
                tallies[name].kinds["package"].setdefault(one.purl, spot)
    for point in scene.told.points:
        if point.kind in {"script", "bin"}:
            spot = Spot(bytes_of(point.manifest), point.line, says=f"installs {point.name}")
            tallies["command-line"].kinds["program"].setdefault(point.name, spot)


def _code(scene: Surroundings, tallies: dict[str, _Tally]) -> None:
    """Count the files of the project's own that rules with a domain match in."""
    own = sum(1 for module in scene.modules.by_path.values() if module.file.own) or 1
    found: dict[str, list[Site]] = defaultdict(list)
    for site in scene.sites:
        if site.rule.level == "L6" and site.rule.domain and site.file.own:
            found[site.rule.domain].append(site)
    for name, category in CATEGORIES.items():
        sites = [site for domain in sorted(category.rules) for site in found.get(domain, ())]
        files = {site.file.path for site in sites}
        kinds = {site.rule.id for site in sites}
        if len(sites) >= RULED_LEAST and len(kinds) > 1:
            tallies[name].ruled = min(RULED_MOST, RULED * len(files) / max(own, 10))
            tallies[name].sites = [site.spot() for site in sites]
