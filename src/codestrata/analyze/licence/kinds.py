"""Which files are asked for a licence, by their name: licence files, read-me files, notices and package manifests.

A file's facts may depend on its bytes and its *name key* only, and that this content stands in a file called
``LICENSE.md`` matters. So the key carries the kind: ``.md`` becomes ``.md|licence`` (:func:`joined`, :func:`parted`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import re2

from codestrata.store.columns import Varlen

#: Between a language name key and the kind; no key of Linguist's holds it.
SEPARATOR = "|"
LICENCE, README, NOTICE, CITATION, REUSE, DEP5 = "licence", "readme", "notice", "cff", "reuse", "dep5"

# File names as go-license-detector looks for them (the list StarCoder2 used), and those we met besides.
_PROSE = r"(?:\.(?:txt|md|markdown|mkd|rst|adoc|asciidoc|html?|textile|org|rtf|tex|in))?"
_TAIL = r"(?:[-_. ][a-z0-9+_. -]*)?"
_STEM = r"(?:licen[cs]es?|licen[cs]ing|copying|copyrights?|copyleft|unlicen[cs]e|legal)"
_FAMILY = (
    r"(?:[al]?gpl|mit|bsd|apache|mpl|isc|cc0|epl|ofl|artistic|boost|zlib)[-_ ]?(?:v?[0-9][0-9.]*)?(?:[-_]license)?"
)
_OTHERS = (
    r"(?:third|3rd)[-_ ]?part(?:y|ies)|bundled|vendored|dependenc|acknowledg|attribution|credits|thirdparty|3rdparty"
)
#: Names that begin like a licence file and are something else: code, data, pictures.
_CODE = (
    r"[-_.a-z0-9 ]*\.(?:py|pyi|js|mjs|cjs|ts|tsx|jsx|go|c|h|cc|cpp|hpp|java|rb|rs|php|cs|kt|swift|scala|sh|pl|pm|lua|"
    r"vue|exs?|json|ya?ml|toml|xml|csv|tsv|ini|cfg|png|jpe?g|gif|svg|ico|pdf|css|scss|less|lock|tmpl|erb|ejs|j2|xsd|dtd|sql|map|sig|asc)"
)
_MANIFESTS = {
    "npm": r"(?:package|bower)\.json",
    "composer": r"composer\.json",
    "vcpkg": r"vcpkg\.json",
    "cargo": r"cargo\.toml",
    "pyproject": r"pyproject\.toml",
    "metadata": r"pkg-info|metadata",
    "setup-cfg": r"setup\.cfg",
    "setup-py": r"setup\.py",
    "gemspec": r"[^/\n]+\.(?:gemspec|podspec)",
    "maven": r"pom\.xml|[^/\n]+\.pom",
    "nuget": r"[^/\n]+\.nuspec",
    "description": r"description",
    "cabal": r"[^/\n]+\.cabal",
    "opam": r"opam|[^/\n]+\.opam",
    CITATION: r"citation\.cff",
}
MANIFESTS = tuple(_MANIFESTS)
#: Files that state licences for others by globs; ``debian/copyright`` is a licence file by its name.
_GLOBBED = {REUSE: r"reuse\.toml", DEP5: r"dep5"}
GLOBBED = tuple(_GLOBBED)
# The first group that matches names the kind; a name that is code is none of the prose kinds.
_KINDS: tuple[tuple[str, str], ...] = (
    ("", rf"(?:{_STEM}|notice|readme|third|3rd|{_FAMILY})[-_. ]?{_CODE}"),
    (NOTICE, rf"(?:[a-z0-9_. -]*(?:{_OTHERS})[a-z0-9_. -]*|notices?{_TAIL}|patents{_PROSE})"),
    (LICENCE, rf"(?:{_STEM}[0-9]?{_TAIL}|(?:[a-z0-9]+[-_. ])*{_STEM}{_PROSE}|{_FAMILY}{_PROSE})"),
    (README, rf"readme(?:[-_.][a-z_-]{{2,8}})?{_PROSE}"),
    *_MANIFESTS.items(),
    *_GLOBBED.items(),
)


def _compile() -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    groups = "|".join(f"({pattern})" for _, pattern in _KINDS)
    return re2.compile(f"(?m)(?:^|/)(?:{groups})$".encode(), options)


_NAMES = _compile()


def kinds(paths: Varlen) -> list[str]:
    """Give the kind of each path: licence, readme, notice, a manifest of :data:`MANIFESTS`, or ""."""
    out = [""] * len(paths)
    text = b"\n".join(paths) + b"\n"
    starts = paths.offsets[:-1] + np.arange(len(paths)) - paths.offsets[0]
    hits = [(match.end() - 1, match.lastindex) for match in _NAMES.finditer(text)]
    rows = np.searchsorted(starts, [end for end, _ in hits], side="right") - 1
    for row, (_, group) in zip(rows.tolist(), hits, strict=True):
        out[row] = _KINDS[group - 1][0]
    return out


def kind(name: str) -> str:
    """Give the kind of one file name."""
    return kinds(Varlen.of([name]))[0]


def joined(keys: Sequence[str], paths: Varlen) -> list[str]:
    """Add each path's kind to its language name key; keys of paths without a kind stay as they are."""
    return [f"{key}{SEPARATOR}{kind}" if kind else key for key, kind in zip(keys, kinds(paths), strict=True)]


def parted(keys: Sequence[str]) -> tuple[list[str], list[str]]:
    """Take joined keys apart again: language name keys and kinds."""
    pairs = [key.partition(SEPARATOR) for key in keys]
    return [key for key, _, _ in pairs], [kind for _, _, kind in pairs]
