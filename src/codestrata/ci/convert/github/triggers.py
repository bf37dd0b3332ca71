"""``on``: what starts a workflow, as triggers and parameters of ours."""

from __future__ import annotations

from codestrata.ci.convert.losses import Losses
from codestrata.ci.draft.document import Draft
from codestrata.ci.foreign.values import Value


def read_triggers(value: Value, draft: Draft, losses: Losses) -> dict[str, str]:
    """Fill in a draft's triggers and parameters; gives input as written → parameter."""
    events = value.map or {one: Value(value.line, None) for one in value.texts}
    names: dict[str, str] = {}
    for event, terms in events.items():
        if event in {"push", "pull_request", "pull_request_target"}:
            _branches(event, terms, draft, losses)
        elif event == "schedule":
            times = [one.get("cron").text for one in terms.items if one.get("cron")]
            draft.on["cron"] = times[0] if len(times) == 1 else times
            if not times:
                del draft.on["cron"]
        elif event in {"workflow_dispatch", "workflow_call"}:
            draft.on["manual"] = True
            names.update(_inputs(terms.get("inputs"), draft, losses))
        else:
            losses.add(terms.line or value.line, f"on: {event}", "there is no such trigger")
    return names


def _branches(event: str, terms: Value, draft: Draft, losses: Losses) -> None:
    kind = "push" if event == "push" else "pull_request"
    branches = [one for one in terms.get("branches").texts if one]
    draft.on[kind] = {"branches": branches} if branches else True
    for name, one in terms.map.items():
        if name not in {"branches", "types"}:
            losses.add(one.line, f"on: {event}: {name}", "triggers ask for branches only")


def _inputs(inputs: Value, draft: Draft, losses: Losses) -> dict[str, str]:
    names = {}
    for name, one in inputs.map.items():
        ours = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
        ours = ours if ours[:1].isalpha() else f"p_{ours}"
        default, options = one.get("default").text, [text for text in one.get("options").texts if text]
        if "${{" in default:
            losses.add(one.line, f"input {name}: default", "it is computed")
            default = ""
        parameter: dict[str, object] = {"type": "string", "default": default}
        if options:
            parameter |= {"enum": options, "default": default if default in options else options[0]}
        draft.parameters[ours] = parameter
        names[name] = ours
    return names
