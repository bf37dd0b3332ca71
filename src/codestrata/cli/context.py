"""What every command is given: where the workspace is, the settings, the secrets, how to tell progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.settings import Settings
    from codestrata.workspace import Workspace

#: Environment variables that may hold tokens, by the name the program asks for.
SECRETS = ("GITHUB_TOKEN", "GITLAB_TOKEN", "GIT_TOKEN")


@dataclass(frozen=True, slots=True)
class Context:
    """The global options of one call; the environment is read here and nowhere below."""

    folder: Path
    settings_file: Path | None
    flags: Mapping[str, str]
    log: str
    environment: Mapping[str, str]

    def settings(self, **flags: object) -> Settings:
        """Load the settings tree; ``flags`` are a command's own options, with ``__`` for the dots, None for unset."""
        from codestrata.settings import load

        own = {name.replace("__", "."): value for name, value in flags.items() if value is not None}
        default = Path("strata.toml")
        file = self.settings_file or (default if default.exists() else None)
        return load(file, self.environment, {**self.flags, **own})

    def open(self, **flags: object) -> Workspace:
        """Open the workspace for work."""
        from codestrata.cli.progress import teller
        from codestrata.workspace import Workspace

        return Workspace(self.folder, self.settings(**flags), secrets=self.secrets(), progress=teller(self.log))

    def secrets(self) -> dict[str, str]:
        """Take the tokens out of the environment."""
        return {name: self.environment[name] for name in SECRETS if self.environment.get(name)}


def context(ctx: typer.Context) -> Context:
    """Give the options of this call."""
    found = ctx.find_object(Context)
    if found is None:
        raise InvalidInput("commands run under strata")
    return found


def parse_flags(assignments: Sequence[str]) -> dict[str, str]:
    """Read ``key=value`` pairs."""
    flags = {}
    for text in assignments:
        key, sign, value = text.partition("=")
        if not sign or not key:
            raise InvalidInput(f"expected KEY=VALUE, got {text!r}", where="--set")
        flags[key.strip()] = value.strip()
    return flags
