"""A kit: what manifests of one ecosystem say of fetching, building, linting and testing."""

from __future__ import annotations

from dataclasses import dataclass, field

from codestrata.ci.draft.document import Cache, Report, Step


@dataclass(slots=True)
class Kit:
    """One ecosystem in one repository.

    ``why`` names the manifest. ``fetch`` reaches ``registries``; the others run without a network, and in ``env``.
    ``before`` is the line that every script begins with. ``lock`` is the file that fixes versions of packages, and
    ``fetching`` the environment in which they are fetched. ``weight`` counts its source files. ``report`` is the format
    in which its tests report, by ``means``: "pytest" (an environment variable), "stdout" (what is printed),
    "files" (they write it anyway), "" (not at all).
    """

    name: str
    why: str
    registries: tuple[str, ...] = ()
    fetch: list[Step] = field(default_factory=list)
    build: list[Step] = field(default_factory=list)
    lint: list[Step] = field(default_factory=list)
    test: list[Step] = field(default_factory=list)
    lints: list[Report] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    caches: list[Cache] = field(default_factory=list)
    fetching: dict[str, str] = field(default_factory=dict)
    before: str = ""
    lock: str = ""
    weight: int = 0
    means: str = ""
    report: str = ""
    path: str = ""
    notes: list[str] = field(default_factory=list)
