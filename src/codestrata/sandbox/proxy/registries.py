"""Package registries by name: which hosts they are, and the variables that lead a room's clients through the proxy.

No host is written down here. Clients are asked where their registry is, and run once, on the host, through a proxy
that records whom they connect to; what was learnt holds for a week.

A cut-off by date is kept by the client, which is told it: what it fetches is encrypted. Where a client has no such
option (cargo, go, maven; pip before 26.0) a job that asks for one is refused. Code that means harm can untell it: the
cut-off makes a result repeatable, it is no wall. Sources: npm config "before"; uv, "exclude-newer"; pip 26.0,
"--uploaded-prior-to".
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from codestrata.errors import InvalidInput, MissingExtra, RegistryUnknown, SecurityViolation
from codestrata.sandbox.proxy.clients import CLIENTS, Client, configured, fetch, named
from codestrata.sandbox.proxy.server import ADDRESS, Proxy
from codestrata.settings.sandbox import SandboxSettings

_WEEK = 7 * 86_400.0
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_FOR_BUNDLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "CARGO_HTTP_CAINFO",
    "GIT_SSL_CAINFO",
)
_NODE_BUNDLES = ("NODE_EXTRA_CA_CERTS", "npm_config_cafile")
_PIP_WITH_DATES = 26
_learning = threading.Lock()


def reached(
    settings: SandboxSettings, cache: Path, registries: Sequence[str], before: int = 0
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Give the hosts of some registries, and the variables of their clients together. Raises as the two below."""
    hosts = {host for name in registries for host in hosts_of(name, settings, cache)}
    told = [variables_of(name, settings, cache, before) for name in registries]
    return tuple(sorted(hosts)), {name: value for one in told for name, value in one.items()}


def hosts_of(registry: str, settings: SandboxSettings, cache: Path) -> tuple[str, ...]:
    """Give the hosts of a registry; ``cache`` is a folder for what was learnt.

    Raises InvalidInput for a name there is none of, MissingExtra when its client is not installed, SecurityViolation
    for settings with a password, RegistryUnknown when nothing could be learnt.
    """
    return tuple(_learnt(registry, settings, cache)[0])


def variables_of(registry: str, settings: SandboxSettings, cache: Path, before: int = 0) -> dict[str, str]:
    """Give the environment that a room's client needs: the proxy, certificates, its registry, the cut-off's date.

    ``before``: seconds since 1970; 0 is none. Raises as :func:`hosts_of`, and SecurityViolation where the client
    cannot keep to a date.
    """
    return through(*ADDRESS) | _learnt(registry, settings, cache)[1] | cutoff(registry, before)


def through(host: str, port: int) -> dict[str, str]:
    """Give the variables that lead every client through a proxy, with this host's certificates."""
    proxy = f"http://{host}:{port}"
    java = f"-Dhttps.proxyHost={host} -Dhttps.proxyPort={port} -Dhttp.proxyHost={host} -Dhttp.proxyPort={port}"
    found = {
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), proxy),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
        "CARGO_HTTP_PROXY": proxy,
        "CARGO_NET_RETRY": "2",
        "CARGO_REGISTRIES_CRATES_IO_PROTOCOL": "sparse",
        "CARGO_NET_GIT_FETCH_WITH_CLI": "false",
        "PIP_PROXY": proxy,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "npm_config_proxy": proxy,
        "npm_config_https_proxy": proxy,
        "npm_config_noproxy": "",
        "npm_config_update_notifier": "false",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "GOTOOLCHAIN": "local",
        "MAVEN_OPTS": f"{java} -Daether.connector.http.useSystemProperties=true",
    }
    bundle = next((path for path in _BUNDLES if Path(path).is_file()), "")
    return found | (dict.fromkeys((*_FOR_BUNDLES, *_NODE_BUNDLES), bundle) if bundle else {})


def cutoff(registry: str, before: int) -> dict[str, str]:
    """Give the variables that tell a client the date. Raises SecurityViolation where it has no option for that."""
    if not before:
        return {}
    when = dt.datetime.fromtimestamp(before, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if registry == "npm":
        return {"npm_config_before": when}
    if registry == "pypi" and _pip_version() >= _PIP_WITH_DATES:
        return {"PIP_UPLOADED_PRIOR_TO": when, "UV_EXCLUDE_NEWER": when}
    why = (
        f"pip older than {_PIP_WITH_DATES}.0 knows none" if registry == "pypi" else "its client has no option for that"
    )
    raise SecurityViolation(
        f"no cut-off by date can be had for {registry}: {why}", where="network.before", hint="leave before out"
    )


def _pip_version() -> int:
    try:
        done = subprocess.run(["pip", "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"pip (\d+)\.", done.stdout)
    return int(found[1]) if found else 0


def _learnt(registry: str, settings: SandboxSettings, cache: Path) -> tuple[list[str], dict[str, str]]:
    """Give hosts and settings of a registry, as remembered or learnt now."""
    if registry not in CLIENTS:
        hint = f"there are: {', '.join(sorted(CLIENTS))}; other hosts go by name into network.hosts"
        raise InvalidInput(f"no package registry is called {registry}", where="network.registries", hint=hint)
    with _learning:
        path = cache / f"hosts-{registry}.json"
        known = _remembered(path)
        if known is None:
            known = _learn(registry, settings)
            cache.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps({"hosts": known[0], "variables": known[1]}))
            fresh.replace(path)
        return known


def _remembered(path: Path) -> tuple[list[str], dict[str, str]] | None:
    try:
        if time.time() - path.stat().st_mtime > _WEEK:
            return None
        found = json.loads(path.read_text())
        return [str(host) for host in found["hosts"]], {str(k): str(v) for k, v in found["variables"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def _learn(registry: str, settings: SandboxSettings) -> tuple[list[str], dict[str, str]]:
    client = CLIENTS[registry]
    if not shutil.which(client.program):
        raise MissingExtra(f"{client.program} is not installed", where=f"registry {registry}", hint="install it")
    told = configured(client)
    hosts, trouble = _watched(client, told, settings)
    if trouble and not settings.hosts:
        hint = "name its hosts in sandbox.hosts; if they lie at private addresses: --set sandbox.private_addresses=true"
        raise RegistryUnknown(f"its hosts could not be learnt: {trouble}", where=f"registry {registry}", hint=hint)
    return sorted(hosts | named(told)), told


def _watched(client: Client, told: Mapping[str, str], settings: SandboxSettings) -> tuple[set[str], str]:
    """Run the client's small fetch through a recording proxy; gives the hosts, and what went wrong."""
    with tempfile.TemporaryDirectory(prefix="registry-") as place:
        work = Path(place, "work")
        work.mkdir()
        with Proxy((), folder=Path(place), private=settings.private_addresses, record=True) as proxy:
            listener = socket.create_server(("127.0.0.1", 0))
            address = listener.getsockname()
            proxy.listen(listener)
            trouble = fetch(client, work, through(*address) | dict(told))
    refused = next((seen.reason for seen in proxy.connections if not seen.allowed and seen.host), "")
    if not any(seen.allowed for seen in proxy.connections):
        trouble = trouble or "the client asked nobody"
    return {seen.host for seen in proxy.connections if seen.allowed}, trouble and (refused or trouble)
