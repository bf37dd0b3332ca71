"""What every command is given: where the workspace is, the settings, the secrets, how to tell progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.settings import Settings
    from codestrata.telemetry import Progress
    from codestrata.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Context:
    """The global options of one call; the environment is read here and nowhere below.

    ``closing`` is what is left to do when the command ends, however it ends.
    """

    folder: Path
    settings_file: Path | None
    flags: Mapping[str, str]
    log: str
    environment: Mapping[str, str]
    closing: ExitStack

    def settings(self, **flags: object) -> Settings:
        """Load the settings tree; ``flags`` are a command's own options, with ``__`` for the dots, None for unset."""
        from codestrata.settings import load

        own = {name.replace("__", "."): value for name, value in flags.items() if value is not None}
        default = Path("strata.toml")
        file = self.settings_file or (default if default.exists() else None)
        return load(file, self.environment, {**self.flags, **own})

    def open(self, **flags: object) -> Workspace:
        """Open the workspace for work."""
        from codestrata.workspace import Workspace

        settings = self.settings(**flags)
        return Workspace(self.folder, settings, secrets=self.secrets(settings), progress=self.teller())

    def teller(self) -> Progress:
        """Give the way progress is told."""
        from codestrata.cli.progress import teller

        return teller(self.log, self)

    def secrets(self, settings: Settings) -> dict[str, str]:
        """Take the tokens and keys that the settings name out of the environment."""
        names = sorted({*settings.git.token_secrets.values(), settings.export.privacy.author_secret})
        return {name: self.environment[name] for name in names if self.environment.get(name)}


def parse_flags(assignments: Sequence[str]) -> dict[str, str]:
    """Read ``key=value`` pairs."""
    flags = {}
    for text in assignments:
        key, sign, value = text.partition("=")
        if not sign or not key:
            raise InvalidInput(f"expected KEY=VALUE, got {text!r}", where="--set")
        flags[key.strip()] = value.strip()
    return flags
