"""Keywords of pipelines, version 1."""

from __future__ import annotations

from codestrata.ci.forms.jobs import COMMON, JOB, NAME, NAMES, TEMPLATE
from codestrata.ci.forms.kinds import Condition, Number, OneOf, Text, Truth
from codestrata.ci.forms.measures import Cron, Duration, Size
from codestrata.ci.forms.shapes import Either, Key, ListOf, MapOf, Record
from codestrata.ci.forms.steps import ENV, RETRY

_BRANCHES = {
    "branches": Key(ListOf(Text(empty=False)), "globs of branches", usual="all"),
    "tags": Key(ListOf(Text(empty=False)), "globs of tags"),
}
_SWITCH: dict[str, dict[str, bool]] = {"true": {}, "": {}, "false": {"off": True}}
PUSH = Record("push", _BRANCHES, short="branches", words=_SWITCH)
PULL_REQUEST = Record("pull request", {"branches": _BRANCHES["branches"]}, short="branches", words=_SWITCH)
WEBHOOK = Record("webhook", {"events": Key(ListOf(Text(empty=False)), "names of events", usual="all")}, words=_SWITCH)
INGEST = Record(
    "ingest",
    {
        "languages": Key(ListOf(Text(empty=False)), "languages of repositories"),
        "if": Key(Condition(), "which repositories, by repo.*"),
    },
    words=_SWITCH,
)
TRIGGERS = {
    "manual": Key(Truth(), "whether people can start it", usual="true"),
    "api": Key(Truth(), "whether the API can start it", usual="true"),
    "cron": Key(ListOf(Cron(), empty=False), "when to start it, in UTC"),
    "push": Key(PUSH, "start it when commits arrive"),
    "pull_request": Key(PULL_REQUEST, "start it for proposed changes"),
    "webhook": Key(WEBHOOK, "start it when somebody calls"),
    "ingest": Key(INGEST, "start it for repositories that were fetched"),
}
ON = Record("set of triggers", TRIGGERS)

REQUIRE = Record(
    "require",
    {
        "files": Key(ListOf(Text(empty=False)), "globs; each has to match a file"),
        "languages": Key(ListOf(Text(empty=False)), "the repository's language, where it is known, is one of them"),
        "max_size": Key(Size(), "bytes of its files, at most"),
        "if": Key(Condition(), "a condition on repo.*, params.*, has_file()"),
    },
)
PARAM = Record(
    "parameter",
    {
        "type": Key(OneOf(("string", "bool", "int", "float")), "its type", usual="the default's, else string"),
        "enum": Key(ListOf(Text(), empty=False), "the values it can have"),
        "default": Key(Text(), "its value where nobody gives one"),
        "required": Key(Truth(), "whether it has to be given", usual="true without a default"),
        "description": Key(Text(), "what it is for"),
    },
    short="default",
)
COLUMN = Record(
    "column",
    {
        "value": Key(Condition(), "an expression over what came of the run", required=True),
        "type": Key(OneOf(("bool", "int", "float", "str")), "its type", usual="the expression's"),
        "description": Key(Text(), "what it means"),
    },
    short="value",
)
DEFAULTS = Record("defaults", {**COMMON, "timeout": Key(Duration(), "the most time of each step", usual="10m")})
FINALLY_REF = Record(
    "reference",
    {
        "job": Key(Text(pattern=NAME, looks=NAMES), "a job of this file", required=True),
        "if": Key(Condition(), "whether it runs", usual="always()"),
    },
    short="job",
)
NOTIFICATION = Record(
    "notification",
    {
        "kind": Key(OneOf(("webhook", "email", "slack", "teams", "discord")), "how", required=True),
        "target": Key(Text(empty=False), "whom: an address, or the name of one in the settings", required=True),
        "if": Key(Condition(), "when", usual="failure()"),
    },
)
COLUMN_NAME = r"[a-z][a-z0-9_]{0,62}"

PIPELINE = Record(
    "pipeline",
    {
        "version": Key(Number(1, 1, whole=True), "the version of this form", usual="1"),
        "name": Key(Text(empty=False), "what it is called", usual="the file's name"),
        "description": Key(Text(), "what it is for"),
        "on": Key(Either(ON, ListOf(OneOf(tuple(TRIGGERS)))), "what starts it: a list of names, or a map with terms"),
        "require": Key(REQUIRE, "what a repository needs; others are skipped, with the reason"),
        "params": Key(MapOf(PARAM), "what can be given when it starts"),
        "include": Key(ListOf(Text(empty=False), most=50), "files to take jobs, templates, … from"),
        "defaults": Key(DEFAULTS, "what holds for all jobs that do not say otherwise"),
        "env": Key(ENV, "variables of all steps"),
        "templates": Key(MapOf(TEMPLATE, NAME, NAMES), "parts of jobs, for extends"),
        "jobs": Key(MapOf(JOB, NAME, NAMES, empty=False), "what is done", required=True),
        "finally": Key(
            Either(MapOf(JOB, NAME, NAMES), ListOf(FINALLY_REF)),
            "jobs that run at the end, whatever was before: as under jobs, or a list of names of jobs",
        ),
        "columns": Key(
            MapOf(COLUMN, COLUMN_NAME, "columns are lower case letters, digits and _, and begin with a letter"),
            "what the run says of a repository; they become columns of datasets",
        ),
        "timeout": Key(Duration(), "the most time the whole run may take", usual="1h"),
        "retry": Key(RETRY, "whether failed steps are tried again", usual="max: 0"),
        "notifications": Key(ListOf(NOTIFICATION), "whom to tell at the end"),
    },
)
