"""Keys and tokens that providers give out, told by how they begin."""

from __future__ import annotations

import re

from codestrata.privacy.detector import Detector, Probe

_ALNUM = bytes(c for c in range(128) if re.match(rb"[A-Za-z0-9]", bytes([c])))


def _plain(name: str, kind: str, word: bytes, rest: bytes, least: int, source: str) -> Detector:
    probe = Probe(word, apart=True, right=_ALNUM, right_least=least)
    pattern = re.compile(re.escape(word) + rest + rb"(?![A-Za-z0-9])")
    return Detector(name, kind, (probe,), pattern, source=source)


PROVIDERS = (
    _plain("aws-access-key", "key", b"AKIA", rb"[A-Z0-9]{16}", 16, "docs.aws.amazon.com/IAM: unique identifiers"),
    _plain("github-token", "token", b"ghp_", rb"[A-Za-z0-9]{36}", 36, "github.blog/2021-04-05"),
    _plain("google-api-key", "key", b"AIza", rb"[A-Za-z0-9_-]{35}", 1, "cloud.google.com/docs/authentication/api-keys"),
    _plain("npm-token", "token", b"npm_", rb"[A-Za-z0-9]{36}", 36, "github.blog/2021-09-23"),
    _plain("stripe-key", "key", b"sk_live_", rb"[A-Za-z0-9]{16,}", 16, "docs.stripe.com/keys"),
)
