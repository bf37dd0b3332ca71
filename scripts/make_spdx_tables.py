"""Write the licence tables: the SPDX list with our classes, the texts, and the index of the text matcher.

Run it by hand when the list moves on: ``python scripts/make_spdx_tables.py``. It needs cargo and npm, which fetch by
name and version (nothing they fetch is run), and writes the same bytes for the same versions:

- crate ``spdx`` (Apache-2.0): ids, names, OSI, FSF and deprecation flags, texts of licences and exceptions;
- npm ``@blueoak/list`` (CC0-1.0): which licences the Blue Oak Council calls permissive;
- PyPI ``license-expression`` (group ``check``; its data are ScanCode's, CC-BY-4.0): the category of each licence.

The class of a licence is ours: the rules are ``licence_class`` below, in order.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path

import zstandard

SPDX_CRATE = "0.13.6"
BLUE_OAK = "15.0.0"
SOURCE = Path(__file__).parents[1] / "src" / "codestrata"

# Entries of the crate that are its own, not SPDX's.
NOT_SPDX = re.compile(r"NOASSERTION|GFDL-\d\.\d-(?:no-)?invariants")

# Deprecated ids whose replacement is not "<id>-only", from the notes of the SPDX list.
REPLACED = {
    "BSD-2-Clause-FreeBSD": "BSD-2-Clause-Views",
    "BSD-2-Clause-NetBSD": "BSD-2-Clause",
    "bzip2-1.0.5": "bzip2-1.0.6",
    "eCos-2.0": "GPL-2.0-or-later WITH eCos-exception-2.0",
    "GPL-2.0-with-autoconf-exception": "GPL-2.0-only WITH Autoconf-exception-2.0",
    "GPL-2.0-with-bison-exception": "GPL-2.0-only WITH Bison-exception-2.2",
    "GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
    "GPL-2.0-with-font-exception": "GPL-2.0-only WITH Font-exception-2.0",
    "GPL-2.0-with-GCC-exception": "GPL-2.0-only WITH GCC-exception-2.0",
    "GPL-3.0-with-autoconf-exception": "GPL-3.0-only WITH Autoconf-exception-3.0",
    "GPL-3.0-with-GCC-exception": "GPL-3.0-only WITH GCC-exception-3.1",
    "Nunit": "zlib-acknowledgement",
    "StandardML-NJ": "SMLNJ",
    "wxWindows": "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
}

# Our reading of single families, before any published list is asked. Each row: pattern over the whole id, class.
FAMILIES = (
    (r".*-NC(-.*)?|PolyForm-Noncommercial-.*|NCGL-.*|Aladdin", "non-commercial"),
    (
        r"AGPL-.*|OSL-.*|NPOSL-.*|RPL-.*|CPAL-.*|CAL-.*|Parity-.*|APSL-.*",
        "network-copyleft",
    ),  # use over a network counts
    (r"SSPL-.*|BUSL-.*|CC-BY-ND-.*|Hippocratic-.*|UnRAR|BSD-3-Clause-OpenWebUI|CPOL-.*", "source-available"),
    (r"CC-BY-SA-.*|CC-SA-.*|GFDL-.*|EUPL-.*|CECILL-[12].*|copyleft-next-.*|ESA-PL-strong-.*", "copyleft"),
    (r"OFL-.*|CECILL-C|SISSL.*|Watcom-1.0|CERN-OHL-1.*|ESA-PL-weak-.*|GPL-.*-with-.*", "weak-copyleft"),
    (r"BOLA-1.1|NIST-PD-TNT|SAX-PD.*", "public-domain"),
    (r"ESA-PL-permissive-.*|OpenMDW-1.0|ALGLIB-Documentation|MIT-STK|OSSP|TekHVC|Vixie-Cron|WordNet", "permissive"),
    (r"WTFNMFPL|X11-no-permit-persons|NIST-PD-fallback|FSFUL", "permissive"),
    (r"any-OSI.*", "unknown"),
)

# Then the Blue Oak list (StarCoder2 takes the same union: Blue Oak, or ScanCode's Permissive and Public Domain) …
PUBLIC_DOMAIN = "Public Domain"
# … and ScanCode's category.
CATEGORIES = {
    "Permissive": "permissive",
    PUBLIC_DOMAIN: "public-domain",
    "Copyleft Limited": "weak-copyleft",
    "Copyleft": "copyleft",
    "Source-available": "source-available",
    "Free Restricted": "source-available",
    "Proprietary Free": "proprietary",
}


def main() -> None:
    """Fetch, sort out, write."""
    with tempfile.TemporaryDirectory() as folder:
        crate = fetch_crate(Path(folder), "spdx", SPDX_CRATE)
        blue_oak = fetch_blue_oak(Path(folder))
        identifiers = (crate / "identifiers.rs").read_text("utf-8")
        texts = {kind: read_texts(crate / "text" / kind) for kind in ("licenses", "exceptions")}
    rows = list_rows(identifiers, blue_oak, scancode_categories())
    version = re.search(r'VERSION: &str = "([\d.]+)"', identifiers)[1]  # type: ignore[index]
    write_table(rows, version)
    write_texts(rows, texts)
    write_index()


def fetch_crate(folder: Path, name: str, version: str) -> Path:
    """Vendor one crate and give its ``src`` folder."""
    manifest = (
        f'[package]\nname = "t"\nversion = "0.0.0"\n[lib]\npath = "t.rs"\n[dependencies]\n{name} = "={version}"\n'
    )
    (folder / "Cargo.toml").write_text(manifest)
    (folder / "t.rs").touch()
    subprocess.run(["cargo", "vendor", "--quiet", "v"], cwd=folder, check=True, capture_output=True)
    return folder / "v" / name / "src"


def fetch_blue_oak(folder: Path) -> set[str]:
    """Give the ids on the Blue Oak Council's list, whatever their rating."""
    name = f"@blueoak/list@{BLUE_OAK}"
    made = subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, capture_output=True, text=True)
    subprocess.run(["tar", "xzf", made.stdout.split()[-1]], cwd=folder, check=True)
    tiers = json.loads((folder / "package" / "index.json").read_text("utf-8"))
    return {licence["id"] for tier in tiers for licence in tier["licenses"]}


def scancode_categories() -> dict[str, str]:
    """Give ScanCode's category of each SPDX id, from the data of license-expression."""
    path = files("license_expression") / "data" / "scancode-licensedb-index.json"
    out = {}
    for row in json.loads(path.read_text("utf-8")):
        for id_ in [row.get("spdx_license_key"), *(row.get("other_spdx_license_keys") or [])]:
            out[id_] = row["category"]
    return out


def read_texts(folder: Path) -> dict[str, str]:
    """Read texts kept as Rust raw strings, one file per id."""
    out = {}
    for path in sorted(folder.iterdir()):
        raw = re.fullmatch(r'r(#*)"(.*)"\1\s*', path.read_text("utf-8"), re.DOTALL)
        out[path.name] = raw[2].replace("\r\n", "\n").strip() + "\n"  # type: ignore[index]
    return out


def list_rows(identifiers: str, blue_oak: set[str], categories: dict[str, str]) -> list[tuple[str, ...]]:
    """Make the rows of the table: id, kind, class, flags, replacement, name; sorted by id."""
    licences, exceptions = identifiers.split("pub const EXCEPTIONS", 1)
    pattern = r'License \{\s+name: "([^"]+)",\s+full_name: r#"(.*?)"#,\s+index: \d+,\s+flags: ([^,]+),'
    rows = []
    for id_, name, flags in re.findall(pattern, licences, re.DOTALL):
        if NOT_SPDX.fullmatch(id_):
            continue
        marks = [("IS_OSI", "o"), ("IS_FSF", "f"), ("IS_DEPRECATED", "d")]
        letters = "".join(letter for word, letter in marks if word in flags) + ("b" if id_ in blue_oak else "")
        replaced = replacement(id_) if "d" in letters else ""
        rows.append(
            (id_, "licence", licence_class(id_, blue_oak, categories), letters, replaced, " ".join(name.split()))
        )
    for id_, flags in re.findall(r'Exception \{\s+name: "([^"]+)",.*?flags: ([^,]+),', exceptions, re.DOTALL):
        eases = categories.get(id_) in {"Copyleft Limited", "Permissive"} and id_ != "GPL-CC-1.0"
        deprecated = "d" if "IS_DEPRECATED" in flags else ""
        rows.append((id_, "exception", "weak-copyleft" if eases else "", deprecated, "", ""))
    return sorted(rows, key=lambda row: (row[0].lower(), row[0]))


def replacement(id_: str) -> str:
    """Give the expression to use instead of a deprecated id; "" where SPDX names none."""
    if id_ in REPLACED:
        return REPLACED[id_]
    if "GPL" in id_ or "GFDL" in id_:
        return id_[:-1] + "-or-later" if id_.endswith("+") else id_ + "-only"
    return ""


def licence_class(id_: str, blue_oak: set[str], categories: dict[str, str]) -> str:
    """Give our class of a licence: family, Blue Oak, ScanCode, family name, in this order."""
    for pattern, name in FAMILIES:
        if re.fullmatch(pattern, id_):
            return name
    category = categories.get(id_, "")
    if id_ in blue_oak and category != PUBLIC_DOMAIN:
        return "permissive"
    if category in CATEGORIES:
        return CATEGORIES[category]
    return "permissive" if re.match(r"BSD-|HPND-|MIT-|X11-", id_) else "unknown"


def write_table(rows: list[tuple[str, ...]], version: str) -> None:
    """Write the list, one id per line, so that a change of version reads as a diff."""
    lines = [f"# id, kind, class, flags, replaced by, name; SPDX licence list {version}"]
    lines += ["\t".join(row) for row in rows]
    (SOURCE / "model/data/spdx.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def write_texts(rows: list[tuple[str, ...]], texts: dict[str, dict[str, str]]) -> None:
    """Write every text once; ids that differ in -only, -or-later and the like share one."""
    unique: dict[str, int] = {}
    ids = {}
    for id_, kind, *_ in rows:
        known = texts["licenses" if kind == "licence" else "exceptions"]
        names = [
            id_,
            re.sub(r"\+$|-only$|-or-later$|-(no-)?RFN$|-Combined-Work-Exception$|-no-copyleft-exception$", "", id_),
        ]
        names.append(re.sub(r"-(no-)?invariants$", "", names[-1]))
        text = next(known[name] for name in names if name in known)
        ids[id_] = unique.setdefault(text, len(unique))
    data = json.dumps({"ids": ids, "texts": list(unique)}, ensure_ascii=False, separators=(",", ":"))
    (SOURCE / "model/data/spdx_texts.zst").write_bytes(compress(data.encode()))


def write_index() -> None:
    """Write the matcher's index over the texts just written."""
    from codestrata.analyze.licence.index import build, pack
    from codestrata.analyze.licence.references import references

    (SOURCE / "analyze/licence/data/index.zst").write_bytes(compress(pack(build(references()))))


def compress(data: bytes) -> bytes:
    """Compress as small as zstd can."""
    return zstandard.ZstdCompressor(level=22).compress(data)


if __name__ == "__main__":
    main()
