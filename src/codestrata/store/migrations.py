"""Versioned migrations: ``sql/schema/NNNN_<what>.sql``, in order, each in one transaction, never edited later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codestrata.errors import StorageError
from codestrata.store.statements import schema

if TYPE_CHECKING:
    from codestrata.store.database import Database

_VERSIONS = "create table if not exists schema_version (version integer primary key, applied double precision)"


def migrate(database: Database, now: float) -> int:
    """Bring the schema up to what this software knows; returns how many migrations were applied."""
    database.run(_VERSIONS)
    current, scripts = version(database), schema()
    check(database, current)
    for number, script in scripts[current:]:
        with database.transaction():
            for statement in split(script):
                database.run(statement)
            database.run("insert into schema_version values (:number, :now)", number=number, now=now)
    return len(scripts) - current


def version(database: Database) -> int:
    """Give the number of the last migration applied, 0 before the first."""
    return int(database.run("select coalesce(max(version), 0) from schema_version").fetchone()[0])


def check(database: Database, current: int) -> None:
    """Refuse a catalogue written by software newer than this; ``current`` is its version."""
    newest = len(schema())
    if current > newest:
        raise StorageError(
            f"the catalogue has schema {current}, this codestrata knows {newest}",
            where=str(database.path),
            hint="use the newer codestrata that wrote it",
        )


def split(script: str) -> list[str]:
    """Cut a script into statements; our schema holds no semicolon inside a statement."""
    plain = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("--"))
    return [statement.strip() for statement in plain.split(";") if statement.strip()]
