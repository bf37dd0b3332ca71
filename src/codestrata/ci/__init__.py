"""Pipelines: from a pipeline file to a plan, from a plan and a snapshot to results, from results to columns."""
