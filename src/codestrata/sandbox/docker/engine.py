"""The container engine: one place that speaks with it, through its official client, and names what went wrong."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from codestrata.errors import ErrorClass, MissingExtra, StrataError
from codestrata.sandbox.docker.attached import Attached

#: Docker 20.10 and newer speak it. Source: docs.docker.com, "Engine API version history".
_API = "1.41"
_SECONDS = 60.0
_POOL = 64
_USUAL = "unix:///var/run/docker.sock"


class EngineBroken(StrataError):
    """The container engine is not there, is gone, or cannot do it: says nothing about the code."""

    exit_code = 3
    http_status = 503
    error_class = ErrorClass.INFRA


class Engine:
    """A container engine by its address (unix:///…; "" is the usual place). Safe to use from several threads."""

    def __init__(self, address: str) -> None:
        self.address = address or _USUAL

    @cached_property
    def api(self) -> Any:
        """Give the client. Raises MissingExtra or EngineBroken."""
        try:
            import docker
        except ImportError as error:
            hint = "install codestrata[docker]"
            raise MissingExtra("the library docker is not installed", where="runner docker", hint=hint) from error
        with self.asked("cannot be reached"):
            client = docker.APIClient(self.address, version=_API, timeout=int(_SECONDS), max_pool_size=_POOL)
        weakref.finalize(self, client.close)
        return client

    @contextmanager
    def asked(self, failure: str) -> Iterator[None]:
        """Turn what the client raises into EngineBroken: ``failure`` says what could not be done."""
        import docker.errors
        import requests

        try:
            yield
        except docker.errors.ImageNotFound as error:
            hint = "pull it (docker pull …) or build it first: images are not fetched during runs"
            raise EngineBroken("the container engine has no such image", where=_said(error), hint=hint) from error
        except docker.errors.APIError as error:
            raise EngineBroken(f"the container engine {failure}: {_said(error)}", where=self.address) from error
        except (docker.errors.DockerException, requests.RequestException, OSError) as error:
            hint = "is it running, and may we speak with it? Its address: setting sandbox.docker_host"
            reason = _root(error)
            raise EngineBroken(f"the container engine {failure}: {reason}", where=self.address, hint=hint) from error

    @cached_property
    def info(self) -> dict[str, Any]:
        """Give what the engine says of itself."""
        with self.asked("does not answer"):
            found: dict[str, Any] = self.api.info()
            return found

    @property
    def options(self) -> frozenset[str]:
        """Give its security options by name: seccomp, apparmor, rootless, userns, cgroupns."""
        texts = self.info.get("SecurityOptions") or []
        return frozenset(part[5:] for text in texts for part in text.split(",") if part.startswith("name="))

    @property
    def here(self) -> bool:
        """Say whether it runs on this machine, so that it sees our files."""
        return self.address.startswith("unix://") and Path(self.address.removeprefix("unix://")).exists()

    def attach(self, container: str) -> Attached:
        """Listen to a container's output, from now on. To be called within ``asked``."""
        return Attached(self.address.removeprefix("unix://"), _API, container)

    def remove(self, container: str) -> None:
        """End and remove a container, whatever its state; what fails is left to ``sweep``."""
        import docker.errors
        import requests

        try:
            self.api.remove_container(container, force=True, v=True)
        except (docker.errors.DockerException, requests.RequestException, OSError, StrataError):
            return

    def labelled(self, label: str) -> list[dict[str, Any]]:
        """List containers with a label (``name`` or ``name=value``), running or not."""
        with self.asked("cannot list containers"):
            found: list[dict[str, Any]] = self.api.containers(all=True, filters={"label": label})
            return found


def _said(error: Any) -> str:
    return str(getattr(error, "explanation", "") or error).strip()[:300]


def _root(error: BaseException) -> str:
    """Give the innermost reason: the client wraps a refused connection five times."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error)[:300] or type(error).__name__
