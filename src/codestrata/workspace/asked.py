"""What settings of export ask for, looked at before any work begins: every name in them is one that there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput
from codestrata.settings.meant import meant
from codestrata.workspace import evalsets

if TYPE_CHECKING:
    from codestrata.settings.export import ExportSettings
    from codestrata.settings.recipe import MixtureSettings

#: Settings that name languages.
LANGUAGES = (("files", "languages"), ("dedup", "languages"), ("mixture", "languages"))


def check(settings: ExportSettings) -> None:
    """Raise InvalidInput for settings of which one names what there is not, or is at odds with another."""
    from codestrata.export.stage import check_licences, check_name, check_quality, check_split

    evalsets.check(settings.decontaminate)
    check_name(settings.write.name)
    check_split(settings.split)
    check_licences(settings.licences)
    check_quality(settings.quality)
    if settings.select:
        from codestrata.export.stage import check_select

        check_select(settings.select)
    _weights(settings.mixture)
    _files(settings)
    for setting, name in _spoken(settings):
        if hint := unknown(name):
            raise InvalidInput(f"there is no language {name!r}", where=f"setting export.{setting}", hint=hint)


def _weights(settings: MixtureSettings) -> None:
    """Refuse weights with which no text would be left."""
    for language, weight in settings.languages.items():
        if weight < 0:
            where = f"setting export.mixture.languages.{language}"
            raise InvalidInput(f"{weight} is less than nothing", where=where, hint="weights are from 0 on")
    if settings.languages and not any(settings.languages.values()):
        hint = "mixture: {languages: {Python: 2, Go: 1}}"
        raise InvalidInput("every weight is 0: nothing would be left", where="setting export.mixture", hint=hint)


def _files(settings: ExportSettings) -> None:
    """Refuse files that are not there."""
    named = {"tokens.tokenizer": settings.tokens.tokenizer, "opt_out_file": settings.opt_out_file}
    if settings.recipe == "verified":
        named["verified.pipeline"] = settings.verified.pipeline
    for setting, file in named.items():
        if file and not Path(file).is_file():
            hint = "a recipe names files from the folder that it lies in"
            raise InvalidInput(f"there is no file {file}", where=f"setting export.{setting}", hint=hint)


def _spoken(settings: ExportSettings) -> Iterator[tuple[str, str]]:
    for section, name in LANGUAGES:
        for language in getattr(getattr(settings, section), name):
            yield f"{section}.{name}", language


def unknown(language: str) -> str:
    """Say what a language that Linguist does not know may have been meant for; nothing where it knows it.

    Text in no known language has the name "".
    """
    from codestrata.analyze.language.tables import names

    aliases = names().aliases
    known = set(aliases.values())
    if not language or language in known:
        return ""
    if other := aliases.get(language.lower()):
        return f"did you mean {other}?"
    return meant(language, known) or "Linguist's names, such as Python, C++, JavaScript"
