"""Settings of git: how it is run, which hosts it may reach, and with which token."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from codestrata.settings.base import Names, Section

#: Which secret (an environment variable of the command line) belongs to which host.
TOKENS = {"github.com": "GITHUB_TOKEN", "gitlab.com": "GITLAB_TOKEN", "bitbucket.org": "BITBUCKET_TOKEN"}


class GitSettings(Section):
    """How git is run."""

    allow_private_hosts: Names = ()
    """Hosts (name, or name:port) that may lie on a private network or this machine, and may speak plain http."""
    token_secrets: dict[str, str] = field(default_factory=TOKENS.copy)
    """Host → name of the secret that holds its token; the token is sent to that host only."""
    credential_file: str = ""
    """A file of lines https://user:token@host, as git-credential-store(1) writes them; read, never written."""
    proxy: str = ""
    """Proxy for https; the proxy then decides which hosts can be reached."""
    ca_file: str = ""
    """Certificates to trust instead of the system's."""
    memory_mb: Annotated[int, Meta(ge=256)] = 3072
    """Address space of one git process, in MB."""
    cpu_seconds: Annotated[int, Meta(ge=1)] = 1800
    """Processor time of one git process."""
    low_speed_seconds: Annotated[int, Meta(ge=1)] = 60
    """A connection slower than 1000 bytes a second for so long is given up."""
