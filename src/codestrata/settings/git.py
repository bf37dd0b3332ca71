"""Settings of git: how it is run, which hosts it may reach, and with which token."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from codestrata.settings.base import Section

#: Which secret (an environment variable of the command line) belongs to which host.
TOKENS = {"github.com": "GITHUB_TOKEN", "gitlab.com": "GITLAB_TOKEN", "bitbucket.org": "BITBUCKET_TOKEN"}


def _split(value: object) -> object:
    """Take ``"a, b"`` for ("a", "b"), so that lists fit into one variable or flag."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class GitSettings(Section):
    """How git is run."""

    allow_private_hosts: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    """Hosts (name, or name:port) that may lie on a private network or this machine, and may speak plain http."""
    token_secrets: dict[str, str] = Field(default_factory=lambda: dict(TOKENS))
    """Host → name of the secret that holds its token; the token is sent to that host only."""
    credential_file: str = ""
    """A file of lines https://user:token@host, as git-credential-store(1) writes them; read, never written."""
    proxy: str = ""
    """Proxy for https; the proxy then decides which hosts can be reached."""
    ca_file: str = ""
    """Certificates to trust instead of the system's."""
    memory_mb: Annotated[int, Field(ge=256)] = 3072
    """Address space of one git process, in MB."""
    cpu_seconds: Annotated[int, Field(ge=1)] = 1800
    """Processor time of one git process."""
    low_speed_seconds: Annotated[int, Field(ge=1)] = 60
    """A connection slower than 1000 bytes a second for so long is given up."""
