"""Package registries: the hosts of each, and the variables that make its client go through the proxy of a room.

No host is written down here: which ones a registry has is learnt from its client (:mod:`.learning`), once a week, or
said by setting ``sandbox.hosts``. Sources for variables: The Cargo Book, "Environment variables" and "Configuration";
pip, "Configuration"; npm, "config"; Go, "Go Modules Reference"; uv, "Environment variables".
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from codestrata.errors import InvalidInput, SecurityViolation
from codestrata.sandbox.proxy.learning import LESSONS, learn
from codestrata.sandbox.proxy.server import ADDRESS
from codestrata.settings.sandbox import SandboxSettings

REGISTRIES = tuple(LESSONS)
#: Seconds that what was learnt is believed.
_WEEK = 7 * 86400.0
#: Seconds that a client may take to print its configuration.
_PATIENCE = 60.0
_PROXY = f"http://{ADDRESS[0]}:{ADDRESS[1]}"
#: Where the host's trusted certificates lie inside every room.
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_COMMON = dict.fromkeys(
    ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CARGO_HTTP_CAINFO", "PIP_CERT"),
    CERTIFICATES,
)
_VARIABLES: Mapping[str, Mapping[str, str]] = {
    "crates": {"CARGO_HTTP_PROXY": _PROXY, "CARGO_HTTP_MULTIPLEXING": "false", "CARGO_NET_RETRY": "3"},
    "pypi": {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "UV_SYSTEM_CERTS": "1"},
    "npm": {
        "npm_config_https_proxy": _PROXY,
        "npm_config_cafile": CERTIFICATES,
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_ignore_scripts": "true",
    },
    "go": {"GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local"},
    "maven": {"MAVEN_OPTS": f"-Dhttps.proxyHost={ADDRESS[0]} -Dhttps.proxyPort={ADDRESS[1]}"},
}
#: What a client's own configuration says of where it fetches from: the words that print it, one value a line.
_ASKED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pypi": (("PIP_INDEX_URL",), ("python3", "-m", "pip", "config", "get", "global.index-url")),
    "npm": (("npm_config_registry",), ("npm", "config", "get", "registry")),
    "go": (("GOPROXY", "GOSUMDB", "GONOSUMDB"), ("go", "env", "GOPROXY", "GOSUMDB", "GONOSUMDB")),
}
_CUT: Mapping[str, Callable[[str], dict[str, str]]] = {
    "npm": lambda day: {"npm_config_before": day},
    "pypi": lambda day: {"PIP_UPLOADED_PRIOR_TO": day, "UV_EXCLUDE_NEWER": day},
}


def reached(
    settings: SandboxSettings, learnt: Path, registries: Sequence[str], before: int = 0
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Give the hosts of some registries, and the variables of their clients; errors as below."""
    hosts = {host for name in registries for host in hosts_of(name, settings, learnt)}
    return tuple(sorted(hosts)), {k: v for name in registries for k, v in variables_of(name, before).items()}


def hosts_of(registry: str, settings: SandboxSettings, learnt: Path) -> tuple[str, ...]:
    """Give the hosts of a registry: those of the settings, and those learnt from its client, kept in ``learnt``.

    Raises InvalidInput for a registry that is none, SecurityViolation where fetching is off, MissingExtra or
    RunnerFailed where nothing can be learnt and the settings name none.
    """
    if registry not in LESSONS:
        raise InvalidInput(
            f"there is no registry {registry!r}", where="network", hint=f"known: {', '.join(REGISTRIES)}"
        )
    if not settings.network:
        raise SecurityViolation("fetching is off", where=f"registry {registry}", hint="setting sandbox.network")
    file = learnt / f"{registry}.json"
    known = _known(file)
    if not known:
        try:
            known = learn(registry, private=settings.private_addresses)
        except Exception:
            if settings.hosts:
                return settings.hosts
            raise
        learnt.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(known), "utf-8")
        fresh.replace(file)
    return tuple(sorted({*known, *settings.hosts}))


def _known(file: Path) -> tuple[str, ...]:
    try:
        if time.time() - file.stat().st_mtime > _WEEK:
            return ()
        return tuple(map(str, json.loads(file.read_text("utf-8"))))
    except (OSError, ValueError):
        return ()


def variables_of(registry: str, before: int = 0) -> dict[str, str]:
    """Give the variables that a registry's client needs in a room with a proxy.

    ``before``: seconds since 1970; packages published later are not to be served. Raises SecurityViolation for a
    registry whose client has no such option: its answers are encrypted, so nobody else can keep to it.
    """
    told = {**_COMMON, **_VARIABLES[registry], **_configured(registry)}
    if not before:
        return told
    if registry not in _CUT:
        hint = f"only clients of {', '.join(sorted(_CUT))} keep to a date"
        raise SecurityViolation("nothing can hold it to packages of a date", where=f"registry {registry}", hint=hint)
    return told | _CUT[registry](datetime.fromtimestamp(before, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _configured(registry: str) -> dict[str, str]:
    """Give what the user configured about where to fetch from, without credentials: foreign code gets none."""
    if registry not in _ASKED:
        return {}
    names, command = _ASKED[registry]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False, text=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    values = done.stdout.splitlines() if not done.returncode else []
    return {name: _anonymous(value) for name, value in zip(names, values, strict=False) if value.strip()}


def _anonymous(value: str) -> str:
    """Drop user and password from every URL of a list."""
    parts = re.split(r"([,|])", value.strip())
    return "".join(_without(part) if "://" in part else part for part in parts)


def _without(url: str) -> str:
    split = urlsplit(url)
    return split._replace(netloc=split.netloc.rpartition("@")[2]).geturl()
