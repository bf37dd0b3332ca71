"""``strata config``: every setting, its value, its meaning."""

from __future__ import annotations

from typing import Any

import typer

from codestrata.cli.context import context
from codestrata.cli.flags import AsJson
from codestrata.cli.say import as_json, line


def config(
    ctx: typer.Context,
    json: AsJson = False,
) -> None:
    """Show every setting as TOML, with its meaning."""
    settings = context(ctx).settings()
    if json:
        as_json(settings.model_dump(mode="json"))
    else:
        _section(settings, "")


def _section(section: Any, path: str) -> None:
    from pydantic import BaseModel

    inner = {}
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            inner[f"{path}{name}"] = value
            continue
        for text in (field.description or "").splitlines():
            line(f"# {text}")
        line(f"{name} = {_toml(value)}")
    for full_name, value in inner.items():
        line()
        line(f"[{full_name}]")
        _section(value, f"{full_name}.")


def _toml(value: Any) -> str:
    import json

    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, default=str, ensure_ascii=False)
