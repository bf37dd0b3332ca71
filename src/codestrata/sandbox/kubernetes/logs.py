"""A pod's log, followed from its first byte to its last, over connections that may break."""

from __future__ import annotations

import threading
from collections.abc import Callable

from codestrata.sandbox.kubernetes.calls import Cluster
from codestrata.sandbox.kubernetes.manifests import STEP
from codestrata.sandbox.output import Output

_CHUNK = 65536
#: Seconds to wait for a container to start, and between two attempts at a connection.
_PAUSE = 0.1
#: Seconds until a log's end must agree with the pod's.
_AGREE = 2.0
#: Answers that mean: not yet.
_NOT_YET = frozenset({400, 404, 429, 500, 502, 503, 504})
#: Attempts after the pod's end.
_LAST = 5


def follow(cluster: Cluster, pod: Callable[[], str], output: Output, over: threading.Event) -> None:
    """Read what a pod's command prints until it is over. A connection that broke is made again where it was."""
    left = _LAST
    while left:
        ended = over.is_set()
        if pod() and _read(cluster, pod(), output) and (ended or over.wait(_AGREE)):
            return
        left -= ended
        over.wait(_PAUSE) if not ended else threading.Event().wait(_PAUSE)


def _read(cluster: Cluster, pod: str, output: Output) -> bool:
    """Read on to the log's end; gives whether it came to that."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    known = output.total
    try:
        answer = cluster.core.read_namespaced_pod_log(
            pod, cluster.namespace, container=STEP, follow=True, _preload_content=False
        )
        try:
            for chunk in answer.stream(_CHUNK):
                skipped = min(known, len(chunk))
                known -= skipped
                if skipped < len(chunk):
                    output.write(chunk[skipped:])
        finally:
            answer.release_conn()
    except ApiException as error:
        if error.status not in _NOT_YET:
            output.write(f"(its log cannot be read: {error.status} {error.reason})\n".encode())
            return True
        return False
    except (HTTPError, OSError):
        return False
    return True
