"""Keywords of steps and of what stands in steps and jobs alike."""

from __future__ import annotations

from codestrata.ci.forms.kinds import Condition, Number, OneOf, Text, Truth
from codestrata.ci.forms.measures import Duration
from codestrata.ci.forms.shapes import Key, ListOf, MapOf, Record
from codestrata.ci.forms.tools import ToolName
from codestrata.model.result import ResultClass

#: Classes that a retry can be about: nothing that passed, was not run or was taken back.
RETRIED = tuple(
    str(one)
    for one in ResultClass
    if one.ran and one not in {ResultClass.PASSED, ResultClass.CANCELLED, ResultClass.POLICY}
)
#: Shells that scripts can be written for; templates are put into scripts of the first three.
SHELLS = ("sh", "bash", "dash", "python", "node")
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]{0,126}"

#: Paths stay below the work tree.
INSIDE = r"(?![/~])(?!(?:.*/)?\.\.(?:/|$)).+"
PATH = Text(pattern=INSIDE, looks="paths are relative to the work tree and stay below it")
FOLDER = Text(templates=True, pattern=INSIDE, looks=PATH.looks)

ENV = MapOf(Text(templates=True), VARIABLE, "variables are letters, digits and _, and begin with a letter")

RETRY = Record(
    "retry",
    {
        "max": Key(Number(0, 10, whole=True), "how many more times, at most", required=True),
        "on": Key(ListOf(OneOf(RETRIED)), "which results are tried again", usual="infra"),
        "backoff": Key(Duration(zero=True), "the wait before the first retry; doubles each time", usual="1s"),
    },
    short="max",
)

STEP = Record(
    "step",
    {
        "name": Key(Text(templates=True), "what results call it", usual="the first words of run, or the tool"),
        "run": Key(Text(templates=True, empty=False, example="cargo test"), "a script; it ends at the first failure"),
        "uses": Key(ToolName(), "a tool of the tool table, instead of run"),
        "with": Key(MapOf(Text(templates=True)), "parameters of the tool"),
        "shell": Key(OneOf(SHELLS), "what runs the script; not sh, bash or dash: no `${{ }}` in it", usual="sh"),
        "folder": Key(
            FOLDER,
            "where it runs, relative to the work tree",
            usual=".",
        ),
        "env": Key(ENV, "variables of this step, over those of the job"),
        "if": Key(Condition(), "whether it runs", usual="success()"),
        "on_failure": Key(OneOf(("stop", "continue")), "continue: the job goes on, and still passes", usual="stop"),
        "continue_on_error": Key(Truth(), "true is the same as on_failure: continue", usual="false"),
        "timeout": Key(Duration(), "the most time it may take", usual="sandbox.timeout of the settings, 10m"),
        "retry": Key(RETRY, "whether it is tried again", usual="the job's"),
    },
    short="run",
    one_of=("run", "uses"),
)
