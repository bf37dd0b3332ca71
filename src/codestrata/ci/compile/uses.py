"""Tools in steps: their parameters, and the network they need."""

from __future__ import annotations

from codestrata.ci.document import Problems
from codestrata.ci.forms.given import Given
from codestrata.ci.plan import JobPlan
from codestrata.ci.tools import tool_use
from codestrata.errors import InvalidInput


def check_uses(job: JobPlan, given: Given, problems: Problems) -> None:
    """Tell of parameters that a tool does not have, and of registries that it needs but its job does not grant."""
    for step, one in zip(job.steps, given.get("steps", ()), strict=False):
        if not step.uses:
            continue
        fixed = {name: value for name, value in step.with_.items() if "${{" not in value}
        try:
            use = tool_use(step.uses, fixed)
        except InvalidInput as error:
            problems.error(one.at("with"), "tool-parameter", error.message, error.hint)
            continue
        missing = sorted(set(use.network.registries) - set(job.network.registries))
        if missing:
            said = f'"{step.uses}" needs a registry that the job does not grant'
            problems.warning(one.at("uses"), "network", said, f"network: {{registries: [{', '.join(missing)}]}}")
