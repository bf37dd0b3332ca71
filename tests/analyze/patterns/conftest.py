"""What tests of design patterns share: programs in, patterns out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from codestrata.analyze.patterns.design import design_patterns
from codestrata.analyze.structure.finding import Finding
from codestrata.analyze.syntax.outline import outline
from codestrata.analyze.syntax.parse import parse
from codestrata.analyze.syntax.schema import TABLES
from codestrata.store.columns import Columns, Varlen, blank, concat

LANGUAGES = {
    "py": ("python", "Python"),
    "rs": ("rust", "Rust"),
    "go": ("go", "Go"),
    "ts": ("typescript", "TypeScript"),
    "java": ("java", "Java"),
    "c": ("c", "C"),
    "h": ("c", "C"),
    "cpp": ("cpp", "C++"),
}


@pytest.fixture(scope="session")
def patterns() -> Callable[..., list[Finding]]:
    """Give the design patterns of files by their paths."""

    def found(files: dict[str, str]) -> list[Finding]:
        parts: dict[str, list[Columns]] = defaultdict(list)
        for path, text in files.items():
            grammar, language = LANGUAGES[path.rpartition(".")[2]]
            for name, rows in outline(parse(grammar, [text.encode()])).items():
                count = len(rows.file)
                whose = {
                    "blob": Varlen.of([path.encode()] * count, text=False),
                    "language": Varlen.of([language] * count),
                }
                parts[name].append({**whose, **rows.columns})
        names = ("types", "members", "definitions", "calls")
        tables = [concat(parts[name]) if parts[name] else _empty(name) for name in names]
        return design_patterns(*tables, {path.encode(): [path] for path in files})

    return found


def _empty(name: str) -> Columns:
    columns = {field.name: blank(0, field.kind) for field in TABLES[name]}
    return {"blob": blank(0, "binary"), "language": blank(0, "text"), **columns}
