"""Write the reference pages that cannot lie: commands, settings, tables and pipelines, from the code itself.

``python scripts/make_docs.py`` writes those of docs/ that are named in ``PAGES``; ``--check`` only says whether they
are current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pipeline_pages
from codestrata.cli.parts import Argument, Parser
from codestrata.settings.base import Section, meanings

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "<!-- made by `make docs`; do not edit -->\n\n"


def commands() -> str:
    """Every command with its arguments and options."""
    from codestrata.cli.app import COMMANDS, group, options, parser

    parts = [f"# Commands\n\n{MADE}`strata [OPTIONS] COMMAND …`\n\n{_parameters(Parser('strata', options))}"]
    names = [f"{name} {one}" if one else name for name in COMMANDS for one in group(name) or ("",)]
    for name in names:
        one = parser(name)
        words = [p for p in one.parameters if isinstance(p.about, Argument)]
        usage = " ".join(p.names[0] if p.required else f"[{p.names[0]}]" for p in words).upper()
        parts.append(f"## strata {name} {usage}".rstrip() + f"\n\n{one.description}\n\n{_parameters(one)}")
    return "\n".join(parts)


def _parameters(one: Parser) -> str:
    rows = []
    for p in one.parameters:
        name = p.names[0].upper() if isinstance(p.about, Argument) else ", ".join(p.names)
        rows.append(f"| `{name}` | {p.about.help.replace('|', chr(92) + '|')} |")
    return "| | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""


def settings() -> str:
    """Every setting with its default and meaning."""
    from codestrata.settings import Settings

    head = (
        f"# Settings\n\n{MADE}Defaults < `strata.toml` < environment (`STRATA_EXPORT__DEDUP__THRESHOLD=0.8`) < flags\n"
        "(`--set export.dedup.threshold=0.8`). `strata config` prints what is in force.\n"
    )
    return "\n".join([head, *_section(Settings(), "")])


def _section(section: Section, path: str) -> Iterator[str]:
    inner = []
    rows = []
    for name in section.__struct_fields__:
        value = getattr(section, name)
        if isinstance(value, Section):
            inner.append((f"{path}{name}", value))
        else:
            about = " ".join(meanings(type(section)).get(name, "").split()).replace("|", "\\|")
            rows.append(f"| `{name}` | `{value!r}` | {about} |")
    if rows:
        yield f"## {path.rstrip('.')}\n\n| setting | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    for full, value in inner:
        yield from _section(value, f"{full}.")


def tables() -> str:
    """Every table with its columns."""
    from codestrata.analyze.clusters.schema import CLUSTERS, MEMBERS
    from codestrata.analyze.cuts.schema import CUTS
    from codestrata.analyze.facts.schema import FACTS
    from codestrata.analyze.outline.schema import TABLES as OUTLINES
    from codestrata.analyze.privacy.schema import INSPECTED, PRIVATE
    from codestrata.analyze.records import DEPENDENCIES, EDGES, MODULES, PATTERNS, QUOTATIONS, REASONS
    from codestrata.analyze.rules.book import RULES
    from codestrata.analyze.syntax.schema import TABLES as SYNTAX
    from codestrata.analyze.texture.schema import TEXTURES
    from codestrata.ci.schema import STAMP
    from codestrata.ci.schema import TABLES as RESULTS
    from codestrata.ci.trial.stage import TRIAL_STEPS, TRIALS
    from codestrata.export.decide.schema import DECISIONS, PAIRS
    from codestrata.export.order.schema import READING_ORDER as ORDER
    from codestrata.export.overlap.schema import OVERLAPPED, OVERLAPS, ROW_OVERLAPS
    from codestrata.export.settle.schema import SETTLED
    from codestrata.export.shape.stage import HOMES, shape_of
    from codestrata.export.tokens.schema import TOKEN_COUNTS
    from codestrata.export.write.schema import SAMPLES, TEXTS
    from codestrata.store.schema import Field

    shown = {
        "samples": ("The rows of a dataset (`data/`), recipe pretrain: a file each.", SAMPLES),
        **{
            f"samples_{name}": (f"The rows of a dataset, recipe {name}.", shape.fields)
            for name in HOMES
            if (shape := shape_of(name))
        },
        "texts": ("What rows have of their contents alone, made once per content and copied into shards.", TEXTS),
        "decisions": ("What became of every file of every snapshot; `removed/` is made from it.", DECISIONS),
        "overlaps": ("What texts share with evaluation sets; see [decontamination.md](decontamination.md).", OVERLAPS),
        "overlapped": ("Texts that were looked through for them.", OVERLAPPED),
        "row_overlaps": ("The same of rows that are not whole files: those that were left out.", ROW_OVERLAPS),
        "pairs": ("Verified near-duplicate pairs.", PAIRS),
        "settled": (
            "Of each row of a recipe with column `digest`, in order: is it kept, or whose twin is it.",
            SETTLED,
        ),
        "token_counts": ("What a tokenizer makes of contents, once per content and tokenizer.", TOKEN_COUNTS),
        "reading_order": ("Recipe repo: the kept files of a repository in reading order, and who shares a row.", ORDER),
        "cuts": ("Recipe fim, syntax-aware: nodes that may be middles, once per (blob, language), ever.", CUTS),
        "trials": ("Recipe verified: how each test of each commit ended, before and after it.", TRIALS),
        "trial_steps": ("Recipe verified: every step that was run for it, with its output.", TRIAL_STEPS),
    }
    blob = (Field("blob", "binary", "Git object id of the content"), Field("language", "text", "what it was read as"))
    about = "What a blob's tree alone tells, once per (blob, language), ever; see [strata.md](strata.md)."
    shown |= {name: (about, (*blob, *(f for f in fields if f.name != "language"))) for name, fields in SYNTAX.items()}
    about = "The same of recipe repo, where nobody asks for more; **outlined** has the columns of **syntax**."
    shown |= {name: (about, (*blob, *fields)) for name, fields in OUTLINES.items()}
    shown |= {
        "textures": ("What a text repeats and what its lines are made of, where a quality profile asks.", TEXTURES),
        "rules": ("What rules say whose finds are rows of matches; made for recipe patterns.", RULES),
        "patterns": ("Structural patterns of a snapshot (L2 to L7).", PATTERNS),
        "dependencies": ("Packages that manifests and lock files name.", DEPENDENCIES),
        "modules": ("Files as modules, with their place in the graph of run-time imports.", MODULES),
        "edges": ("Imports, resolved to files here or to packages.", EDGES),
        "clusters": ("Code that is alike in several places, over all repositories of a run.", CLUSTERS),
        "cluster_members": ("The places of a cluster.", MEMBERS),
        "reasons": ("What was decided, and where it is told (L8); see [reasons.md](reasons.md).", REASONS),
        "quotations": ("What the fields of a decision say, word for word.", QUOTATIONS),
    }
    shown |= {
        "inspected": ("Blobs that were looked through for secrets and personal data.", INSPECTED),
        "private": ("Where these are; see [privacy.md](privacy.md).", PRIVATE),
    }
    shown |= {name: (about, (*STAMP, *fields)) for name, (about, fields, _) in RESULTS.items()}
    parts = [f"# Tables\n\n{MADE}There are no nulls: absence is an empty text or -1.\n"]
    for name, (about, fields) in shown.items():
        rows = "\n".join(f"| `{f.name}` | {f.kind} | {f.about.replace('|', chr(92) + '|')} |" for f in fields)
        parts.append(f"## {name}\n\n{about}\n\n| column | type | meaning |\n|---|---|---|\n{rows}\n")
    rows = "\n".join(f"| `{name}` | {kind} | {about} |" for name, (kind, about) in FACTS.items())
    about = "What analysis found, once per (blob, name key), ever."
    parts.append(f"## facts\n\n{about}\n\n| column | type | meaning |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def pipelines() -> str:
    """Every keyword, name and function of pipelines."""
    return "\n".join([f"# Words of pipelines\n\n{MADE}", *pipeline_pages.keywords()])


def tools() -> str:
    """Every tool and every format of reports."""
    from codestrata.ci.reports import FORMATS
    from codestrata.ci.tools import TOOLS

    head = (
        f"# Tools\n\n{MADE}What `strata outputs` runs where it applies, and what `uses: tool/NAME` in a pipeline stands"
        " for. A static tool reads the code; an executing one runs parts of it, and never has a network.\n"
    )
    rows = "\n".join(
        f"| `{t.name}` | {t.about} | {', '.join(t.languages)} | {t.kind} | {' '.join(f'`{g}`' for g in t.files)} |"
        f" {t.fetch.name if t.fetch else ''} | `{t.format}` | {t.hint} |"
        for t in TOOLS.values()
    )
    columns = "| tool | what it says | languages | kind | applies to | fetch step | format | how to get it |"
    formats = "\n".join(f"| `{f.name}` | {f.about} | {f.media} |" for f in FORMATS.values())
    reports = f"## Formats of reports\n\n| format | what it is | kind of file |\n|---|---|---|\n{formats}\n"
    return f"{head}\n{columns}\n|{'---|' * 8}\n{rows}\n\n{reports}"


PAGES = {
    "tools.md": tools,
    "commands.md": commands,
    "settings.md": settings,
    "tables.md": tables,
    "pipeline-keywords.md": pipelines,
    "pipeline.schema.json": pipeline_pages.schema,
}


def main() -> int:
    """Write or check the pages."""
    stale = [name for name, make in PAGES.items() if _old(name) != make()]
    if "--check" in sys.argv:
        print("\n".join(f"docs/{name} is out of date: run `make docs`" for name in stale) or "all are current")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), "utf-8")
        print(f"wrote docs/{name}")
    return 0


def _old(name: str) -> str:
    page = DOCS / name
    return page.read_text("utf-8") if page.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
