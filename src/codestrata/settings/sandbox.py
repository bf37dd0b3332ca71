"""Settings of the sandbox: where foreign code runs, and with how much."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from codestrata.settings.base import Names, Seconds, Section


class SandboxSettings(Section):
    """Where foreign code runs, and with how much."""

    runner: Literal["auto", "local", "docker", "kubernetes", "dummy"] = "auto"
    """Who runs it; auto takes the first that gives the isolation asked for: local, then docker, then kubernetes."""
    isolation: Literal["auto", "userns", "strict", "container", "gvisor"] = "auto"
    """The isolation where a pipeline asks for none; what the host cannot give is refused. auto: the strongest that the
    runner gives without a second kernel."""
    memory_mb: Annotated[int, Meta(ge=16)] = 2048
    """Memory of one step, in MB."""
    disk_mb: Annotated[int, Meta(ge=16)] = 4096
    """What the steps of one job may write, in MB."""
    processes: Annotated[int, Meta(ge=4)] = 256
    """Processes and threads of one step at once."""
    cpus: Annotated[float, Meta(gt=0)] = 2.0
    """Processors' worth of time for one step."""
    output_kb: Annotated[int, Meta(ge=1)] = 4096
    """Output of one step that is kept, in kB."""
    artifacts_mb: Annotated[int, Meta(ge=1)] = 2048
    """Artifacts of one job together, in MB; a job whose files are more ends with ``disk``."""
    artifacts_repository_mb: Annotated[int, Meta(ge=1)] = 8192
    """Artifacts of all jobs of one run over one repository, in MB; the job that goes beyond it ends with ``disk``."""
    timeout: Seconds = 600.0
    """Time of one step, in seconds."""
    toolchains: Names = ()
    """More host folders that rooms see read-only, at the same path, with their bin folders first on the PATH; when
    what lies in them changes, results of fleets are due again."""
    network: bool = True
    """Whether fetch steps may reach registries at all."""
    hosts: Names = ()
    """Hosts that fetch steps may reach beside those of their package registries; ``.name`` means any below."""
    private_addresses: bool = False
    """Whether those hosts may lie at private addresses (a registry inside the company); never at this machine's own."""
    docker_host: str = ""
    """Where the container engine listens (unix:///…); empty means its usual place."""
    kubernetes_context: str = ""
    """Which context of the kubeconfig; empty means the current one."""
    kubernetes_namespace: str = "default"
    """The namespace that jobs run in."""
    kubernetes_volume: str = ""
    """The claim of a shared volume and where this host has it mounted, as ``claim:/path``: rooms of pods lie there."""
