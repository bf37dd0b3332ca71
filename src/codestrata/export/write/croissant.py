"""croissant.json: the dataset as JSON-LD. Source: MLCommons, Croissant format specification 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.export.write.formats import FORMATS
from codestrata.export.write.making import RECIPES

if TYPE_CHECKING:
    from codestrata.export.write.about import About

CONFORMS = "http://mlcommons.org/croissant/1.0"
_TYPES = {"text": "sc:Text", "binary": "sc:Text", "bool": "sc:Boolean", "float32": "sc:Float", "float64": "sc:Float"}
#: The context that the specification asks for, word for word (§ "Context").
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
#: What a record set can be read from, the first that is there; of the others only the files are listed.
_READABLE = ("parquet", "jsonl", "csv", "json")


def _version(said: str) -> str:
    """Give a version as Croissant wants it, with three numbers where it begins with fewer."""
    numbers = said.split(".")
    if not said or not all(one.isdecimal() for one in numbers):
        return said or "1.0.0"
    return ".".join([*numbers, *["0"] * (3 - len(numbers))])


def croissant(about: About, out: Path) -> dict[str, Any]:
    """Give the document. Every shard is there with its size and SHA-256; each split is a record set."""
    form = next((name for name in _READABLE if name in about.formats), "")
    made: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS,
        "name": about.name,
        "description": _about(about),
        "license": [name for name, _, _ in about.figures.licences if name] or ["NOASSERTION"],
        "url": f"urn:codestrata:dataset:{about.key}",
        "version": _version(about.settings.write.version),
        "creator": {"@type": "sc:Organization", "name": "the owners of the repositories, see ATTRIBUTION.md"},
        "datePublished": about.day,
        "citeAs": "see ATTRIBUTION.md",
        "keywords": ["code", about.settings.recipe],
        "distribution": [_file(path, digest, out) for path, digest in about.files.items()],
    }
    if form:
        made["distribution"] += [_set(about, split, form) for split in about.splits]
        made["recordSet"] = [_splits(about), *(_records(about, split, form) for split in about.splits)]
    return made


def _about(about: About) -> str:
    said = RECIPES.get(about.settings.recipe, "")
    return f"{said} {sum(about.rows.values()):,} rows from {len(about.figures.repositories):,} repositories of code."


def _file(path: str, digest: str, out: Path) -> dict[str, Any]:
    form = max((f for f in FORMATS.values() if path.endswith(f.suffix)), key=lambda f: len(f.suffix))
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path.rpartition("/")[2],
        "contentUrl": path,
        "contentSize": f"{(out / path).stat().st_size} B",
        "encodingFormat": form.media,
        "sha256": digest,
    }


def _set(about: About, split: str, form: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{split}-files",
        "name": f"{split}-files",
        "description": f"the files of split {split}",
        "encodingFormat": FORMATS[form].media,
        "includes": about.pattern(split, form),
    }


def _splits(about: About) -> dict[str, Any]:
    """Give the record set that names the splits, as the specification's section on splits has it."""
    known = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}
    columns = (("name", "sc:Text"), ("url", "sc:URL"))
    fields = [{"@type": "cr:Field", "@id": f"splits/{n}", "name": n, "dataType": kind} for n, kind in columns]
    data = [{"splits/name": split, "splits/url": known[split].replace("cr:", _CONTEXT["cr"])} for split in about.splits]
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": fields,
        "data": data,
    }


def _records(about: About, split: str, form: str) -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{split}/{f.name}",
            "name": f.name,
            "description": f.about,
            "dataType": _TYPES.get(f.kind, "sc:Integer"),
            "source": {
                "fileSet": {"@id": f"{split}-files"},
                "extract": {"jsonPath": f"$[*].{f.name}"} if form == "json" else {"column": f.name},
            },
        }
        for f in about.fields
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "description": f"{about.rows.get(split, 0):,} rows of split {split}",
        "field": fields,
    }
