"""GitHub's functions over meanings: what they give where their values are known, or what says the same in ours."""

from __future__ import annotations

from collections.abc import Callable

from codestrata.ci.convert.github.known import Known, Meaning, Ours, Unknown, plain, quoted, written


def _hash_files(given: list[Meaning]) -> Meaning:
    texts = [written(one) for one in given]
    return Ours(f"hash({', '.join(texts)})") if texts else Unknown("hashFiles() of nothing")


def _search(name: str, test: Callable[[str, str], bool]) -> Callable[[list[Meaning]], Meaning]:
    def search(given: list[Meaning]) -> Meaning:
        if len(given) != 2:  # noqa: PLR2004 -- where, and what
            return Unknown(f"{name}() needs two values")
        whole, part = given
        if isinstance(whole, Known) and isinstance(part, Known):
            return Known(test(plain(whole.value).lower(), plain(part.value).lower()))
        return Ours(f"{name}({_lower(whole)}, {_lower(part)})", truth=True)

    return search


def _lower(of: Meaning) -> str:
    return quoted(plain(of.value).lower()) if isinstance(of, Known) else f"lower({written(of)})"


def _format(given: list[Meaning]) -> Meaning:
    if not given or not isinstance(given[0], Known):
        return Unknown("format() of a computed text")
    if not all(isinstance(one, Known) for one in given[1:]):
        return Unknown("format() of values that differ from run to run")
    text = plain(given[0].value)
    for at, one in enumerate(given[1:]):
        text = text.replace(f"{{{at}}}", plain(one.value) if isinstance(one, Known) else "")
    return Known(text)


FUNCTIONS: dict[str, Callable[[list[Meaning]], Meaning]] = {
    "hashfiles": _hash_files,
    "contains": _search("contains", lambda whole, part: part in whole),
    "startswith": _search("starts_with", str.startswith),
    "endswith": _search("ends_with", str.endswith),
    "format": _format,
}
