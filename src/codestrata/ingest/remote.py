"""A checked remote: one place that runs git against a server, with pinned addresses and a one-shot credential."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestrata.errors import RepositoryMissing, SecurityViolation, StrataError
from codestrata.git.command import GitFailed, GitLimits, run_git
from codestrata.git.config import FSCK_QUARANTINE, fsck_config
from codestrata.ingest import probe
from codestrata.ingest.credentials import Credential, Secret, find
from codestrata.ingest.failures import PATIENCE, REDIRECTS, explain, fsck_id, http_status
from codestrata.ingest.ssrf import Target, check, shown
from codestrata.settings.git import GitSettings

#: How many redirects are followed.
_HOPS = 3
_ANSWER = re.compile(r"^(?:ref: (?P<ref>\S+)|(?P<id>[0-9a-f]{40,64}))\tHEAD$", re.MULTILINE)


#: Makes the arguments of git for a URL.
Arguments = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Advertised:
    """What a server says its HEAD is: the branch ("" detached) and the commit ("" nothing there yet)."""

    ref: str
    commit: str


@dataclass(slots=True)
class Remote:
    """One repository on one server. ``quarantine`` tells why its objects were let in only on the second attempt."""

    target: Target
    settings: GitSettings
    secret: Secret
    limits: GitLimits
    remaining: Callable[[], float]
    quarantine: str = ""
    watch: Callable[[], str] | None = None

    @classmethod
    def at(
        cls, url: str, settings: GitSettings, secret: Secret, limits: GitLimits, remaining: Callable[[], float]
    ) -> Remote:
        """Check a URL and stand ready to fetch from it. Raises as :func:`codestrata.ingest.ssrf.check`."""
        return cls(_checked(url, settings), settings, secret, limits, remaining)

    def head(self) -> Advertised:
        """Ask the server for its HEAD."""
        answer = self.git(lambda url: ["ls-remote", "--symref", "--", url, "HEAD"]).decode("utf-8", "replace")
        ref, commit = "", ""
        for line in _ANSWER.finditer(answer):
            ref, commit = line["ref"] or ref, line["id"] or commit
        return Advertised(ref, commit)

    def git(self, args: Arguments, git_dir: Path | None = None, stdin: bytes | None = None) -> bytes:
        """Run git against the server; ``args`` makes the command for a URL. Follows checked redirects.

        Raises RepositoryMissing, RateLimitExceeded, CloneFailed, DamagedRepository, SecurityViolation, LimitExceeded.
        """
        for _ in range(_HOPS + 1):
            credential = self._credential()
            try:
                return self._run(args(self.target.url), git_dir, stdin, credential)
            except GitFailed as error:
                if not self._again(error, credential):
                    raise self._explained(error, credential) from None
        raise SecurityViolation(f"redirects more than {_HOPS} times", where=shown(self.target.url))

    def _run(
        self, args: Sequence[str], git_dir: Path | None, stdin: bytes | None, credential: Credential | None
    ) -> bytes:
        protocols = ("https",) if self.target.scheme == "https" else ("https", "http")
        return run_git(
            args,
            git_dir=git_dir,
            stdin=stdin,
            limits=self.limits,
            timeout=self.remaining(),
            config=self._config(credential),
            protocols=protocols,
            redact=credential.secrets if credential else (),
            watch=self.watch,
        )

    def _config(self, credential: Credential | None) -> list[tuple[str, str]]:
        pairs = [("http.lowSpeedTime", str(self.settings.low_speed_seconds))]
        if self.settings.proxy:
            pairs.append(("http.proxy", self.settings.proxy))
        else:
            pairs.append(("http.followRedirects", "false"))
        if self.target.pin:
            pairs.append(("http.curloptResolve", self.target.pin))
        if self.settings.ca_file:
            pairs.append(("http.sslCAInfo", self.settings.ca_file))
        if credential:
            pairs.append((f"http.{self.target.base}.extraHeader", credential.header))
        return pairs + (fsck_config(FSCK_QUARANTINE) if self.quarantine else [])

    def _credential(self) -> Credential | None:
        settings = self.settings
        return find(self.target, settings.token_secrets, self.secret, settings.credential_file)

    def _again(self, error: GitFailed, credential: Credential | None) -> bool:
        """Decide whether to try once more: after a redirect, or with the quarantine's softer rules."""
        if http_status(error) in REDIRECTS:
            answer = self._ask(credential)
            if answer and answer.location:
                self.target = _checked(answer.location, self.settings)
                return True
        refused = fsck_id(error)
        if refused in FSCK_QUARANTINE and not self.quarantine:
            self.quarantine = f"git refuses an object: {refused}"
            return True
        return False

    def _explained(self, error: GitFailed, credential: Credential | None) -> StrataError:
        answer = self._ask(credential) if http_status(error) in PATIENCE else None
        wait = answer.retry_after if answer else -1.0
        return explain(error, shown(self.target.url), with_token=credential is not None, retry_after=wait)

    def _ask(self, credential: Credential | None) -> probe.Answer | None:
        if self.settings.proxy:
            return None
        return probe.ask(self.target, header=credential.header if credential else "", ca_file=self.settings.ca_file)


def reach(url: str, make: Callable[[str], Remote], act: Callable[[Remote], None]) -> Remote:
    """Act on the repository at a URL, or at the URL with ``.git``, which some servers insist on."""
    try:
        return _acted(make(url), act)
    except RepositoryMissing as missing:
        if url.endswith(".git"):
            raise
        try:
            return _acted(make(f"{url}.git"), act)
        except RepositoryMissing:
            raise missing from None


def _acted(remote: Remote, act: Callable[[Remote], None]) -> Remote:
    act(remote)
    return remote


def _checked(url: str, settings: GitSettings) -> Target:
    return check(url, settings.allow_private_hosts, resolve=not settings.proxy)
