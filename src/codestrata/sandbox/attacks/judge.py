"""Who says whether an attack got through: first what the host saw, then what the attack says, then how it ended."""

from __future__ import annotations

import re

from codestrata.model.result import ResultClass
from codestrata.sandbox.attacks.base import Attack, Seen, Verdict

#: Seconds that ending a command may take beyond its limit.
GRACE = 5.0
#: Bytes of output that may be kept beyond the limit: a note that the rest was dropped.
NOTE = 4096
#: The exit status of a shell that does not find a program.
_NOT_FOUND = 127

#: What shells say that may have no further process; source: strerror(EAGAIN), dash, busybox.
_NO_MORE = (b"annot fork", b"an't fork", b"Resource temporarily unavailable")

_SAID = re.compile(rb"^@(held|escaped|absent) ([^\n]*)$", re.MULTILINE)
_UNABLE = frozenset({ResultClass.INFRA, ResultClass.REFUSED, ResultClass.SKIPPED, ResultClass.CANCELLED})
#: Results that say that the runner stopped it, whatever it was about to do.
_STOPPED = frozenset({ResultClass.POLICY, ResultClass.OOM, ResultClass.DISK})


def judge(attack: Attack, seen: Seen, secrets: tuple[bytes, ...]) -> tuple[Verdict, str]:
    """Say what became of an attack, and by what that is known."""
    if found := _through(attack, seen, secrets):
        return Verdict.ESCAPED, found
    said = {word.decode(): text.decode("utf-8", "replace").strip() for word, text in _SAID.findall(seen.output)}
    if "escaped" in said:
        return Verdict.ESCAPED, said["escaped"]
    if "absent" in said:
        return Verdict.UNTRIED, said["absent"]
    if seen.exit.result in attack.expect:
        kept = f"{seen.exit.usage.output:,} bytes were printed, {len(seen.output):,} kept"
        return Verdict.CONTAINED, seen.exit.reason or said.get("held", kept)
    if "held" in said:
        return Verdict.CONTAINED, said["held"]
    return _unsaid(attack, seen)


def _through(attack: Attack, seen: Seen, secrets: tuple[bytes, ...]) -> str:
    """Say what shows from outside that it got through; "" where nothing does."""
    if seen.found:
        return seen.found
    if any(secret in seen.output for secret in secrets):
        return "a secret of the host's is in the output"
    if len(seen.output) > attack.limits.output + NOTE:
        return f"{len(seen.output)} bytes of output were kept, where {attack.limits.output} are allowed"
    most = attack.limits.wall + GRACE
    if seen.seconds > most:
        return f"it ran for {seen.seconds:.1f} s, where {attack.limits.wall:g} are allowed"
    if attack.prompt and seen.seconds > attack.prompt:
        return f"it ran for {seen.seconds:.1f} s; the limit should have ended it within {attack.prompt:g}"
    return ""


def _unsaid(attack: Attack, seen: Seen) -> tuple[Verdict, str]:
    """Judge an attack that did not live to say what it got."""
    ended = seen.exit
    told = ended.reason or f"it ended with {ended.code}"
    if ended.result in _UNABLE:
        return Verdict.UNTRIED, told
    if ended.code == _NOT_FOUND:
        return Verdict.UNTRIED, "the room lacks a program that the attack needs (python3)"
    if ended.result in _STOPPED:
        return Verdict.CONTAINED, told
    if ResultClass.POLICY in attack.expect and any(words in seen.output for words in _NO_MORE):
        return Verdict.CONTAINED, "it was refused more processes"
    if attack.expect and ended.result is ResultClass.PASSED:
        return Verdict.ESCAPED, "nothing stopped it"
    last = seen.output.strip().splitlines()[-1:] or [b"it said nothing"]
    return Verdict.UNTRIED, f"{told}: {last[0][:160].decode('utf-8', 'replace')}"
