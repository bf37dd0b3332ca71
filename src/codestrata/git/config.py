"""The environment and configuration every git process gets: nothing inherited, nothing a repository says obeyed.

Each line carries its reason. Held against hostile repositories by tests/ingest/hostile.
Source of the names: git-config(1), git(1) "Environment Variables", fsck message ids of git 2.39.
"""

from __future__ import annotations

#: Where git itself is looked for; the user's PATH is not trusted.
SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"

#: The whole environment: (name, value, reason).
ENVIRONMENT: tuple[tuple[str, str, str], ...] = (
    ("PATH", SEARCH_PATH, "a fixed path: nothing planted in the working folder is run"),
    ("HOME", "/nonexistent", "no personal configuration, credentials or cookies"),
    ("LC_ALL", "C", "messages in one language, so that failures can be told apart"),
    ("TZ", "UTC", "no time zone of the machine in anything printed"),
    ("GIT_CONFIG_NOSYSTEM", "1", "no system configuration"),
    ("GIT_CONFIG_SYSTEM", "/dev/null", "no system configuration, for newer git too"),
    ("GIT_CONFIG_GLOBAL", "/dev/null", "no personal configuration"),
    ("GIT_ATTR_NOSYSTEM", "1", "no system attributes, hence no filter or diff driver from there"),
    ("GIT_CEILING_DIRECTORIES", "/", "never look for a repository in parent folders"),
    ("GIT_TERMINAL_PROMPT", "0", "a private repository is an error, not a question"),
    ("GIT_ASKPASS", "/bin/false", "nobody is asked for a password"),
    ("SSH_ASKPASS", "/bin/false", "nobody is asked for a password"),
    ("GIT_SSH_COMMAND", "/bin/false", "ssh is never started"),
    ("GIT_PROTOCOL_FROM_USER", "0", "protocols of class 'user' are refused"),
    ("GIT_NO_REPLACE_OBJECTS", "1", "refs/replace cannot swap one object for another"),
    ("GIT_NO_LAZY_FETCH", "1", "a missing blob is missing: no hidden traffic (48 fetches in one log, measured)"),
    ("GIT_OPTIONAL_LOCKS", "0", "reading writes nothing"),
    ("GIT_LFS_SKIP_SMUDGE", "1", "should a filter ever run, LFS downloads nothing"),
    ("GIT_PAGER", "cat", "no pager program"),
    ("GIT_EDITOR", "/bin/false", "no editor program"),
    ("GIT_TEMPLATE_DIR", "", "new repositories get no hooks"),
    ("GIT_FLUSH", "0", "block-buffered output: half the system calls of a long listing"),
)

#: Configuration of the highest precedence, over whatever the repository's own file says: (key, value, reason).
CONFIG: tuple[tuple[str, str, str], ...] = (
    ("protocol.allow", "never", "every transport is off unless named"),
    ("core.hooksPath", "/dev/null", "no hook can be found"),
    ("core.fsmonitor", "false", "no monitor program (the trick of embedded bare repositories)"),
    ("core.untrackedCache", "false", "no probing of the file system"),
    ("core.symlinks", "false", "should anything be written, links become plain files"),
    ("core.protectHFS", "true", "'.git' spelt with ignorable characters is still '.git'"),
    ("core.protectNTFS", "true", "'GIT~1' is still '.git'"),
    ("core.attributesFile", "/dev/null", "no personal attributes"),
    ("core.excludesFile", "/dev/null", "no personal ignore rules"),
    ("core.alternateRefsCommand", "false", "no program is asked for the refs of an alternate"),
    ("core.sshCommand", "/bin/false", "ssh is never started"),
    ("core.askPass", "/bin/false", "nobody is asked for a password"),
    ("core.gitProxy", "", "no proxy program for git://"),
    ("core.pager", "cat", "no pager program"),
    ("core.editor", "/bin/false", "no editor program"),
    ("core.bigFileThreshold", "1m", "larger blobs are streamed, never held in memory or searched for deltas"),
    ("core.packedGitLimit", "256m", "bounded mapping of packs"),
    ("core.deltaBaseCacheLimit", "64m", "bounded delta cache"),
    ("core.commitGraph", "false", "a planted commit-graph cannot lie about parents"),
    ("core.multiPackIndex", "false", "a planted multi-pack-index cannot lie about objects"),
    ("core.quotePath", "false", "names as they are, where -z is not in force"),
    ("credential.helper", "", "no credential helper program"),
    ("http.followRedirects", "initial", "a redirect in the middle of a conversation is refused"),
    ("http.lowSpeedLimit", "1000", "a connection slower than this, in bytes a second, …"),
    ("http.lowSpeedTime", "60", "… for so many seconds is given up"),
    ("http.emptyAuth", "false", "no Kerberos ticket is offered"),
    ("http.delegation", "none", "no Kerberos ticket is passed on"),
    ("http.cookieFile", "", "no cookies"),
    ("http.saveCookies", "false", "no cookies"),
    ("transfer.bundleURI", "false", "the server cannot send us elsewhere for a bundle (CVE-2025-48385)"),
    ("transfer.fsckObjects", "true", "every object received is checked"),
    ("fetch.fsckObjects", "true", "every object received is checked"),
    ("fetch.unpackLimit", "1", "always a pack, never thousands of loose files"),
    ("transfer.unpackLimit", "1", "always a pack, never thousands of loose files"),
    ("fetch.recurseSubmodules", "false", "submodules are names, nothing more"),
    ("submodule.recurse", "false", "submodules are names, nothing more"),
    ("fetch.parallel", "1", "one connection"),
    ("fetch.writeCommitGraph", "false", "no work beyond the fetch"),
    ("gc.auto", "0", "no housekeeping behind our back"),
    ("maintenance.auto", "false", "no housekeeping behind our back"),
    ("pack.threads", "1", "one thread: the engine counts cores, and the same pack comes out every time"),
    ("index.threads", "1", "one thread"),
    ("diff.external", "", "no diff program"),
    ("diff.orderFile", "/dev/null", "the order of a diff is git's own"),
    ("diff.noPrefix", "false", "personal taste does not reach parsed output"),
    ("diff.ignoreSubmodules", "none", "submodule changes are listed"),
    ("log.showSignature", "false", "gpg is never started"),
    ("log.mailmap", "false", "names as committed"),
    ("log.decorate", "false", "no ref names in parsed output"),
    ("gpg.program", "/bin/false", "gpg is never started"),
    ("safe.bareRepository", "explicit", "a bare repository embedded in a tree is never picked up"),
    ("uploadpack.packObjectsHook", "", "no program between us and the objects"),
    ("init.templateDir", "", "new repositories get no hooks"),
    ("init.defaultBranch", "main", "the same name everywhere"),
    ("advice.detachedHead", "false", "no advice in messages"),
    ("filter.lfs.smudge", "", "LFS pointers stay pointers"),
    ("filter.lfs.process", "", "LFS pointers stay pointers"),
    ("filter.lfs.required", "false", "LFS pointers stay pointers"),
)

#: Defects that honest old repositories have (2 of 89 would be refused otherwise, measured); nothing is ever checked
#: out, so they only warn. Left as errors: everything about .gitmodules, slashes and '..' in names, NUL in headers.
FSCK_WARN: tuple[str, ...] = (
    "zeroPaddedFilemode",
    "badTimezone",
    "missingSpaceBeforeDate",
    "missingSpaceBeforeEmail",
    "missingEmail",
    "badEmail",
    "missingNameBeforeEmail",
    "badName",
    "badDate",
    "badDateOverflow",
    "zeroPaddedDate",
    "multipleAuthors",
    "missingAuthor",
    "missingTaggerEntry",
    "badTagName",
    "duplicateEntries",
    "treeNotSorted",
    "nullSha1",
    "hasDot",
    "emptyName",
    "badFilemode",
    "nulInCommit",
)

#: Refused at first; the second attempt lets it in, and the snapshot is quarantined with the reason.
FSCK_QUARANTINE: tuple[str, ...] = ("hasDotgit",)


def fsck_config(ids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give the configuration that turns these fsck errors into warnings."""
    return [(f"fetch.fsck.{name}", "warn") for name in ids]
