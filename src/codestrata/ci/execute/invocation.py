"""A step as a command: its script, its variables, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from codestrata.ci.execute.clock import Deadline, Stop
from codestrata.ci.execute.requests import Reach, limits
from codestrata.ci.execute.run import Run
from codestrata.ci.execute.surroundings import View, environment
from codestrata.ci.plan import ReportPlan, StepPlan
from codestrata.ci.tools.use import ToolUse
from codestrata.errors import InvalidInput
from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Command, Exit, Room, Runner


@dataclass(frozen=True, slots=True)
class Place:
    """Where steps run: a room, its runner, what they see and reach, until when."""

    run: Run
    runner: Runner
    room: Room
    view: View
    reach: Reach
    fixed: Mapping[str, str]
    repeat: int
    deadline: Deadline
    stop: Stop

    def where(self, step: StepPlan) -> str:
        """Name a step in messages."""
        return f'job {self.view.job.id}, step "{step.name}"'


class Invocation:
    """Makes the command of a step; ``reports`` grows by what a tool writes. ``use``: what its tool stands for."""

    def __init__(self, place: Place, reports: list[ReportPlan]) -> None:
        self.place = place
        self.reports = reports
        self.use: ToolUse | None = None

    def command(self, step: StepPlan, limit: Deadline) -> Command | Exit:
        """Give what runs; or how it ends without: it cannot be read, or its job does not grant what its tool needs."""
        place = self.place
        try:
            env = {**environment(place.view, step, place.reach.env), **place.fixed, "STRATA_STEP": step.name}
            view = replace(place.view, env=env)
            made = self._tool(step, view) if step.uses else step.run
        except InvalidInput as error:
            return Exit(-1, ResultClass.FAILED, str(error))
        if isinstance(made, Exit):
            return made
        most = limits(view.job.limits, place.run.scene.settings)
        return Command(
            script=made,
            shell=step.shell,
            folder=step.folder,
            env=env,
            limits=replace(most, wall=max(limit.left, 0.001)),
            network=place.reach.network,
        )

    def _tool(self, step: StepPlan, view: View) -> str | Exit:
        where = self.place.where(step)
        given = {name: view.render(text, f"{where}, with {name}") for name, text in step.with_.items()}
        tool = self.place.run.scene.tool(step.uses, given)
        self.use = tool
        granted, asked = view.job.network, tool.network
        missing = sorted({*asked.registries, *asked.hosts} - {*granted.registries, *granted.hosts})
        if missing:
            said = f"{step.uses} needs the network ({', '.join(missing)}), which its job does not grant"
            return Exit(-1, ResultClass.POLICY, said, {"needs": missing})
        self.reports += [one for one in tool.reports if one not in self.reports]
        return tool.script
