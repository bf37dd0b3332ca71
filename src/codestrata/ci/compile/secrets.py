"""Secrets have no place in a file that runs foreign code: those written into it are refused.

Shapes of keys are those their makers publish; source: the rules of gitleaks and detect-secrets. What was found is never
repeated in the message.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from codestrata.ci.document import Mark, Problems, Scalar, Several, Table, Value

_SHAPES = {
    "an AWS access key": r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY",
    "a Slack token": r"\bxox[abeoprs]-[\w-]{10,}",
    "a Google API key": r"\bAIza[\w-]{35}\b",
    "a Stripe key": r"\b[rs]k_live_\w{16,}",
    "a JSON web token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",
    "a password in an address": r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@$]{1,80}:[^\s/:@${]{3,80}@",
}
_PATTERNS = {about: re.compile(shape) for about, shape in _SHAPES.items()}
_NAMES = re.compile(
    r"(?:^|[_.-])(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|secret[_-]?key"
    r"|credentials?|auth[_-]?key|client[_-]?secret)s?$",
    re.IGNORECASE,
)
#: Values under such names that protect nothing: what a database beside a test is started with.
_PLACEHOLDERS = re.compile(
    r"|test\w*|example\w*|password|passw0rd|postgres|mysql|root|admin|guest|ci|dummy|fake\w*|changeme|change-me|none|null"
    r"|true|false|x+|\*+|0+|user|secret|rabbitmq|redis|minio\w*|local\w*|dev\w*",
    re.IGNORECASE,
)
_HINT = "foreign code gets no secrets: leave it out, and the step that needs it"
#: Shannon entropy, in bits per character, and length from which a value looks random.
_RANDOM_BITS, _RANDOM_LENGTH = 3.6, 20
_RANDOM_NAMES = re.compile(r"key|token|secret|auth|cred|pass|sign", re.IGNORECASE)
#: Keys of ours that such a name is part of.
_OURS = frozenset({"key", "keys"})


def check_secrets(value: Value, problems: Problems, name: str = "", above: str = "") -> None:
    """Tell of every secret in a file."""
    if isinstance(value, Table):
        for entry in value:
            own = above if entry.key in {"default", "value"} and name else ""
            check_secrets(entry.value, problems, name if own or entry.key == "default" else entry.key, name)
    elif isinstance(value, Several):
        for one in value:
            check_secrets(one, problems, name, above)
    elif value.value is not None:
        _scalar(value, name, problems)


def _scalar(value: Scalar, name: str, problems: Problems) -> None:
    text = value.text
    for about, pattern in _PATTERNS.items():
        if found := pattern.search(text):
            _tell(value.mark, f"{about} stands in the file", text[: found.start()].count("\n"), problems)
            return
    if "${{" in text or text.startswith("$") or name in _OURS:
        return
    if (_NAMES.search(name) and not _PLACEHOLDERS.fullmatch(text)) or (
        _RANDOM_NAMES.search(name) and looks_random(text)
    ):
        problems.error(value.mark, "secret", f'"{name}" has a value that looks like a secret', _HINT)


def _tell(mark: Mark, said: str, lines: int, problems: Problems) -> None:
    where = f", {lines} lines below" if lines else ""
    problems.error(mark, "secret", f"{said}{where}", _HINT)


def looks_random(text: str) -> bool:
    """Say whether a value has the length and the mixture of a key."""
    if len(text) < _RANDOM_LENGTH or not re.fullmatch(r"[\w+/=.~-]+", text, re.ASCII):
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits >= _RANDOM_BITS and any(map(str.isdigit, text)) and any(map(str.isalpha, text))
