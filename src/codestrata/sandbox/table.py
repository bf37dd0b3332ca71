"""The table of runners, and the choice among them: the first that gives the isolation asked for, or none."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from codestrata.errors import InvalidInput, MissingExtra, SecurityViolation
from codestrata.sandbox.base import Caps, Isolation, Runner
from codestrata.settings.sandbox import SandboxSettings

#: Name → "module:class"; each is made with the settings and a folder of its own to write in.
RUNNERS = {
    "local": "codestrata.sandbox.local.runner:LocalRunner",
    "docker": "codestrata.sandbox.docker:DockerRunner",
    "kubernetes": "codestrata.sandbox.kubernetes:KubernetesRunner",
    "dummy": "codestrata.sandbox.dummy:DummyRunner",
}

#: In which order "auto" asks them.
AUTO = ("local", "docker", "kubernetes")


def open_runner(name: str, settings: SandboxSettings, scratch: Path) -> Runner:
    """Make a runner by its name. Raises InvalidInput for an unknown name, MissingExtra where its library is missing."""
    if name not in RUNNERS:
        raise InvalidInput(f"there is no runner {name!r}", where="runner", hint=f"there are: {', '.join(RUNNERS)}")
    module, _, kind = RUNNERS[name].partition(":")
    runner: Runner = getattr(import_module(module), kind)(settings, scratch / name)
    return runner


def wished(settings: SandboxSettings) -> Isolation | None:
    """Give the isolation that settings ask for, or None: the runner's strongest."""
    return None if settings.isolation == "auto" else Isolation(settings.isolation)


def choose(settings: SandboxSettings, scratch: Path, *, runner: str = "", isolation: Isolation | None = None) -> Runner:
    """Give the first usable runner that provides the isolation: ``runner`` by name, or "auto" for AUTO's order.

    What is not told is as the settings say. Raises SecurityViolation where none does: nothing ever runs with less.
    """
    wanted = isolation or wished(settings)
    name = runner or settings.runner
    reasons = []
    for candidate in AUTO if name == "auto" else (name,):
        try:
            found = open_runner(candidate, settings, scratch)
            caps = found.probe()
        except (ImportError, MissingExtra) as error:
            reasons.append(f"{candidate}: {error}")
            continue
        if caps.given(wanted):
            return found
        reasons.append(f"{candidate}: {_lacks(caps)}")
    under = f" with isolation {wanted.value!r}" if wanted else ""
    raise SecurityViolation(
        f"nothing here runs foreign code{under}: {'; '.join(reasons)}",
        where=f"runner {name}",
        hint="`strata doctor sandbox` shows what is missing",
    )


def _lacks(caps: Caps) -> str:
    if not caps.usable:
        return caps.reason or "not usable"
    return f"gives {', '.join(sorted(kind.value for kind in caps.provides))}"
