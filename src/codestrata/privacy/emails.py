"""E-mail addresses, those set aside for examples and those of programs aside.

Source: RFC 5322 §3.4.1 (what an address is), RFC 2606 and 6761 (names that are nobody's).
"""

from __future__ import annotations

import re

from codestrata.privacy.detector import Detector, Probe

_LOCALS = bytes(c for c in range(128) if re.match(rb"[A-Za-z0-9._%+\-]", bytes([c])))
_ALNUM = bytes(c for c in range(128) if re.match(rb"[A-Za-z0-9]", bytes([c])))
#: Names below which nobody has a mailbox.
_NOBODY = re.compile(
    rb"(?:^|\.)(?:example|invalid|test|localhost|local|localdomain|domain|email|yourdomain|mydomain)(?:\.[a-z]{2,3}){0,2}$"
)
#: Endings of files and the like, which stand where a top-level domain would.
_NO_TOP = frozenset(
    b"js ts jsx tsx png jpg jpeg gif svg webp css scss sass less html htm json xml yml yaml toml md txt rst java cpp"
    b" hpp php dll exe jar war zip gz tgz tar bz2 xz so dylib lib obj class swift kt go rb pl pm lua sql ini cfg conf"
    b" lock log min map vue cs vb fs ex exs erl hs ml mli jl nim zig dart scala gradle bat cmd"
    b" ps1 csv tsv pdf doc docx".split()
)


def _check(text: bytes, match: re.Match[bytes]) -> float:
    local, _, domain = match[0].lower().rpartition(b"@")
    top = domain.rpartition(b".")[2]
    if top in _NO_TOP or _NOBODY.search(domain) or local[:1] in b".%+-" or b".." in local:
        return 0.0
    before, behind = text[max(0, match.start() - 3) : match.start()], text[match.end() : match.end() + 1]
    if local in {b"git", b"hg", b"svn", b"ssh"} and behind in {b":", b"/"}:
        return 0.0  # where a repository is, as ssh writes it
    return 0.5 if before.endswith(b"//") else 0.9


EMAIL = Detector(
    name="email",
    kind="email",
    probes=(Probe(b"@", left=_LOCALS, left_least=1, right=_ALNUM, right_least=1),),
    pattern=re.compile(
        rb"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_@]|\.[A-Za-z0-9])"
    ),
    check=_check,
    source="RFC 5322 §3.4.1",
)
