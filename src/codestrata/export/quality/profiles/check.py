"""What a check and a profile are: data, each number with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Check:
    """A file of the languages ``only`` (or of all but ``unless``) fails when ``expression`` is ``side`` the threshold.

    ``expression`` is SQL over the columns of tables facts and textures and, where syntax was asked for,
    ``error_share`` and ``functions``; a file that a column says nothing of (-1) does not fail. ``stays``: of the files
    that fail, the share that stays all the same, chosen by a hash of their content.
    """

    name: str
    about: str
    expression: str
    threshold: float
    side: Literal["above", "below"] = "above"
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    stays: float = 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of checks. ``starcoder2``: StarCoder2's rules, with their settings, are asked as well."""

    name: str
    source: str
    checks: tuple[Check, ...] = ()
    starcoder2: bool = False


def band(
    name: str,
    about: str,
    expression: str,
    low: float,
    high: float,
    *,
    only: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
) -> tuple[Check, Check]:
    """Give two checks: less than ``low``, more than ``high``."""
    return (
        Check(f"{name}_min", f"too small: {about}", expression, low, "below", only, unless),
        Check(f"{name}_max", f"too large: {about}", expression, high, "above", only, unless),
    )


#: Shares that several profiles ask for.
MEAN_LINE = "greatest(chars - lines, 0) / greatest(lines, 1)"
ALPHA = "alpha / greatest(chars, 1)"
ALNUM = "alnum / greatest(chars, 1)"
COMMENTS = "(comment_chars + doc_chars) / greatest(chars, 1)"
VISIBLE = "visible_chars / greatest(chars, 1)"
XML = "cast(xml_start as integer)"
EVERY_LONG = ("HTML", "JSON", "Markdown", "Roff", "Roff Manpage", "SMT", "TeX", "Text", "XML")
#: Languages that hold data, and those that hold prose, by Linguist's names.
DATA = ("JSON", "JSON with Comments", "JSON5", "YAML", "TOML", "XML", "INI", "Java Properties", "CSV", "TSV", "SVG")
PROSE = ("Markdown", "reStructuredText", "AsciiDoc", "Text", "Org", "Textile", "RDoc", "Pod", "Wikitext", "MDX")
