"""Names and labels of what the runner makes in a cluster; source: RFC 1123 and the Kubernetes documentation."""

from __future__ import annotations

import hashlib
import re
import socket

from codestrata.sandbox import owner
from codestrata.sandbox.base import Job

#: The job an object belongs to, the process that made it, and the host that process runs on.
JOB = "codestrata.job"
OWNER = "codestrata.owner"
HOST = "codestrata.host"

#: Characters of a job's name that an object's name keeps; the rest is told apart by a hash.
_KEPT = 32


def host() -> str:
    """Name this host in a label."""
    return hashlib.blake2b(socket.gethostname().encode(), digest_size=8).hexdigest()


def labels(job: Job) -> dict[str, str]:
    """Give the labels of everything a job makes."""
    return {JOB: f"j{job.id}j", OWNER: owner.me().replace(":", "-"), HOST: host()}


def job_of(labelled: dict[str, str]) -> str:
    """Give the job's id back: a label begins and ends with a letter, an id need not."""
    return labelled.get(JOB, "")[1:-1]


def alive(labelled: dict[str, str]) -> bool:
    """Say whether whoever made a thing still runs; of other hosts nothing is known, so theirs do."""
    if labelled.get(HOST) != host():
        return True
    return owner.alive(labelled.get(OWNER, "").replace("-", ":", 1))


def name(job: Job, number: int = 0) -> str:
    """Name an object: ``strata-<job>-<hash>``, with a number for each command."""
    plain = re.sub(r"[^a-z0-9]+", "-", job.id.lower())[:_KEPT].strip("-")
    mark = hashlib.blake2b(job.id.encode(), digest_size=4).hexdigest()
    return "-".join(filter(None, ("strata", plain, mark, str(number) if number else "")))
