"""Life: a file's way through every gate, its licence, its twins, and where it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from codestrata.export.decide.reasons import REASONS, Reason
from codestrata.export.decide.selection import table_file
from codestrata.export.decide.verdicts import TWIN_GONE
from codestrata.export.explain.measures import MEASURES, QUALITY, Known, asks
from codestrata.export.private import Policy, by_kind, places
from codestrata.export.quality.rules import COLUMNS, Rule, named_as_prose
from codestrata.export.tokens.known import of_file
from codestrata.export.write.lineage import chain_of
from codestrata.export.write.locating import Located, locate
from codestrata.model.paths import readable
from codestrata.settings.export import ExportSettings
from codestrata.store.columns import Columns, Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.store.catalogue import Catalogue

State = Literal["passed", "failed", "off", "not asked"]
#: Twins of a kept file that are named.
_MOST = 20
_DUPLICATES = next(k for k, reason in enumerate(REASONS) if reason.name == "exact_duplicate")


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: what became of the file there, what was judged by what, and in which words."""

    name: str
    about: str
    state: State
    value: Any = ""
    threshold: Any = ""
    detail: str = ""
    setting: str = ""


@dataclass(slots=True)
class Life:
    """A file's life. ``verified``: the bytes are those of the blob, wherever they are now.

    ``private``: how many places are replaced, and of which kinds; ``contamination``: spans of evaluation sets in it.
    ``twins``: what went for it, or for which it went: relation, place, exact Jaccard. ``chain``: as ``strata lineage``.
    """

    place: dict[str, Any]
    gates: list[Gate]
    licence: dict[str, Any]
    twins: list[dict[str, Any]]
    private: dict[str, Any]
    contamination: list[dict[str, Any]]
    kept: bool
    reason: str
    output: dict[str, Any]
    chain: dict[str, dict[str, Any]] = field(default_factory=dict)
    verified: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def explain(catalogue: Catalogue, view: View, run: int, place: str, dataset: Path | None) -> Life:
    """Tell the life of the file behind a place, named as in :func:`codestrata.export.write.lineage.locate`.

    Raises InvalidInput when there is no such file.
    """
    found = locate(catalogue, view, place, dataset)
    (spec,) = catalogue.specs(run, "export.decide")
    settings = ExportSettings.model_validate(spec["settings"])
    spans = _spans(view, spec, found)
    known = {**found.decision, **_facts(view, spec, found), **_whole(spec, found), "overlaps": len(spans)}
    chain = chain_of(catalogue, view, found)
    decided = found.decision
    return Life(
        place=_place(view, found),
        gates=_gates(view, settings, known),
        licence=_named(decided, "licence", ("class", "source", "method", "confidence")),
        twins=_twins(view, found),
        private=_private(view, spec, settings, found),
        contamination=spans,
        kept=bool(decided["kept"]),
        reason=decided["reason"],
        output={"split": decided["split"], **chain.steps.get("output row", {})},
        chain=chain.steps,
        verified=chain.verified,
    )


def _private(view: View, spec: Mapping[str, Any], settings: ExportSettings, found: Located) -> dict[str, Any]:
    """Tell what private things are in the file's text, where, and what becomes of each; never the things."""
    policy = Policy.of(settings.privacy)
    paths = spec["gates"].get("private", {}).get("private", ()) if policy.asks else ()
    private, blob = [table_file("private", path) for path in paths], Varlen.of([found.decision["blob"]], text=False)
    count = int(found.decision["redactions"])
    kinds = by_kind(view.tables, private, blob, policy) if count else {}
    return {"replaced": count, "kinds": kinds, "found": places(view.tables, private, blob, policy)}


def _place(view: View, found: Located) -> dict[str, Any]:
    names = ("language", "size", "lines")
    tokens, made_by = of_file(view, found.decision, found.asked.figures)
    return {
        "repository": found.repository.full_name,
        "commit": found.snapshot.commit,
        "path": readable(found.decision["path"]),
        "blob": found.decision["blob"].hex(),
        **{name: _plain(found.decision[name]) for name in names},
        "tokens": tokens,
        "tokens_by": made_by,
    }


def _named(decided: Mapping[str, Any], what: str, parts: Sequence[str]) -> dict[str, Any]:
    told = {part: _plain(decided[f"{what}_{part}"]) for part in parts}
    return {"expression": decided[what], **told}


def _plain(value: Any) -> Any:
    """Give a value of a column as JSON has it."""
    plain = value.item() if hasattr(value, "item") else value
    return round(plain, 6) if isinstance(plain, float) else plain


def _whole(spec: Mapping[str, Any], found: Located) -> dict[str, Any]:
    """Give what is said of the whole snapshot."""
    one = next(c for c in spec["snapshots"] if c["repository_id"] == found.repository.id)
    return {name: one[name] for name in ("quarantine", "opt_out", "unverified")}


def _facts(view: View, spec: Mapping[str, Any], found: Located) -> dict[str, Any]:
    """Give the row of table facts that the decision saw; nothing where the file was never analysed."""
    one = next(c for c in spec["snapshots"] if c["repository_id"] == found.repository.id)
    if not spec["facts"]:
        return {}
    names = view.tables.scan([table_file("annotations", one["annotations"])])
    facts = view.tables.scan([table_file("facts", path) for path in spec["facts"]])
    key: Columns = {name: Varlen.of([found.decision[name]], text=False) for name in ("path", "blob")}
    asked = (
        f"select f.* exclude (file_row_number, signature) from {facts} f, sought, {names} a"
        " where a.path = sought.path and f.blob = sought.blob and f.name_key = a.name_key"
    )
    known = next(rows_of(view.tables.query(asked, sought=key)), {})
    return {name: value for name, value in known.items() if name not in found.decision}


def _spans(view: View, spec: Mapping[str, Any], found: Located) -> list[dict[str, Any]]:
    """List the spans of evaluation sets in the text, those that count and those that do not."""
    paths = spec.get("gates", {}).get("contaminated") or []
    if not paths:
        return []
    source = view.tables.scan([table_file("overlaps", path) for path in paths])
    key: Columns = {"blob": Varlen.of([found.decision["blob"]], text=False)}
    asked = (
        f'select distinct "set", problem, how, line, last_line, share::double as share from {source} join sought'
        ' using (blob) order by line, "set", problem'
    )
    return list(rows_of(view.tables.query(asked, sought=key)))


def _gates(view: View, settings: ExportSettings, known: Known) -> list[Gate]:
    failed = int(known["failed"])
    early = bool(failed & ((1 << _DUPLICATES) - 1))
    values = _figures(view, known)
    told = []
    for bit, reason in enumerate(REASONS):
        rule = QUALITY.get(reason.name)
        one = _quality(rule, settings, known, values) if rule else _plain_gate(reason, settings, known)
        if failed >> bit & 1:
            one = _failed(one, known)
        elif early and bit >= _DUPLICATES and one.state != "off":
            one = replace(one, state="not asked", value="", threshold="", detail="it was out before")
        told.append(one)
    return told


def _plain_gate(reason: Reason, settings: ExportSettings, known: Known) -> Gate:
    measure = MEASURES.get(reason.name)
    if measure is None or not measure.on(settings):
        return Gate(reason.name, reason.about, "off", setting=measure.setting if measure else "")
    value, threshold = _plain(measure.value(known)), measure.threshold(settings)
    return Gate(reason.name, reason.about, "passed", value, threshold, setting=measure.setting)


def _quality(rule: Rule, settings: ExportSettings, known: Known, values: Mapping[str, Any]) -> Gate:
    setting = f"quality.{rule.setting}" if rule.setting else "quality.skip"
    if why := asks(rule, settings, known):
        return Gate(rule.reason, rule.about, "off" if why == "off" else "not asked", detail=why, setting=setting)
    if rule.reason not in values:
        return Gate(rule.reason, rule.about, "not asked", detail="it is not text", setting=setting)
    value = (known.get(rule.text) or "none") if rule.text else _plain(values[rule.reason])
    sign = "≤" if rule.side == "above" else "≥"
    threshold = f"{sign} {rule.threshold(settings.quality):,.6g}" if rule.setting else ""
    return Gate(rule.reason, rule.about, "passed", value, threshold, rule.source, setting)


def _figures(view: View, known: Known) -> dict[str, Any]:
    """Work out what every rule of quality looks at; nothing of what is no text."""
    if "encoding" not in known or known.get("binary", True) or known.get("problem") or known["encoding"] == "unknown":
        return {}
    import numpy as np

    columns: Columns = {
        name: Varlen.of([known[name]]) if isinstance(known[name], str) else np.array([known[name]]) for name in COLUMNS
    }
    columns["named"] = np.array([named_as_prose(known["path"])])
    asked = ", ".join(f'cast({rule.expression} as double) as "{name}"' for name, rule in QUALITY.items())
    return next(rows_of(view.tables.query(f"select {asked} from facts", facts=columns)), {})


def _failed(one: Gate, known: Known) -> Gate:
    """Give a gate that failed; the first has what the decision says of it."""
    if one.name != known["reason"]:
        return replace(one, state="failed")
    value = _plain(known["value"]) if known["threshold"] >= 0 else known["value_text"] or one.value
    threshold = one.threshold if one.threshold != "" else _plain(known["threshold"]) if known["threshold"] >= 0 else ""
    return replace(one, state="failed", value=value, threshold=threshold, detail=known["rule"] or one.detail)


def _twins(view: View, found: Located) -> list[dict[str, Any]]:
    """Name the kept twin of a file that went for one; or what went for this one, the most alike first."""
    decided = found.decision
    if decided["survivor_repository"]:
        place = f"{decided['survivor_repository']}:{readable(decided['survivor_path'])}"
        _, gone, why = decided["rule"].partition(TWIN_GONE)
        relation = f"preferred, then left out itself: {why}" if gone else "kept instead"
        return [{"relation": relation, "place": place, "jaccard": float(decided["jaccard"])}]
    source = view.tables.scan(view.planned("export.decide", "decisions"))
    key: Columns = {"id": Varlen.of([found.repository.id]), "path": Varlen.of([decided["path"]], text=False)}
    asked = (
        f"with mine as (select file_row_number as n from {source} d, sought"
        " where d.repository_id = sought.id and d.path = sought.path)"
        f" select full_name, path, jaccard, reason from {source}, mine where survivor_row = n"
        f" order by jaccard desc, full_name, path limit {_MOST}"
    )
    return [
        {"relation": one["reason"], "place": f"{one['full_name']}:{readable(one['path'])}", "jaccard": one["jaccard"]}
        for one in rows_of(view.tables.query(asked, sought=key))
    ]
