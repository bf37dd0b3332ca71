"""What an archive becomes: its files, modes and links, in one commit that is the same everywhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codestrata.errors import DamagedRepository
from codestrata.ingest.archives import import_archive, import_folder
from codestrata.ingest.archives.repository import branch

MTIME = 1_600_000_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.gz": lambda data: gzip.compress(data, mtime=0),
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
    "tar.zst": zstandard.compress,
}


def tar_of(*members: tuple[str, bytes | None, dict[str, Any]], format: int = tarfile.PAX_FORMAT) -> bytes:  # noqa: A002
    """Make a tar of (name, content, header fields); content None is a folder, ``linkname`` fields make links."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format, errors="surrogateescape", encoding="utf-8") as tar:
        for name, content, fields in members:
            info = tarfile.TarInfo(name)
            info.mtime, info.type = MTIME, tarfile.REGTYPE if content is not None else tarfile.DIRTYPE
            for key, value in fields.items():
                setattr(info, key, value)
            info.size = len(content or b"")
            tar.addfile(info, io.BytesIO(content or b""))
    return out.getvalue()


def zip_of(*members: tuple[str, bytes, int], when: tuple[int, ...] = (2020, 9, 13, 12, 26, 40)) -> bytes:
    """Make a zip of (name, content, Unix mode or 0)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo(name, when)  # type: ignore[arg-type]
            info.create_system, info.external_attr = (3, mode << 16) if mode else (0, 0)
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


SAMPLE = tar_of(
    ("tool-1.0/", None, {}),
    ("tool-1.0/README.md", b"# tool\n", {}),
    ("tool-1.0/bin/run", b"#!/bin/sh\n", {"mode": 0o755}),
    ("tool-1.0/link", b"", {"type": tarfile.SYMTYPE, "linkname": "../../etc/passwd"}),
    ("tool-1.0/same", b"", {"type": tarfile.LNKTYPE, "linkname": "tool-1.0/bin/run", "mode": 0o755}),
    ("tool-1.0/./a//b.txt", b"", {"mtime": MTIME + 60}),
)
EXPECTED = {
    b"README.md": ("100644", b"# tool\n"),
    b"bin/run": ("100755", b"#!/bin/sh\n"),
    b"link": ("120000", b"../../etc/passwd"),
    b"same": ("100755", b"#!/bin/sh\n"),
    b"a/b.txt": ("100644", b""),
}


@pytest.mark.claim("C6")
@pytest.mark.parametrize("ending", PACKERS)
def test_every_kind_of_tar(tmp_path: Path, bare: Any, ending: str) -> None:
    """Modes, links and hard links are kept, the one top folder is not; the extension does not matter."""
    archive = tmp_path / "archive.bin"
    archive.write_bytes(PACKERS[ending](SAMPLE))
    repo = bare()
    commit = import_archive(archive, repo.path, message="tool", ref="refs/heads/1.0")
    assert repo.tree() == EXPECTED
    assert repo.git("symbolic-ref", "HEAD") == b"refs/heads/1.0\n"
    assert repo.git("rev-parse", "HEAD").decode().strip() == commit
    repo.git("fsck", "--strict", "--full")
    assert not (tmp_path / "tool-1.0").exists()


@pytest.mark.claim("A10")
def test_the_same_archive_is_the_same_commit_everywhere(tmp_path: Path, bare: Any) -> None:
    """The commit id depends on the archive and its description only: written down here, it holds on any machine."""
    archive = tmp_path / "tool-1.0.tar"
    archive.write_bytes(SAMPLE)
    first, second = bare(), bare()
    ids = {import_archive(archive, repo.path, message="pkg:pypi/tool@1.0") for repo in (first, second)}
    ids.add(import_archive(archive, second.path, message="pkg:pypi/tool@1.0"))
    assert ids == {"02e3ea8d4d63f8f9e0669c9ed72b113e967f5599"}
    assert first.git("log", "-1", "--format=%an|%ae|%at|%ct|%P|%s").decode() == (
        f"codestrata|codestrata@codestrata.invalid|{MTIME + 60}|{MTIME + 60}||pkg:pypi/tool@1.0\n"
    )
    body = first.git("log", "-1", "--format=%b").decode()
    assert "Archive: tool-1.0.tar\nSHA-256: " in body


def test_a_newer_archive_takes_over(tmp_path: Path, bare: Any) -> None:
    """Another version in the same repository becomes HEAD, without the old one as its parent."""
    repo = bare()
    for version in ("1.0", "2.0"):
        archive = tmp_path / f"{version}.tar"
        archive.write_bytes(tar_of(("a", version.encode(), {})))
        import_archive(archive, repo.path, message=version, ref=branch(version))
    assert repo.tree() == {b"a": ("100644", b"2.0")}
    assert repo.git("rev-list", "--count", "HEAD") == b"1\n"


def test_a_zip(tmp_path: Path, bare: Any) -> None:
    """Unix modes and links are read where the zip has them; times are UTC."""
    data = zip_of(
        ("top/", b"", stat.S_IFDIR | 0o755),
        ("top/plain.txt", b"text", 0),
        ("top/run", b"#!", stat.S_IFREG | 0o755),
        ("top/link", b"plain.txt", stat.S_IFLNK | 0o777),
        ("top/naïve.txt", b"utf-8 flag", 0),
    )
    (tmp_path / "x.whl").write_bytes(data)
    repo = bare()
    import_archive(tmp_path / "x.whl", repo.path, message="x")
    assert repo.tree() == {
        b"plain.txt": ("100644", b"text"),
        b"run": ("100755", b"#!"),
        b"link": ("120000", b"plain.txt"),
        "naïve.txt".encode(): ("100644", b"utf-8 flag"),
    }
    assert repo.git("log", "-1", "--format=%ct") == b"1600000000\n"


@pytest.mark.parametrize(
    ("stored", "expected"),
    [(b"caf\xc3\xa9.txt", "café.txt"), (b"caf\x82.txt", "café.txt"), (b"plain.txt", "plain.txt")],
)
def test_names_in_a_zip_without_the_utf8_flag(tmp_path: Path, bare: Any, stored: bytes, expected: str) -> None:
    """Valid UTF-8 is taken as it is, anything else as code page 437."""
    data = zip_of(("x" * len(stored), b"1", 0)).replace(b"x" * len(stored), stored)
    (tmp_path / "x.zip").write_bytes(data)
    repo = bare()
    import_archive(tmp_path / "x.zip", repo.path, message="x")
    assert list(repo.tree()) == [expected.encode()]


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_odd_names_survive(tmp_path: Path, bare: Any, format: int) -> None:  # noqa: A002
    """Newlines, quotes, invalid UTF-8, options and very long names are bytes like any other."""
    names = [
        "a\nb",
        'q"uote',
        "back\\slash",
        "caf\udce9",
        "--output=x",
        "$(id)",
        "\u202egpj.exe",
        "d/" * 30 + "n" * 200,
    ]
    data = tar_of(*((f"top/{name}", name.encode("utf-8", "surrogateescape"), {}) for name in names), format=format)
    (tmp_path / "x.tar").write_bytes(data)
    repo = bare()
    import_archive(tmp_path / "x.tar", repo.path, message="x")
    assert {path: content for path, (_, content) in repo.tree().items()} == {
        name.encode("utf-8", "surrogateescape"): name.encode("utf-8", "surrogateescape") for name in names
    }


def test_only_a_common_folder_is_stripped(tmp_path: Path, bare: Any) -> None:
    """Two folders at the top, or a file beside the folder, stay as they are."""
    for members in (["a/x", "b/x"], ["a/x", "y"]):
        (tmp_path / "x.tar").write_bytes(tar_of(*((m, b"1", {}) for m in members)))
        repo = bare()
        import_archive(tmp_path / "x.tar", repo.path, message="x")
        assert list(repo.tree()) == sorted(m.encode() for m in members)


def test_git_folders_are_dropped(tmp_path: Path, bare: Any) -> None:
    """Whatever lies in .git, in any spelling of its case, does not come along; .github and .gitignore do."""
    names = ["t/.git/config", "t/sub/.GIT/hooks/post-checkout", "t/.git", "t/.github/x", "t/.gitignore"]
    (tmp_path / "x.tar").write_bytes(tar_of(*((n, b"1", {}) for n in names)))
    repo = bare()
    import_archive(tmp_path / "x.tar", repo.path, message="x")
    assert list(repo.tree()) == [b".github/x", b".gitignore"]


def test_the_last_of_two_entries_wins(tmp_path: Path, bare: Any) -> None:
    """A tar that was appended to holds what unpacking it would leave."""
    (tmp_path / "x.tar").write_bytes(tar_of(("a", b"old", {}), ("b", b"1", {}), ("a", b"new", {"mode": 0o755})))
    repo = bare()
    import_archive(tmp_path / "x.tar", repo.path, message="x")
    assert repo.tree()[b"a"] == ("100755", b"new")


def test_an_empty_archive(tmp_path: Path, bare: Any) -> None:
    """No file makes a commit with an empty tree, not a failure."""
    for name, data in (("x.tar", tar_of(("only/", None, {}))), ("x.zip", zip_of())):
        (tmp_path / name).write_bytes(data)
        repo = bare()
        import_archive(tmp_path / name, repo.path, message="x")
        assert repo.tree() == {}


def test_several_streams_are_one_file(tmp_path: Path, bare: Any) -> None:
    """Concatenated gzip members, xz streams and zstd frames, and padding after them, read as one tar."""
    half = len(SAMPLE) // 2
    for ending, pack in PACKERS.items():
        padding = b"" if ending == "tar" else bytes(64)
        (tmp_path / "x").write_bytes(pack(SAMPLE[:half]) + pack(SAMPLE[half:]) + padding)
        repo = bare()
        import_archive(tmp_path / "x", repo.path, message="x")
        assert repo.tree() == EXPECTED


def test_impossible_times(tmp_path: Path, bare: Any) -> None:
    """A time before 1970 or after 2100 never becomes the commit's."""
    members = [("a", b"1", {"mtime": -5}), ("b", b"1", {"mtime": 1 << 40}), ("c", b"1", {"mtime": 77.9})]
    (tmp_path / "x.tar").write_bytes(tar_of(*members))
    repo = bare()
    import_archive(tmp_path / "x.tar", repo.path, message="x")
    assert repo.git("log", "-1", "--format=%ct") == b"77\n"


def test_a_sparse_file_has_its_zeros(tmp_path: Path, bare: Any) -> None:
    """A GNU sparse entry comes out as long as it says."""
    info = tarfile.TarInfo("sparse")
    info.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "sparse"}
    info.pax_headers |= {"GNU.sparse.size": "5000", "GNU.sparse.numblocks": "1", "GNU.sparse.map": "4000,3"}
    info.size = 3
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(info, io.BytesIO(b"end"))
        tar.addfile(tarfile.TarInfo("after"))
    (tmp_path / "x.tar").write_bytes(out.getvalue())
    repo = bare()
    import_archive(tmp_path / "x.tar", repo.path, message="x")
    assert repo.tree()[b"sparse"][1] == bytes(4000) + b"end" + bytes(997)
    assert b"after" in repo.tree()


def test_a_folder(tmp_path: Path, bare: Any) -> None:
    """A folder becomes a commit in the same way, at 1970; links are not followed."""
    folder = tmp_path / "crate-1.0"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "lib.rs").write_text("fn main() {}\n")
    (folder / "run").write_text("#!")
    (folder / "run").chmod(0o755)
    (folder / "link").symlink_to("/etc/passwd")
    repo = bare()
    import_folder(folder, repo.path, message="crate")
    assert repo.tree() == {
        b"link": ("120000", b"/etc/passwd"),
        b"run": ("100755", b"#!"),
        b"src/lib.rs": ("100644", b"fn main() {}\n"),
    }
    assert repo.git("log", "-1", "--format=%ct %s") == b"0 crate\n"


@pytest.mark.parametrize(
    ("version", "ref"),
    [
        ("", "main"),
        ("1.0", "1.0"),
        ("1!2.0+local.1", "1!2.0+local.1"),
        ("1.0~rc1", "1.0%7Erc1"),
        ("a..b", "a%2E%2Eb"),
        ("x.lock", "x%2Elock"),
        (".1", "%2E1"),
        ("-1", "%2D1"),
        ("1.", "1%2E"),
        ("a/b c", "a%2Fb%20c"),
        ("@{x", "@%7Bx"),
    ],
)
def test_versions_as_branches(bare: Any, version: str, ref: str) -> None:
    """Every version has a branch name that Git takes."""
    assert branch(version) == f"refs/heads/{ref}"
    bare().git("check-ref-format", branch(version))


names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=8)
paths = st.lists(names.filter(lambda n: n not in {".", ".."} and n.lower() != ".git"), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    files=st.dictionaries(paths.map("/".join), st.binary(max_size=2000), max_size=6), packer=st.sampled_from([*PACKERS])
)
def test_any_tree_round_trips(tmp_path: Path, bare: Any, files: dict[str, bytes], packer: str) -> None:
    """Whatever the names and contents, the commit's files are the archive's, byte for byte."""
    clean = {p: c for p, c in files.items() if not any(o != p and o.startswith(p + "/") for o in files)}
    data = tar_of(("top", None, {}), ("keep", b"1", {}), *((f"top/{p}", c, {}) for p, c in clean.items()))
    (tmp_path / "x").write_bytes(PACKERS[packer](data))
    repo = bare()
    import_archive(tmp_path / "x", repo.path, message="x")
    got = {path: content for path, (_, content) in repo.tree().items()}
    assert got == {b"keep": b"1"} | {f"top/{p}".encode(): c for p, c in clean.items()}


def test_no_archive_at_all(tmp_path: Path, bare: Any) -> None:
    """Text, nothing, or another format is refused by name."""
    for data in (
        b"hello, world\n" * 100,
        b"",
        b"7z\xbc\xaf\x27\x1c" + bytes(600),
        b"Rar!\x1a\x07\x01\x00" + bytes(600),
    ):
        (tmp_path / "x.tar").write_bytes(data)
        with pytest.raises(DamagedRepository, match=r"x\.tar"):
            import_archive(tmp_path / "x.tar", bare().path, message="x")
