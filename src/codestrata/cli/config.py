"""``strata config``: every setting, its value, its meaning."""

from __future__ import annotations

import json as json_
from typing import Annotated, Any, Literal

from codestrata.cli.context import Context
from codestrata.cli.flags import AsJson
from codestrata.cli.parts import Argument
from codestrata.cli.say import as_json, line


def config(
    ctx: Context,
    action: Annotated[Literal["show"], Argument(metavar="show", help="The one thing to do.")] = "show",  # noqa: ARG001 -- there is one
    json: AsJson = False,
) -> None:
    """Show every setting in force, with its meaning.

    The output is TOML: saved as strata.toml it gives the same settings again.
    """
    settings = ctx.settings()
    if json:
        as_json(settings.model_dump())
    else:
        _section(settings, "")


def _section(section: Any, path: str) -> None:
    from codestrata.settings.base import Section, meanings

    inner = {}
    texts = meanings(type(section))
    for name in section.__struct_fields__:
        value = getattr(section, name)
        if isinstance(value, Section):
            inner[f"{path}{name}"] = value
            continue
        for text in texts.get(name, "").splitlines():
            line(f"# {text}")
        line(f"{name} = {_toml(value)}")
    for full_name, value in inner.items():
        if path or full_name != next(iter(inner)):
            line()
        line(f"[{full_name}]")
        _section(value, f"{full_name}.")


def _toml(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_toml(k)} = {_toml(v)}' for k, v in value.items())} }}" if value else "{}"
    return json_.dumps(value, default=str, ensure_ascii=False)
