"""The attacks, one a row: to add one, write a function in ``inside/`` (or a script here) and its row."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from codestrata.model.result import ResultClass
from codestrata.sandbox.attacks import aftermath
from codestrata.sandbox.attacks.base import MB, SMALL, Attack
from codestrata.sandbox.base import HOST_USER, WORK, Network

_OOM = frozenset({ResultClass.OOM})
_DISK = frozenset({ResultClass.DISK, ResultClass.OOM})
_TIME = frozenset({ResultClass.TIMEOUT})
_DONE = frozenset({ResultClass.PASSED})
_ORDERLY = frozenset({ResultClass.PASSED, ResultClass.FAILED, ResultClass.INFRA})
_MANY = frozenset({ResultClass.POLICY})
_SHORT = replace(SMALL, wall=0.6)
_PROXY = Network(hosts=("allowed.invalid", "localhost"))


def _plain(name: str, aim: str) -> Attack:
    """One that needs nothing but its program."""
    return Attack(name, aim, program=name.replace("-", "_"))


def _crowd(what: str, aim: str) -> Attack:
    """One that takes from another room what the kernel counts for each user."""
    return Attack(f"crowd-{what}", aim, script="echo @held 'the other room was given its own'", alone=True,
                  after=partial(aftermath.crowd, what), needs=HOST_USER)  # fmt: skip


#: What a host has too little of.
EXHAUST = (
    Attack("fork-bomb", "have 4 times as many processes as allowed", "fork_bomb", expect=_MANY, alone=True),
    Attack("shell-bomb", "have ever more processes, by the shell", script="b() { b | b & }; b; sleep 9",
           limits=_SHORT, expect=_MANY | _TIME | _OOM, alone=True),
    Attack("thread-bomb", "have 4 times as many threads as allowed", "thread_bomb", expect=_MANY, alone=True),
    Attack("memory-bomb", "take 4 GB of memory, with 64 MB allowed", "memory_bomb", expect=_OOM, alone=True),
    Attack("memory-shares", "take memory in many processes below the limit", "memory_shares", expect=_OOM, alone=True),
    Attack("memory-files", "take memory as files in /dev/shm", "memory_files", expect=_DISK, alone=True),
    Attack("temporary-files", "fill /tmp", "temporary_files", expect=_DISK, alone=True),
    Attack("disk-file", "fill the disk with one file", "disk_file", expect=_DISK, alone=True),
    Attack("disk-files", "fill the disk with many files, in every folder", "disk_files", expect=_DISK, alone=True),
    Attack("inodes", "use up names: 100,000 empty files", "inodes", expect=_DISK | _TIME, alone=True),
    Attack("log-flood", "print 2 GB", "log_flood", expect=_TIME | _DONE, alone=True),
    Attack("no-newline", "print 8 MB without ever ending a line, then wait", "no_newline", limits=_SHORT, expect=_TIME),
    Attack("endless-sleep", "sleep for ever", script="sleep 100000", limits=_SHORT, expect=_TIME),
    Attack("stubborn", "ignore every signal that can be ignored", "stubborn", limits=_SHORT, expect=_TIME),
    Attack("deaf", "close the output, and sleep on", "deaf", limits=_SHORT, expect=_TIME),
    Attack("processor", "use 6 processor seconds, with 1 allowed", "processor", expect=_TIME, prompt=12.0,
           limits=replace(SMALL, cpu_seconds=1.0, wall=20.0)),
    Attack("processors", "use 2 processors, with half of one allowed", "processors",
           limits=replace(SMALL, cpus=0.5, wall=10.0)),
    _crowd("watchers", "leave another room no inotify instance"),
    _crowd("keys", "leave another room no key of the kernel's"),
    _crowd("queues", "leave another room no message queue"),
)  # fmt: skip

#: What ends with the command, and what must not end with it.
LAST = (
    _plain("daemon", "leave a grandchild in a session of its own"),
    _plain("group", "leave a child in a process group of its own"),
    _plain("kill-host", "end a process of the host by its number"),
    Attack("kill-all", "end everything to be seen, process 1 included", "kill_all", alone=True, after=aftermath.usable,
           expect=frozenset({ResultClass.KILLED, ResultClass.FAILED})),
    _plain("trace", "become the debugger of a process of the host"),
)  # fmt: skip

#: Who can be reached.
NETWORK = (
    _plain("tcp", "reach the host by TCP"),
    _plain("udp", "reach the host by UDP"),
    _plain("route", "find a way out"),
    _plain("names", "ask for a name"),
    _plain("raw", "make packets by hand"),
    _plain("abstract", "reach a socket of the host's that has no file"),
    _plain("sockets", "reach the doors of engines and services of the host"),
    _plain("change", "change the network's settings"),
)

#: What a fetch step can do with its proxy.
FETCH = (
    Attack("other-host", "reach a host that is not on the list", "other_host", network=_PROXY),
    Attack("plain", "reach somebody by plain HTTP", "plain", network=_PROXY),
    Attack("by-number", "reach the host and others by their number", "by_number", network=_PROXY),
    Attack("other-port", "reach port 22 of an allowed host", "other_port", network=_PROXY),
    Attack("inward", "reach the host by an allowed name that is its own", "inward", network=_PROXY),
    Attack("past", "reach somebody past the proxy", "past", network=_PROXY),
)

#: What can be read.
READ = (
    _plain("home", "read a secret in the home folder and beside the tree"),
    _plain("shadow", "read the host's passwords"),
    _plain("environment", "read the token in the environment"),
    _plain("environments", "read the environments of other processes"),
    _plain("process", "read about a process of the host"),
    _plain("roots", "reach the host's files through another process"),
    _plain("memory", "read the memory of a process of the host"),
    _plain("descriptors", "use files that the host left open"),
    _plain("kernel-memory", "read the kernel's memory"),
    _plain("kernel-log", "read the kernel's log"),
    _plain("devices", "open devices, disks among them"),
    _plain("repository-link", "follow a link that came with the repository"),
)

#: What can be changed.
WRITE = (
    _plain("outside", "write outside of the work tree"),
    _plain("canary", "change files of the host's beside the tree"),
    Attack("tree", "change the source tree itself", "tree", alone=True),
    _plain("read-only", "write into what is mounted to be read"),
    _plain("remount", "mount what is read-only once more"),
    _plain("link-out", "write through a link to a host file"),
    _plain("hard-link", "take a second name of a host file"),
    Attack("artifact-links", "have host files taken for artifacts, by links", "links_for_artifacts",
           alone=True, after=aftermath.artifacts),
    Attack("artifact-sparse", "have a terabyte of nothing taken for an artifact", "sparse", alone=True,
           after=aftermath.sparse),
    Attack("deep", "leave a tree too deep to be cleared up", "deep", alone=True, after=aftermath.deep),
    Attack("locked", "have links in locked folders followed", "locked", alone=True,
           after=aftermath.cleared),
    Attack("archive", "have a hostile archive unpacked over host files", alone=True, after=aftermath.archive,
           script="echo @held 'no member got out of the room'"),
    Attack("layer-link", "have the next job write through a link in a layer", "link_for_layers", alone=True,
           after=aftermath.layers),
    _plain("settings", "change the kernel's settings"),
    _plain("groups", "change control groups"),
    _plain("unkillable", "have the kernel take others when memory runs out"),
    _plain("programs", "overwrite the program that made the room"),
)  # fmt: skip

#: Who one can become.
RIGHTS = (
    _plain("set-user", "become root by the set-user bit"),
    _plain("capabilities", "hold capabilities"),
    _plain("namespaces", "share a namespace with the host"),
    _plain("limits", "raise limits"),
    _plain("core-dump", "have the host write by crashing"),
    _plain("user-namespace", "make a user namespace"),
    _plain("mount-namespace", "make a namespace of mounts"),
    _plain("mount", "mount a file system"),
    _plain("root", "leave by another root"),
    _plain("pivot", "exchange the root"),
    _plain("nodes", "make a device of the host's disk"),
)

#: Doors of the kernel that no build and no test needs.
KERNEL = (
    _plain("keys", "put a key into the kernel's keyring"),
    _plain("programs-in-kernel", "load a program into the kernel (bpf)"),
    _plain("ring", "make a ring of system calls (io_uring)"),
    _plain("page-faults", "serve page faults (userfaultfd)"),
    _plain("counters", "read the processor's counters (perf)"),
    _plain("handles", "open a file by its number on the disk"),
    _plain("terminal", "type into the terminal of who started it"),
)

#: What the runner itself must bear, or refuse in an orderly way.
RUNNER = (
    Attack("long-script", "a script of 300 kB", script=f": {'x' * 300_000}\necho @held 'it was run whole'"),
    Attack("large-environment", "a variable of 2 MB", script="echo @held 'it was run'", env={"LARGE": "x" * 2 * MB},
           expect=_ORDERLY),
    Attack("strange-names", "variables that take over the shell's start", script="echo @held 'nothing was run before'",
           env=dict.fromkeys(("ENV", "BASH_ENV"), f"{WORK}/start.sh") | {"LD_PRELOAD": f"{WORK}/none.so"}),
)  # fmt: skip

#: All attacks, by what they want.
GROUPS: dict[str, tuple[Attack, ...]] = {
    "to read what is none of the room's": READ,
    "to write where it must not": WRITE,
    "to have more rights": RIGHTS,
    "to open doors of the kernel": KERNEL,
    "to reach somebody": NETWORK,
    "to get past the proxy of a fetch step": FETCH,
    "to outlive the command, or to end others": LAST,
    "to break the runner": RUNNER,
    "to use up what the host has": EXHAUST,
}
ATTACKS: tuple[Attack, ...] = tuple(attack for group in GROUPS.values() for attack in group)
