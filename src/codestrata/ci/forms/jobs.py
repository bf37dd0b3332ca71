"""Keywords of jobs."""

from __future__ import annotations

from codestrata.ci.forms.kinds import Condition, Number, OneOf, Text, Truth
from codestrata.ci.forms.known import FORMATS, REGISTRIES
from codestrata.ci.forms.measures import Duration, Size
from codestrata.ci.forms.shapes import Key, ListOf, MapOf, Record
from codestrata.ci.forms.steps import ENV, FOLDER, INSIDE, PATH, RETRY, SHELLS, STEP
from codestrata.sandbox.base import Isolation

NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,47}"
NAMES = "names of jobs are letters, digits, - and _, at most 48, and begin with a letter"
AXIS = r"[A-Za-z_][A-Za-z0-9_-]{0,31}"

_COMBINATIONS = ListOf(MapOf(Text(), AXIS, "axes are letters, digits, - and _"), single=False)
MATRIX = Record(
    "matrix",
    {
        "include": Key(_COMBINATIONS, "combinations to add, or values to add to those that agree with it"),
        "exclude": Key(_COMBINATIONS, "combinations to leave out: all that agree with it"),
        "max_parallel": Key(Number(1, 1000, whole=True), "how many run at once", usual="no limit"),
    },
    others=ListOf(Text(), empty=False),
)
NETWORK = Record(
    "network",
    {
        "registries": Key(ListOf(OneOf(REGISTRIES)), "package registries that may be reached"),
        "hosts": Key(
            ListOf(Text(pattern=r"\.?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", looks="a name; .example.org is any below it")),
            "other hosts that may be reached, by HTTPS",
        ),
        "before": Key(OneOf(("commit_date",)), "registries serve nothing newer than the commit"),
    },
    words={"none": {}},
)
RESOURCES = Record(
    "resources",
    {
        "cpu": Key(Number(0.01, 1024), "processors' worth of time", usual="sandbox.cpus, 2"),
        "cpu_seconds": Key(Duration(), "processor time of one step", usual="no limit"),
        "memory": Key(Size(), "memory of one step", usual="sandbox.memory_mb, 2 GB"),
        "disk": Key(Size(), "what the steps of the job may write", usual="sandbox.disk_mb, 4 GB"),
        "pids": Key(Number(4, 1e6, whole=True), "processes and threads at once", usual="sandbox.processes, 256"),
        "output": Key(Size(), "output of one step that is kept", usual="sandbox.output_kb, 4 MB"),
    },
)
REPEAT = Record(
    "repeat",
    {
        "runs": Key(Number(1, 100, whole=True), "how often the steps run", required=True),
        "order": Key(
            ListOf(OneOf(("default", "reverse", "random")), empty=False),
            "what STRATA_ORDER says in each run, in turn; your test command has to read it",
            usual="default",
        ),
    },
    short="runs",
)
READY = Record(
    "ready",
    {
        "tcp": Key(Number(1, 65535, whole=True), "a port that answers"),
        "command": Key(Text(empty=False), "a command that ends with 0"),
        "timeout": Key(Duration(), "how long to wait for it", usual="30s"),
    },
    some_of=("tcp", "command"),
)
SERVICE = Record(
    "service",
    {
        "command": Key(Text(empty=False), "what to start, where the runner has no images"),
        "image": Key(Text(empty=False), "an image, where the runner has images"),
        "env": Key(ENV, "its variables"),
        "ready": Key(READY, "when it is ready; steps start then"),
    },
    short="command",
    some_of=("command", "image"),
)
_CACHED = Text(pattern=f"(?:~/)?{INSIDE}", looks="paths are relative to the work tree, or begin with ~/")
CACHE = Record(
    "cache",
    {
        "key": Key(Text(templates=True, empty=False), "what names its state: same key, same files", required=True),
        "paths": Key(ListOf(_CACHED, empty=False), "globs of the work tree, or below ~/", required=True),
        "restore": Key(ListOf(Text(templates=True, empty=False)), "beginnings of other keys to start from"),
    },
)
ARTIFACT = Record(
    "artifact",
    {
        "path": Key(ListOf(PATH, empty=False), "globs of files to keep", required=True),
        "name": Key(Text(), "what it is called", usual="the first glob"),
        "keep": Key(Duration(), "for how long", usual="as long as the workspace"),
    },
    short="path",
)
REPORT = Record(
    "report",
    {
        "format": Key(OneOf(tuple(FORMATS)), "what the file is", required=True),
        "path": Key(PATH, "a glob of the work tree", required=True),
        "tool": Key(Text(), "what findings call the tool, where the file does not say"),
    },
)

#: What defaults can say for all jobs.
COMMON = {
    "runner": Key(OneOf(("auto", "local", "docker", "kubernetes", "dummy")), "who runs it", usual="sandbox.runner"),
    "image": Key(Text(templates=True), "the image it runs in, where the runner has images", usual="host"),
    "isolation": Key(
        OneOf(("auto", *map(str, Isolation))), "the least isolation; never runs with less", usual="sandbox.isolation"
    ),
    "network": Key(NETWORK, "what may be reached", usual="none"),
    "resources": Key(RESOURCES, "how much each step may use"),
    "retry": Key(RETRY, "whether failed steps are tried again", usual="the pipeline's"),
    "env": Key(ENV, "variables of all its steps"),
    "shell": Key(OneOf(SHELLS), "what runs its scripts", usual="sh"),
    "folder": Key(
        FOLDER,
        "where its steps run, relative to the work tree",
        usual=".",
    ),
}

JOB_KEYS = {
    "description": Key(Text(), "what it is for"),
    "extends": Key(ListOf(Text(pattern=NAME, looks=NAMES)), "templates or jobs it starts from; its own keys win"),
    "needs": Key(ListOf(Text(pattern=NAME, looks=NAMES)), "jobs that end first; it starts from their files"),
    "matrix": Key(MATRIX, "one job for each combination of values"),
    "if": Key(Condition(), "whether it runs", usual="success()"),
    **COMMON,
    "timeout": Key(Duration(), "the most time the whole job may take", usual="none of its own"),
    "continue_on_error": Key(Truth(), "whether others go on as if it had passed", usual="false"),
    "parallel": Key(Truth(), "whether its steps run side by side", usual="false"),
    "repeat": Key(REPEAT, "run the steps several times, to find flaky tests"),
    "services": Key(MapOf(SERVICE), "what runs beside the steps, at 127.0.0.1"),
    "cache": Key(ListOf(CACHE), "files kept between runs"),
    "artifacts": Key(ListOf(ARTIFACT), "files to keep"),
    "reports": Key(MapOf(REPORT), "files to read results from"),
    "steps": Key(ListOf(STEP, single=False, empty=False), "what it does, in order", required=True),
}
JOB = Record("job", JOB_KEYS)
#: A template may leave out anything.
TEMPLATE = Record("template", {key: Key(one.kind, one.about, usual=one.usual) for key, one in JOB_KEYS.items()})
