"""A program of its own: resolve one package with pip's configuration and index code, download one file, check its hash.

``python -I pip_program.py NAME VERSION FOLDER MAX_BYTES``. The last line printed is JSON: ``file`` and ``version``, or
``error`` (missing, denied, patience, unreachable, hash, large, client) and ``message``. Nothing of the package is run:
its file is never opened. Works with pip 21.1 and newer, taken from this interpreter, from PATH, or from ensurepip.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any

SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")
CHUNK = 1 << 18
_OPTIONS = ("--no-deps", "--no-input", "--no-cache-dir", "--no-binary=:none:", "--only-binary=:none:")


class Refused(Exception):
    """The answer is an error: its kind and its message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main(name: str, version: str, folder: str, max_bytes: str) -> dict[str, str]:
    """Download one file of a package; give the answer."""
    try:
        command = _pip()
        options, _ = command.parse_args([*_OPTIONS])
        with command.main_context():
            session = command.get_default_session(options)
            trouble = _watch(session)
            build = command._build_package_finder  # noqa: SLF001 - pip has no public way to its index
            finder = build(options=options, session=session, ignore_requires_python=True)
            chosen = _choose(finder.find_all_candidates(name), version, trouble)
            file = _download(session, chosen.link, Path(folder), int(max_bytes))
    except Refused as refusal:
        return {"error": refusal.kind, "message": str(refusal)}
    return {"file": file, "version": str(chosen.version)}


def _pip() -> Any:
    """Give pip's download command, from the first pip that can be imported."""
    for find in (lambda: None, _path_of_pip, _bundled_pip):
        place = find()
        if place:
            sys.path.append(place)
        try:
            return import_module("pip._internal.commands").create_command("download")
        except ImportError:
            if place:
                sys.path.remove(place)
    raise Refused("client", "pip is not installed")


def _path_of_pip() -> str:
    """Give the folder that the pip on PATH is imported from, or ""."""
    program = shutil.which("pip3") or shutil.which("pip")
    if not program:
        return ""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"pip \S+ from (.+)[/\\]pip \(python", done.stdout)
    return match[1] if match else ""


def _bundled_pip() -> str:
    """Give the wheel of pip that comes with Python, or ""."""
    try:
        import ensurepip
    except ImportError:
        return ""
    wheels = sorted(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    return str(wheels[-1]) if wheels else ""


def _watch(session: Any) -> list[Any]:
    """Note every answer that is no success: pip itself would only say that it found nothing."""
    trouble: list[Any] = []
    request = session.request

    def noting(*arguments: Any, **options: Any) -> Any:
        try:
            response = request(*arguments, **options)
        except Exception as error:
            trouble.append(error)
            raise
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            trouble.append(response.status_code)
        return response

    session.request = noting
    return trouble


def _choose(candidates: list[Any], version: str, trouble: list[Any]) -> Any:
    """Take the sdist of the version asked for, or of the newest that has one; else its pure wheel."""
    versions = import_module("pip._vendor.packaging.version")
    usable = [c for c in candidates if _rank(c.link) < len(SDISTS) + 1]
    if version:
        try:
            usable = [c for c in usable if c.version == versions.Version(version)]
        except versions.InvalidVersion as error:
            raise Refused("missing", f"{version} is not a Python version") from error
    else:
        final = [c for c in usable if not c.version.is_prerelease and not c.link.is_yanked]
        usable = [c for c in usable if c.version == max(f.version for f in final or usable)]
    if usable:
        return min(usable, key=lambda c: (_rank(c.link), c.link.filename))
    raise _why_none(candidates, version, trouble)


def _rank(link: Any) -> int:
    """Rank a file: sdists in the order of SDISTS, then pure wheels, then what cannot be used."""
    name = link.filename.lower()
    if name.endswith(".whl"):
        return len(SDISTS) if name.endswith("-none-any.whl") else len(SDISTS) + 1
    return next((i for i, ending in enumerate(SDISTS) if name.endswith(ending)), len(SDISTS) + 1)


def _why_none(candidates: list[Any], version: str, trouble: list[Any]) -> Refused:
    if any(not version or str(c.version) == version for c in candidates):
        return Refused("missing", "it has neither a source archive nor a pure wheel")
    for kind, statuses, message in (
        ("denied", (401, 403), "the index refuses access"),
        ("patience", (429,), "the index asks for patience"),
    ):
        if any(t in statuses for t in trouble):
            return Refused(kind, message)
    worse = [t for t in trouble if t != HTTPStatus.NOT_FOUND]
    if worse and not candidates:
        return Refused("unreachable", f"pip cannot reach its index: {_line(worse[0])}")
    newest = f"; the newest is {max(c.version for c in candidates)}" if candidates else ""
    what = f"version {version}" if version and candidates else "package"
    return Refused("missing", f"pip's index has no such {what}{newest}")


def _line(trouble: Any) -> str:
    """Give an HTTP status or an exception as one line; pip's own exceptions keep the text in ``message``."""
    text = " ".join(str(getattr(trouble, "message", "") or trouble).split())[:200]
    return f"HTTP status {text}" if isinstance(trouble, int) else text


def _download(session: Any, link: Any, folder: Path, max_bytes: int) -> str:
    """Write the file and check it against the hash the index gave; gives its name."""
    network = import_module("pip._internal.network.utils")
    name = Path(str(link.filename)).name
    digest = hashlib.new(link.hash_name) if link.hash_name else None
    size = 0
    try:
        response = session.get(link.url.partition("#")[0], headers=network.HEADERS, stream=True)
        response.raise_for_status()
        with Path(folder, name).open("wb") as file:
            for chunk in network.response_chunks(response, CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise Refused("large", f"{name} has more than {max_bytes} bytes")
                file.write(chunk)
                if digest:
                    digest.update(chunk)
    except OSError as error:
        raise Refused("unreachable", f"pip cannot download {name}: {_line(error)}") from error
    if digest and digest.hexdigest() != link.hash:
        raise Refused("hash", f"{name} is not the file that the index promised ({link.hash_name} differs)")
    return name


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
