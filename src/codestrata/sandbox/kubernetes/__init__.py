"""Rooms in a Kubernetes cluster: a folder of a shared volume each, and a pod for every command."""

from __future__ import annotations

from codestrata.sandbox.kubernetes.runner import KubernetesRunner

__all__ = ["KubernetesRunner"]
