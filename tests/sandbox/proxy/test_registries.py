"""Registries by name: hosts are learnt from the clients themselves, cut-offs are given where they can be kept."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sandbox.contract.lab import Lab
from tests.sandbox.contract.runners import absent, make

from codestrata.errors import InvalidInput, RegistryUnknown, SecurityViolation
from codestrata.sandbox.base import Limits, Network
from codestrata.sandbox.proxy.clients import CLIENTS, named
from codestrata.sandbox.proxy.registries import cutoff, hosts_of, variables_of
from codestrata.settings.sandbox import SandboxSettings

SETTINGS = SandboxSettings()
#: Registries may lie at private addresses where tests run.
ANYWHERE = SandboxSettings(private_addresses=True)
DAY = 1_700_000_000


def remember(cache: Path, registry: str, hosts: list[str]) -> Path:
    """Write what was learnt."""
    cache.mkdir(exist_ok=True)
    path = cache / f"hosts-{registry}.json"
    path.write_text(json.dumps({"hosts": hosts, "variables": {"npm_config_registry": "https://npm.example.org/"}}))
    return path


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that tests share for what they learnt."""
    return tmp_path_factory.mktemp("learnt")


def learn(registry: str, cache: Path) -> tuple[str, ...]:
    """Learn a registry's hosts for real, or skip."""
    if not shutil.which(CLIENTS[registry].program):
        absent("clients", f"{CLIENTS[registry].program} is not installed")
    try:
        return hosts_of(registry, ANYWHERE, cache)
    except RegistryUnknown as error:
        absent("registries", str(error))
        raise


def test_what_was_learnt_holds_for_a_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No client is run while the memory is fresh; afterwards it is, and damage counts as no memory."""
    path = remember(tmp_path, "npm", ["npm.example.org"])
    assert hosts_of("npm", SETTINGS, tmp_path) == ("npm.example.org",)
    monkeypatch.setattr("codestrata.sandbox.proxy.registries._learn", lambda *_: (["new.example.org"], {}))
    os.utime(path, (0, time.time() - 8 * 86_400))
    assert hosts_of("npm", SETTINGS, tmp_path) == ("new.example.org",)
    path.write_text("{")
    assert hosts_of("npm", SETTINGS, tmp_path) == ("new.example.org",)


def test_an_unknown_registry_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """Every registry is one of a table."""
    with pytest.raises(InvalidInput, match=r"crates, go, maven, npm, pypi"):
        hosts_of("cpan", SETTINGS, tmp_path)


def test_variables_lead_to_the_proxy_with_the_hosts_registry(tmp_path: Path) -> None:
    """Clients of a room ask the registry that this host is set up for, through the proxy, trusting the same roots."""
    remember(tmp_path, "npm", ["npm.example.org"])
    found = variables_of("npm", SETTINGS, tmp_path)
    assert (
        found["HTTPS_PROXY"] == found["CARGO_HTTP_PROXY"] == found["npm_config_https_proxy"] == "http://127.0.0.1:3128"
    )
    assert "-Dhttps.proxyPort=3128" in found["MAVEN_OPTS"]
    assert found["npm_config_registry"] == "https://npm.example.org/"
    assert found["NO_PROXY"] == ""


def test_a_cut_off_is_told_to_clients_that_have_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Npm and a pip that is new enough."""
    assert cutoff("npm", DAY) == {"npm_config_before": "2023-11-14T22:13:20Z"}
    monkeypatch.setattr("codestrata.sandbox.proxy.registries._pip_version", lambda: 26)
    assert cutoff("pypi", DAY)["PIP_UPLOADED_PRIOR_TO"] == "2023-11-14T22:13:20Z"
    assert cutoff("go", 0) == {}


@pytest.mark.parametrize("registry", ["crates", "go", "maven", "pypi"])
def test_a_cut_off_that_cannot_be_kept_is_refused(registry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never weaker than asked for."""
    monkeypatch.setattr("codestrata.sandbox.proxy.registries._pip_version", lambda: 25)
    with pytest.raises(SecurityViolation, match="no cut-off"):
        cutoff(registry, DAY)


def test_hosts_are_read_from_what_clients_are_set_to() -> None:
    """URLs in any list, a checksum database by its name, and no others."""
    values = {"GOPROXY": "https://a.example.org|https://b.example.org/x,direct", "GOSUMDB": "sum.example.org+key"}
    assert named(values) == {"a.example.org", "b.example.org", "sum.example.org"}
    assert named({"GOSUMDB": "off", "GOPROXY": "off"}) == set()


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set npm up for a registry that nobody may reach."""
    if not shutil.which("npm"):
        absent("clients", "npm is not installed")
    monkeypatch.setenv("npm_config_userconfig", os.devnull)
    monkeypatch.setenv("npm_config_registry", "https://localhost:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")


def test_when_nothing_can_be_learnt_the_setting_is_named(lost, tmp_path: Path) -> None:
    """And with hosts of the settings, the configured ones do."""
    with pytest.raises(RegistryUnknown, match=r"sandbox\.hosts"):
        hosts_of("npm", SETTINGS, tmp_path / "a")
    settings = SandboxSettings(hosts=("mirror.example.org",))
    assert hosts_of("npm", settings, tmp_path / "b") == ("localhost",)


def test_a_password_is_not_handed_to_rooms(lost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that needs one is refused, and the password is in no message."""
    monkeypatch.setenv("npm_config_registry", "https://user:hunter2@localhost:9/")
    with pytest.raises(SecurityViolation) as refused:
        hosts_of("npm", SETTINGS, tmp_path)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("registry", sorted(CLIENTS))
def test_a_clients_hosts_are_learnt_by_running_it(registry: str, learnt: Path) -> None:
    """Every client, as it is set up on this machine."""
    hosts = learn(registry, learnt)
    assert hosts
    assert all("." in host for host in hosts)
    assert hosts_of(registry, SETTINGS, learnt) == hosts


@pytest.mark.parametrize("name", ["local", "docker"])
def test_a_client_in_a_room_fetches_through_the_proxy(
    name: str, tmp_path: Path, learnt: Path, engine: Callable[[], str]
) -> None:
    """End to end: pip, in a room that reaches nothing but its registry, brings a wheel."""
    hosts = learn("pypi", learnt)
    runner = make(name, tmp_path / "scratch", engine, ANYWHERE)
    with Lab(runner, tmp_path).room() as room:
        env = variables_of("pypi", ANYWHERE, learnt)
        script = "python3 -m pip download -q --no-deps --only-binary=:all: -d out iniconfig; ls out"
        done = room.run(script, env=env, network=Network(hosts), limits=Limits(wall=120))
        assert done.exit.result == "passed", (done.exit, done.text)
        assert done.text.endswith(".whl")
        assert {seen.host for seen in done.exit.connections} <= set(hosts)
        assert all(seen.allowed for seen in done.exit.connections)
        assert room.run("python3 -m pip download -q --retries 0 -d x six", env=env).exit.result == "failed"
