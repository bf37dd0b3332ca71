"""Package: what a package URL names, checked so that no client can take it for an option, a path or a range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from packageurl import PackageURL

from codestrata.errors import InvalidInput, RepositoryMissing

_NAME = re.compile(r"(?:@[A-Za-z0-9_][A-Za-z0-9._~-]*/)?[A-Za-z0-9_][A-Za-z0-9._~-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a registry: purl type, name (``@scope/name`` for npm), version ("" means the latest)."""

    type: str
    name: str
    version: str = ""

    @classmethod
    def parse(cls, text: str) -> Package:
        """Read a package URL. Raises InvalidInput."""
        try:
            purl = PackageURL.from_string(text)
        except ValueError as error:
            raise InvalidInput(f"not a package URL: {error}", where=text) from error
        name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
        package = cls(purl.type, name, purl.version or "")
        if not _NAME.fullmatch(name) or (package.version and not _VERSION.fullmatch(package.version)):
            raise InvalidInput("not the name and exact version of a package", where=text)
        return package

    def at(self, version: str) -> str:
        """Give the package URL of one version; raises RepositoryMissing when another one was asked for."""
        if self.version and version != self.version:
            hint = f"the registry's client chose {version}: give an exact version"
            raise RepositoryMissing(f"there is no version {self.version}", where=str(self), hint=hint)
        namespace, _, name = self.name.rpartition("/")
        return PackageURL(self.type, namespace or None, name, version).to_string()

    def __str__(self) -> str:
        """Give the package URL as people write it."""
        return f"pkg:{self.type}/{self.name}" + (f"@{self.version}" if self.version else "")


@dataclass(frozen=True, slots=True)
class Download:
    """What a client fetched: an archive file (or a folder it unpacked), and the version it is."""

    path: Path
    version: str
