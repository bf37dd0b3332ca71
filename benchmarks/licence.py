"""How often the licence found in a package's licence files is the SPDX id that its manifest declares.

``python benchmarks/licence.py [--folder DIR]`` fetches well-known packages by name through pip and npm
(their code is never run; nothing is installed), reads only their licence files, and compares. A package counts when
its manifest gives a valid SPDX expression and it ships a licence file. Agreement is on the set of ids; ``-only`` and
``-or-later`` are one, as the text is the same. The variations of the SPDX texts are in ``licence_texts.py``.
"""

from __future__ import annotations

import argparse
import email
import json
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from codestrata.analyze.licence.batch import text_of
from codestrata.analyze.licence.directory import Evidence, together
from codestrata.analyze.licence.document import licence_file
from codestrata.analyze.licence.kinds import LICENCE, kind
from codestrata.model.licence import leaves, normalise


def names(text: str) -> list[str]:
    """Take a block of words as a list."""
    return text.split()


PYPI = names("""
aiohttp aiosqlite alembic annotated-types anyio argcomplete asgiref astroid attrs babel bcrypt beautifulsoup4 bidict
black bleach blinker cachetools certifi cffi chardet charset-normalizer click colorama coverage cryptography cycler
defusedxml distlib django dnspython docutils dulwich et-xmlfile execnet fastapi filelock flask fonttools frozenlist
fsspec future gitpython greenlet h11 html2text httpcore httpx hypothesis idna iniconfig isort itsdangerous jinja2
jmespath joblib jsonschema kiwisolver lark llvmlite lxml mako markdown markupsafe mccabe more-itertools msgpack
multidict mutagen mypy networkx numpy oauthlib orjson packaging paramiko pathspec pexpect pillow platformdirs pluggy
ply prompt-toolkit psutil psycopg ptyprocess pycparser pydantic pygments pyjwt pylint pynacl pyparsing pytest
python-dateutil pytz pyyaml regex requests rich rope ruff shellingham simplejson six sniffio sortedcontainers
soupsieve sphinx sqlalchemy sqlparse starlette sympy tabulate termcolor text-unidecode toml tomlkit toolz tornado tqdm
typer typing-extensions tzdata unidecode urllib3 uvicorn virtualenv watchdog wcwidth websockets werkzeug wheel wrapt
yamllint yarl zipp zope.interface
""")
NPM = names("""
acorn argparse async atob axe-core axios big-integer bluebird body-parser caniuse-lite chalk chownr cliui commander
cookie css-select d3-array date-fns dayjs debug dompurify domhandler elkjs entities escodegen eslint esprima
estraverse express expand-template fast-uri glob graceful-fs highlight.js ieee754 inherits inquirer jackspeak jquery
json-schema jszip leaflet lightningcss lodash lru-cache marked mdn-data minimatch moment node-forge once opener pako
path-is-inside picocolors prettier q qs rc react request rimraf robust-predicates rxjs sanitize-filename sax semver
serialize-javascript source-map spdx-exceptions spdx-license-ids svelte tar terser tough-cookie truncate-utf8-bytes
tslib tweetnacl type-fest typescript uglify-js underscore uuid vue web-vitals webpack wrappy ws yallist yargs
""")


@dataclass(frozen=True, slots=True)
class Package:
    """What a package says and ships: its declared licence as written, and its licence files as (name, text)."""

    name: str
    declared: str
    files: list[tuple[str, str]]


def main() -> int:
    """Fetch, compare, print; 1 when fewer than 95 % of the packages with one declared id agree."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--folder", type=Path, help="keep the packages here for the next time")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        return compare([*wheels(folder / "pypi"), *tarballs(folder / "npm")])


def compare(packages: Iterable[Package]) -> int:
    """Print the agreement and each disagreement."""
    rows = [(p, normalise(p.declared)) for p in packages]
    asked = [(p, wanted) for p, wanted in rows if wanted and p.files]
    start = time.process_time()
    found = [read(package.files) for package, _ in asked]
    spent = time.process_time() - start
    agree = {True: 0, False: 0}
    for (package, wanted), got in zip(asked, found, strict=True):
        single = len(leaves(wanted)) == 1
        agree[single] += ids(got) == ids(wanted)
        if ids(got) != ids(wanted):
            names = ", ".join(name for name, _ in package.files)
            print(f"  {package.name}: declared {wanted}, found {got or 'nothing'} in {names}")
    singles = sum(len(leaves(wanted)) == 1 for _, wanted in asked)
    size = sum(len(text) for package, _ in asked for _, text in package.files)
    report("one declared id", agree[True], singles)
    report("an expression of several", agree[False], len(asked) - singles)
    report("together", sum(agree.values()), len(asked))
    print(f"{len(rows) - len(asked)} packages have no valid declaration or no licence file")
    print(f"{1000 * spent / len(asked):.2f} ms CPU per package, {size / spent / 1e6:.1f} MB of text per CPU second")
    return 0 if agree[True] >= 0.95 * singles else 1


def report(what: str, agree: int, asked: int) -> None:
    """Print one line of the result."""
    print(f"{what}: {agree} of {asked} agree ({100 * agree / max(1, asked):.1f} %)")


def read(files: list[tuple[str, str]]) -> str:
    """Read licence files that lie in one directory."""
    read_files = [(name, licence_file(text)) for name, text in files]
    found = together([Evidence(name, one.expression, one.confidence) for name, one in read_files])
    return found.expression if found else ""


def ids(expression: str) -> set[str]:
    """List the licences of an expression, -only and -or-later as one."""
    return {leaf.replace("-only", "").replace("-or-later", "") for leaf in leaves(expression)}


def wheels(folder: Path) -> Iterator[Package]:
    """Fetch wheels and read their metadata and licence files."""
    for path in fetched(folder, PYPI, ["pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d"]):
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if ".dist-info/" in n]
            metadata = email.message_from_bytes(archive.read(next(n for n in names if n.endswith("/METADATA"))))
            declared = metadata.get("License-Expression") or metadata.get("License") or ""
            yield Package(
                metadata["Name"], declared, licences((n, archive.read(n)) for n in names if n.count("/") <= 2)
            )


def tarballs(folder: Path) -> Iterator[Package]:
    """Fetch npm packages and read their package.json and licence files."""
    for path in fetched(folder, NPM, ["npm", "pack", "--silent", "--pack-destination"]):
        with tarfile.open(path) as archive:
            top = [m for m in archive.getmembers() if m.isfile() and m.name.count("/") == 1]
            content = {m.name: archive.extractfile(m).read() for m in top}  # type: ignore[union-attr]
        data = json.loads(next(body for name, body in content.items() if name.endswith("/package.json")))
        declared = data.get("license") or ""
        yield Package(data["name"], declared if isinstance(declared, str) else "", licences(content.items()))


def fetched(folder: Path, names: Iterable[str], command: list[str]) -> Iterator[Path]:
    """Give each package's archive, fetched once by its own client."""
    for name in names:
        place = folder / name
        if not place.is_dir():
            place.mkdir(parents=True)
            done = subprocess.run([*command, str(place), name], capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"  {name}: not fetched: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        yield from sorted(place.iterdir())


def licences(members: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Keep the licence files among some members of an archive."""
    return [(name.rsplit("/", 1)[-1], text_of(body)) for name, body in members if kind(name) == LICENCE and body]


if __name__ == "__main__":
    sys.exit(main())
