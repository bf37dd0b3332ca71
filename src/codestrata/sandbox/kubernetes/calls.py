"""The way to the API server: the official client, with patience for a server that restarts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from codestrata.errors import ErrorClass, InvalidInput, MissingExtra, StrataError

#: Answers after which trying again helps: none, too many requests, and what a server says that is not well.
_PASSING = frozenset({0, 429, 500, 502, 503, 504})
#: Seconds to wait before each further attempt: about a minute in all, as long as a server takes to restart.
_WAITS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
#: Seconds for an answer to begin.
_TIMEOUT = 20.0
_NOT_FOUND, _CONFLICT = 404, 409


class ClusterFailed(StrataError):
    """The cluster did not do what it was asked for, or does not answer."""

    exit_code = 3
    http_status = 502
    error_class: ClassVar[ErrorClass] = ErrorClass.INFRA


class Cluster:
    """A namespace of a cluster. Methods raise ClusterFailed when the server stays away or refuses."""

    def __init__(self, context: str, namespace: str, waits: tuple[float, ...] = _WAITS) -> None:
        client = load_client(context)
        self.namespace = namespace
        self._waits = waits
        self.core: Any = client["CoreV1Api"]
        self.batch: Any = client["BatchV1Api"]
        self.policies: Any = client["NetworkingV1Api"]
        self.nodes: Any = client["NodeV1Api"]
        self.versions: Any = client["VersionApi"]

    def call(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call the server, and again while it is not well."""
        for wait in self._waits:
            try:
                return _once(function, *arguments, **options)
            except ClusterFailed as error:
                if _status(error) not in _PASSING:
                    raise
            time.sleep(wait)
        return _once(function, *arguments, **options)

    def create(self, function: Callable[..., Any], body: dict[str, Any], **options: Any) -> Any:
        """Make an object; that it is there already means that an earlier attempt went through."""
        try:
            return self.call(function, self.namespace, body, **options)
        except ClusterFailed as error:
            if _status(error) == _CONFLICT:
                return None
            raise

    def find(self, function: Callable[..., Any], name: str, **options: Any) -> Any:
        """Read an object; None when there is none (any more)."""
        try:
            return self.call(function, name, self.namespace, **options)
        except ClusterFailed as error:
            if _status(error) == _NOT_FOUND:
                return None
            raise

    def remove(self, function: Callable[..., Any], name: str, **options: Any) -> None:
        """Delete an object, if it is there."""
        self.find(function, name, **options)


def load_client(context: str) -> dict[str, Any]:
    """Give the client's parts for a context of the kubeconfig, or for the pod that this runs in.

    Raises MissingExtra without the library, InvalidInput without a cluster.
    """
    try:
        from kubernetes import client, config
    except ImportError as error:
        hint = "pip install codestrata[kubernetes]"
        raise MissingExtra("the Kubernetes client is not installed", where="runner kubernetes", hint=hint) from error
    configured = client.Configuration()
    try:
        _configure(config, configured, context)
    except config.ConfigException as error:
        hint = "set KUBECONFIG, or sandbox.kubernetes_context to one of its contexts"
        raise InvalidInput(f"no cluster is configured: {error}", where="runner kubernetes", hint=hint) from error
    api = client.ApiClient(configured)
    names = ("CoreV1Api", "BatchV1Api", "NetworkingV1Api", "NodeV1Api", "VersionApi")
    return {name: getattr(client, name)(api) for name in names}


def _configure(config: Any, configured: Any, context: str) -> None:
    """Take the cluster of the kubeconfig; where there is none, that of the pod that this runs in."""
    try:
        config.load_kube_config(context=context or None, client_configuration=configured)
    except config.ConfigException:
        if context:
            raise
        config.load_incluster_config(client_configuration=configured)


def _once(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call the server once, and make errors of ours of the client's."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        return function(*arguments, _request_timeout=_TIMEOUT, **options)
    except ApiException as error:
        raise _failed(error) from error
    except (HTTPError, OSError) as error:
        hint = "is the API server up, and reachable from here?"
        raise ClusterFailed(f"the cluster does not answer: {error}", where="kubernetes", hint=hint) from error


def _failed(error: Any) -> ClusterFailed:
    """Say what the server refused, in its own words."""
    import json

    try:
        text = json.loads(error.body)["message"]
    except (KeyError, TypeError, ValueError):
        text = error.reason or "no reason given"
    return ClusterFailed(f"the cluster refused ({error.status}): {text}", where="kubernetes")


def _status(error: ClusterFailed) -> int:
    """Give the HTTP status that an error of the server had; 0 for none."""
    return int(getattr(error.__cause__, "status", 0) or 0)
