"""What of a commit's people and secrets is told: authors under pseudonyms, placeholders in texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from codestrata.export import authors
from codestrata.export.private import Policy
from codestrata.export.shape.history.veil import Veil
from codestrata.privacy.kinds import VERSION
from codestrata.settings.recipe import PrivacySettings

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View
    from codestrata.export.shape.commits.rows import Change


def private(view: View) -> dict[str, Any]:
    """Give what a partition's spec must say of this: the settings, what is looked for.

    Of the secret that keys pseudonyms that is its name alone: who gives it another value gives it another name, too.
    """
    return {"privacy": view.settings.export.privacy.model_dump(), "private": VERSION}


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of commits as settings ask."""

    veil: Veil
    how: str
    names: authors.Pseudonyms | None

    @classmethod
    def of(cls, spec: Mapping[str, Any], io: IO) -> Self:
        """Read a partition's spec. Raises InvalidInput where a secret is missing."""
        settings = PrivacySettings.model_validate(spec["privacy"])
        names = authors.pseudonyms(io, spec["history"]["commits"]) if settings.authors == "pseudonym" else None
        return cls(Veil(Policy.of(settings)), settings.authors, names)

    def author(self, row: Mapping[str, Any]) -> str:
        """Give who wrote a commit."""
        name, email = str(row["author_name"]), str(row["author_email"])
        return self.names.of(name, email) if self.names else name if self.how == "keep" else ""

    def veiled(self, change: Change) -> Change | None:
        """Give a change with placeholders in its texts; None where the policy leaves one out, or nothing is left."""
        old, new, subject, message = self.veil.over([change.old, change.new, change.subject, change.message])
        if old is None or new is None or subject is None or message is None or old == new:
            return None
        return change._replace(old=old, new=new, subject=subject, message=message)
