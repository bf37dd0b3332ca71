"""A recipe: a YAML file with a name, sources, what a row is, and the settings of export by their own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from codestrata.ci.document import Mark, Problems, Scalar, Several, Table, Value, read, shown
from codestrata.ci.document.problem import listed
from codestrata.errors import InvalidInput
from codestrata.settings import Settings
from codestrata.settings.export import Recipe as Kind
from codestrata.settings.meant import meant
from codestrata.settings.needs import implied
from codestrata.settings.tree import put
from codestrata.workspace.asked import LANGUAGES, unknown
from codestrata.workspace.dataset.presets import preset
from codestrata.workspace.dataset.sections import merged, tree_of

#: What a recipe says beside settings.
OWN = ("name", "version", "recipe", "sources")
#: Sections of settings beside those of export: what has to be known of the code, or of its history, first.
BESIDE = ("analyze", "ingest")
#: Settings that name files: they lie where the recipe does.
_FILES = (
    *(("export", "opt_out_file"), ("export", "tokens", "tokenizer"), ("export", "verified", "pipeline")),
    ("analyze", "threads_file"),
)
#: Problems of one recipe that are told at once.
_MOST = 10
_KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a recipe's file says. ``tree`` holds its settings, as the tree of all settings has them."""

    file: Path
    name: str
    version: str
    kind: str
    sources: tuple[str, ...]
    tree: Mapping[str, Any]

    def settings(self, base: Settings, flags: Mapping[str, Any]) -> Settings:
        """Give the settings in force: defaults < ``base`` (less export) < preset < the recipe < flags.

        What a settings file or the environment says of export does not count: a recipe makes the same dataset wherever
        it is built. Raises InvalidInput and UnknownSetting.
        """
        tree = merged(base.model_dump(exclude=["export"]), merged(preset(self.kind), self._placed()))
        for name, value in flags.items():
            put(tree, full_name(name).split("."), value, where=f"--set {name}")
        return implied(Settings.model_validate(tree, str(self.file)))

    def places(self) -> list[str]:
        """Give the sources; those that lie beside the recipe with the way there."""
        return [str(self.file.parent / one) if (self.file.parent / one).exists() else one for one in self.sources]

    def _placed(self) -> Mapping[str, Any]:
        """Give the tree with files that are named from the recipe's folder."""
        write = {"name": self.name, "version": self.version}
        tree = merged(self.tree, {"export": {"recipe": self.kind, "write": write}})
        for *above, name in _FILES:
            section = tree
            for key in above:
                section = section.get(key, {})
            beside = self.file.parent / str(section.get(name, ""))
            if section.get(name) and beside.is_file():
                section[name] = str(beside)
        return tree


def full_name(name: str) -> str:
    """Give a setting's name from the root; in recipes those of export stand at the top."""
    return name if name.partition(".")[0] in Settings.__struct_fields__ else f"export.{name}"


def read_recipe(file: Path) -> Recipe:
    """Read a recipe. Raises InvalidInput with every problem: file, line, column, what, and what was meant."""
    if file.is_dir():
        raise InvalidInput("a folder, not a recipe", where=str(file), hint="name the YAML file in it")
    if not file.is_file():
        hint = f"strata dataset init {file} writes one"
        raise InvalidInput("no such recipe", where=str(file), hint=hint)
    return parse(file.read_bytes(), file)


def parse(data: bytes, file: Path) -> Recipe:
    """Read a recipe's bytes, which came from ``file``. Raises InvalidInput as :func:`read_recipe`."""
    problems = Problems()
    found = read(data, str(file), problems, _begins())
    made = None
    if isinstance(found, Table):
        made = _recipe(found, file, problems)
    elif found is not None:
        problems.error(found.mark, "no-recipe", f"a recipe is a map of settings, not {shown(found)}", _begins())
    if problems.errors or made is None:
        first, _, rest = listed(problems.errors, _MOST).partition("\n")
        raise InvalidInput("; ".join([first, *rest.splitlines()]))
    return made


def _begins() -> str:
    return "strata dataset init shows how one begins"


def _recipe(table: Table, file: Path, problems: Problems) -> Recipe:
    whole = Settings()
    beside = Table(table.mark, {name: one for name, one in table.entries.items() if name in BESIDE})
    export = tree_of(table.without(*OWN, *BESIDE), whole.export, problems, known=(*OWN, *BESIDE))
    for mark, path, language in _spoken(table):
        if hint := unknown(language):
            problems.error(mark, "language", f"{path}: there is no language {language!r}", hint)
    kind = _text(table, "recipe", "pretrain", problems)
    if kind not in _KINDS:
        problems.error(
            _mark(table, "recipe"), "recipe", f"there is no recipe {kind!r}", meant(kind, _KINDS, "there are")
        )
    return Recipe(
        file,
        _name(table, "name", file.stem, problems),
        _name(table, "version", "", problems),
        kind,
        _sources(table, problems),
        {"export": export, **tree_of(beside, whole, problems)},
    )


def _spoken(table: Table) -> Iterator[tuple[Mark, str, str]]:
    """Give the languages that a recipe names, with their places: keys of a map, or items of a list."""
    for section, name in LANGUAGES:
        inner = table.get(section)
        match inner.get(name) if isinstance(inner, Table) else None:
            case Table() as weights:
                yield from ((one.mark, f"{section}.{name}", one.key) for one in weights)
            case Several() as listed:
                yield from ((one.mark, f"{section}.{name}", one.text) for one in listed if isinstance(one, Scalar))


def _text(table: Table, key: str, absent: str, problems: Problems) -> str:
    value = table.get(key)
    if value is None:
        return absent
    if isinstance(value, Scalar):
        return value.text
    problems.error(value.mark, "value", f"{key} is one text, not {shown(value)}")
    return absent


def _name(table: Table, key: str, absent: str, problems: Problems) -> str:
    """Give a text that may be the name of a file, or part of one."""
    from codestrata.export.stage import unsafe

    text = _text(table, key, absent, problems)
    if text != absent and (why := unsafe(text)):
        hint = f"such as {'my-dataset' if key == 'name' else '1.0'}"
        problems.error(_mark(table, key), "name", f"{key}: {text!r} cannot be the name of a file: {why}", hint)
    return text


def _mark(table: Table, key: str) -> Mark:
    value = table.get(key)
    return value.mark if value else table.mark


def _sources(table: Table, problems: Problems) -> tuple[str, ...]:
    value = table.get("sources")
    items: tuple[Value, ...] = value.items if isinstance(value, Several) else (value,) if value else ()
    found = [one.text for one in items if isinstance(one, Scalar) and one.text]
    if not found or len(found) < len(items):
        said = "a source is one text" if found else "no sources"
        hint = "sources: [repos.csv] names lists, URLs, purls, paths"
        problems.error(_mark(table, "sources"), "sources", said, hint)
    return tuple(found)
