"""What every settings section is: frozen, typed, closed to unknown keys, each field documented."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One section of the settings tree."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
