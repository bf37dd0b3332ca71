# /// script
# dependencies = ["pyyaml", "codestrata"]
# ///
"""Make codestrata's tables about languages and paths from Linguist's (MIT).

    python scripts/make_linguist_tables.py LINGUIST

LINGUIST is a checkout of https://github.com/github-linguist/linguist with its samples. The same checkout gives the same
bytes. What is taken are facts: names, extensions, interpreters, rules; and counts over the samples, for the classifier.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import ruby_regex
from codestrata.analyze.language import classifier
from required_words import required

PACKAGE = Path(__file__).parents[1] / "src/codestrata"
LANGUAGE, MARKS, MODEL = PACKAGE / "analyze/language/data", PACKAGE / "analyze/marks/data", PACKAGE / "model/data"
MANPAGES = ["Roff Manpage", "Roff"]


class Linguist:
    """A checkout, read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.languages = self.yaml("languages")
        self.heuristics = self.yaml("heuristics")

    def yaml(self, name: str) -> Any:
        """Read one of its tables."""
        return yaml.safe_load((self.root / "lib/linguist" / f"{name}.yml").read_text())

    @property
    def source(self) -> str:
        """Say which Linguist this is."""
        version = (self.root / "lib/linguist/VERSION").read_text().strip()
        commit = subprocess.run(
            ["git", "-C", self.root, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        )
        return f"github-linguist {version}, commit {commit.stdout.strip()}, MIT"

    def index(self, key: str, *, lower: bool = False) -> dict[str, list[str]]:
        """Turn language → values round: value → languages, in Linguist's order."""
        found: dict[str, list[str]] = {}
        for language, facts in self.languages.items():
            for value in facts.get(key, []):
                row = found.setdefault(value.lower() if lower else value, [])
                if language not in row:
                    row.append(language)
        return found

    def samples(self) -> Iterator[tuple[str, str, bytes]]:
        """Give language, file name and content of each labelled sample."""
        proper = {facts["fs_name"]: name for name, facts in self.languages.items() if "fs_name" in facts}
        for path in sorted((self.root / "samples").rglob("*")):
            if path.is_file():
                folder = path.relative_to(self.root / "samples").parts[0]
                yield proper.get(folder, folder), path.name, path.read_bytes()


def facts(linguist: Linguist) -> dict[str, Any]:
    """Type and, where it differs from the name, group of each language."""
    rows = {name: [f["type"], f.get("group", name)] for name, f in linguist.languages.items()}
    return {"languages": rows}


def names(linguist: Linguist) -> dict[str, Any]:
    """What names say about languages."""
    aliases = {}
    for name, row in linguist.languages.items():
        for alias in [name.lower().replace(" ", "-"), *row.get("aliases", [])]:
            aliases[alias.lower()] = name
    return {
        "aliases": aliases,
        "extensions": linguist.index("extensions", lower=True),
        "filenames": linguist.index("filenames"),
        "generic": linguist.yaml("generic")["extensions"],
        "interpreters": linguist.index("interpreters"),
    }


def heuristics(linguist: Linguist) -> dict[str, Any]:
    """Content rules, patterns in RE2's syntax; like Linguist, a rule takes the first kind of condition it has."""
    named = linguist.heuristics["named_patterns"]

    def conditions(rule: dict[str, Any], language: str) -> dict[str, list[str]]:
        if "and" in rule:
            parts = [conditions(part, language) for part in rule["and"]]
            return {k: [p for part in parts for p in part.get(k, [])] for k in ("present", "absent")}
        if "pattern" in rule:
            return {"present": [ruby_regex.heuristic(rule["pattern"], language)]}
        if "negative_pattern" in rule:
            return {"absent": [ruby_regex.heuristic(rule["negative_pattern"], language)]}
        if "named_pattern" in rule:
            return {"present": [ruby_regex.heuristic(named[rule["named_pattern"]], language)]}
        return {}

    blocks = []
    for block in linguist.heuristics["disambiguations"]:
        rules = []
        for rule in block["rules"]:
            languages = rule["language"] if isinstance(rule["language"], list) else [rule["language"]]
            given = {k: v for k, v in conditions(rule, languages[0]).items() if v}
            rules.append({"languages": languages, **given})
        blocks.append({"endings": [e.lower() for e in block["extensions"]], "rules": rules, **gate(rules)})
    return {"blocks": blocks}


def gate(rules: list[dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """Words without which the block's last, unconditional rule holds; nothing where there are none or no such rule."""
    conditional = [rule for rule in rules if len(rule) > 1]
    if len(rules) != len(conditional) + 1 or rules[-1] in conditional or len(rules[-1]["languages"]) > 1:
        return {}
    each = [required(rule["present"][0]) if "present" in rule else None for rule in conditional]
    if not all(each):
        return {}
    words = {word for found in each for word in found or ()}
    return {"words": {k: sorted(w for w, led in words if led is (k == "leading")) for k in ("anywhere", "leading")}}


_METHOD = re.compile(r"^    def (\w+)\?\n(.*?)^    end$", re.MULTILINE | re.DOTALL)
_BY_NAME = re.compile(r"!!name\.match\(/(.+?)/(i?)\)(?= \|\||\n)")
_BY_SUFFIX = re.compile(r"\[(.+)\]\.include\?\(extname\)")
_SOURCE_MAP = r"(?i:\.(?:css|js)\.map$)"


def generated(linguist: Linguist) -> Iterator[list[str]]:
    """Rules of ``generated.rb`` that need nothing but the path: [rule, pattern]."""
    for method, body in _METHOD.findall((linguist.root / "lib/linguist/generated.rb").read_text()):
        if len(body.strip().splitlines()) != 1:
            continue
        found = [f"(?i:{p})" if flag else p for p, flag in _BY_NAME.findall(body)]
        suffixes = _BY_SUFFIX.search(body)
        if suffixes:
            found = ["|".join(re.escape(s.strip(" '")) + "$" for s in suffixes[1].split(","))]
        if found:
            patterns = [ruby_regex.path_rule(p, method) for p in found]
            yield [method.removeprefix("generated_").removeprefix("by_"), "|".join(patterns)]
    yield ["source_map", _SOURCE_MAP]


def paths(linguist: Linguist) -> dict[str, Any]:
    """Rules about where a file lies."""
    rules = {k: [ruby_regex.path_rule(p) for p in linguist.yaml(k)] for k in ("vendor", "documentation")}
    return {**rules, "generated": list(generated(linguist))}


def ambiguous(linguist: Linguist) -> set[str]:
    """Languages that the classifier may have to choose among."""
    rules = [r["languages"] for b in heuristics(linguist)["blocks"] for r in b["rules"]]
    table = names(linguist)
    shared = [row for k in ("extensions", "filenames", "interpreters") for row in table[k].values()]
    return {name for row in [*shared, *rules, MANPAGES] if len(row) > 1 for name in row}


def write(path: Path, source: str, content: dict[str, Any]) -> None:
    """Write one table, a row a line, keys sorted."""
    lines = []
    for key, value in sorted({"source": source, **content}.items()):
        compact = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}
        if isinstance(value, dict):
            rows = [f"{json.dumps(k)}:{json.dumps(v, **compact)}" for k, v in sorted(value.items())]
            lines.append(f'"{key}":{{\n' + ",\n".join(rows) + "\n}")
        elif isinstance(value, list):
            lines.append(f'"{key}":[\n' + ",\n".join(json.dumps(v, **compact) for v in value) + "\n]")
        else:
            lines.append(f'"{key}":{json.dumps(value)}')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main(root: Path) -> None:
    """Write every table."""
    linguist = Linguist(root)
    write(MODEL / "languages.json", linguist.source, facts(linguist))
    write(LANGUAGE / "names.json", linguist.source, names(linguist))
    write(LANGUAGE / "heuristics.json", linguist.source, heuristics(linguist))
    write(MARKS / "paths.json", linguist.source, paths(linguist))
    wanted = ambiguous(linguist)
    model = classifier.train((language, text) for language, _, text in linguist.samples() if language in wanted)
    model.save(LANGUAGE / "classifier.npz")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
