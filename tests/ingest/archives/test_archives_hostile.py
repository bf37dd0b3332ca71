"""Archives that lie, climb, explode or stop in the middle: refused in one line, in bounded time and memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from codestrata.errors import AnalysisTimeout, DamagedRepository, LimitExceeded, SecurityViolation
from codestrata.ingest.archives import import_archive
from codestrata.settings.ingest import LimitSettings

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}
MB = 1 << 20


def tar_of(*members: tuple[str, bytes, dict[str, Any]]) -> bytes:
    """Make a tar of (name, content, header fields)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content, fields in members:
            info = tarfile.TarInfo(name)
            for key, value in fields.items():
                setattr(info, key, value)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zip_of(*members: tuple[str, bytes, int]) -> bytes:
    """Make a zip of (name, content, Unix mode)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, mode << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def refuse(tmp_path: Path, data: bytes, error: type[Exception], match: str = "bin: .", **limits: int) -> str:
    """Import data, expect the error, and see that nothing came out of it; gives its line."""
    archive = tmp_path / "hostile.bin"
    archive.write_bytes(data)
    before = sorted(p for p in tmp_path.parent.rglob("*") if "bare" not in p.parts)
    bare = tmp_path / "bare"
    with pytest.raises(error, match=match) as caught:
        import_archive(archive, bare, LimitSettings(**limits), message="x")  # type: ignore[arg-type]
    assert sorted(p for p in tmp_path.parent.rglob("*") if "bare" not in p.parts) == before
    assert not list((bare / "refs").rglob("heads/*"))
    line = str(caught.value)
    assert line.startswith("hostile.bin: ")
    assert "\n" not in line
    return line


@pytest.mark.claim("C6")
@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/evil", "a/..", "..", "./../x"])
def test_paths_that_leave(tmp_path: Path, name: str) -> None:
    """An absolute path or one with ``..`` quarantines the archive and is named."""
    mode = stat.S_IFREG | 0o644
    for data in (tar_of(("ok", b"1", {}), (name, b"1", {})), zip_of(("ok", b"1", mode), (name, b"1", mode))):
        assert repr(name) in refuse(tmp_path, data, SecurityViolation, "an entry is named")


@pytest.mark.claim("C6")
@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"Z"])
def test_devices_in_a_tar(tmp_path: Path, kind: bytes) -> None:
    """Devices, FIFOs and entries of no known type are refused."""
    refuse(tmp_path, tar_of(("ok", b"1", {}), ("dev", b"", {"type": kind})), SecurityViolation, "'dev' is")


def test_devices_in_a_zip(tmp_path: Path) -> None:
    """A zip can name a device too."""
    for kind in (stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK):
        refuse(tmp_path, zip_of(("dev", b"", kind | 0o666)), SecurityViolation, "'dev' is a device")


@pytest.mark.claim("C6")
def test_writing_through_a_link(tmp_path: Path) -> None:
    """A link and then a file below it: the classic way out is a contradiction here, and refused as one."""
    link = {"type": tarfile.SYMTYPE, "linkname": "/etc"}
    for members in ([("d", b"", link), ("d/x", b"1", {})], [("t/d/x", b"1", {}), ("t/d", b"", link)]):
        refuse(tmp_path, tar_of(*members), SecurityViolation, "both a file and a folder")


@pytest.mark.parametrize("target", ["nowhere", "../outside", "later"])
def test_hard_links_to_nothing(tmp_path: Path, target: str) -> None:
    """A hard link resolves inside the archive, to an entry before it, or not at all."""
    data = tar_of(("a", b"", {"type": tarfile.LNKTYPE, "linkname": target}), ("later", b"1", {}))
    refuse(tmp_path, data, SecurityViolation if ".." in target else DamagedRepository)


@pytest.mark.claim("C6")
@pytest.mark.parametrize("kind", PACKERS)
def test_a_tar_bomb(tmp_path: Path, kind: str) -> None:
    """Zeros that unpack to thousands of times their size stop at the ratio, before they are all unpacked."""
    data = PACKERS[kind](tar_of(("zeros", bytes(64 * MB), {})))
    assert len(data) < MB
    refuse(tmp_path, data, LimitExceeded, "200 times its size", ratio_from_bytes=MB)
    refuse(tmp_path, data, LimitExceeded, "more than", max_bytes=8 * MB)


@pytest.mark.claim("C6")
def test_a_zip_bomb(tmp_path: Path) -> None:
    """So does a zip, flat or with its entries declared small."""
    mode = stat.S_IFREG | 0o644
    data = zip_of(*((f"f{i}", bytes(8 * MB), mode) for i in range(8)))
    refuse(tmp_path, data, LimitExceeded, "200 times its size", ratio_from_bytes=MB)
    lying = data.replace(struct.pack("<L", 8 * MB), struct.pack("<L", 10))
    refuse(tmp_path, lying, DamagedRepository, "f0")


def test_overlapping_zip_entries(tmp_path: Path) -> None:
    """Directory entries that share one file's bytes (the better zip bomb) are counted each, or refused."""
    mode = stat.S_IFREG | 0o644
    one = zip_of(("aaaa", bytes(MB), mode))
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    record, many = one[start:end], 300
    directory = b"".join(record.replace(b"aaaa", b"%04d" % i) for i in range(many))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, many, many, len(directory), start, 0)
    data = one[:start] + directory + tail
    (tmp_path / "hostile.bin").write_bytes(data)
    with pytest.raises((LimitExceeded, DamagedRepository), match="hostile"):
        import_archive(tmp_path / "hostile.bin", tmp_path / "bare", LimitSettings(max_bytes=100 * MB), message="x")


def test_a_bomb_inside_is_a_file_like_any_other(tmp_path: Path) -> None:
    """An archive inside an archive is bytes; nobody opens it."""
    inner = gzip.compress(tar_of(("zeros", bytes(64 * MB), {})))
    (tmp_path / "x.tar").write_bytes(tar_of(("inner.tar.gz", inner, {})))
    assert import_archive(tmp_path / "x.tar", tmp_path / "bare", message="x")


def test_too_many_entries(tmp_path: Path) -> None:
    """More entries than allowed, folders counted, are refused."""
    mode = stat.S_IFREG | 0o644
    refuse(tmp_path, tar_of(*((f"f{i}", b"", {}) for i in range(11))), LimitExceeded, "more than 10", max_entries=10)
    refuse(tmp_path, zip_of(*((f"f{i}", b"", mode) for i in range(11))), LimitExceeded, "11 entries", max_entries=10)


def test_a_zip_directory_too_large_for_its_limit(tmp_path: Path) -> None:
    """The directory's size is looked at before it is read into memory, in the zip64 form as well."""
    mode = stat.S_IFREG | 0o644
    data = zip_of(*((f"{i:0200}", b"", mode) for i in range(50)))
    refuse(tmp_path, data, LimitExceeded, "a directory of", max_entries=10)
    end = data.rindex(b"PK\x05\x06")
    _, _, _, _, count, size, start, _ = struct.unpack("<4s4H2LH", data[end : end + 22])
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    small = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    refuse(tmp_path, data[:end] + record + locator + small, LimitExceeded, "a directory of", max_entries=10)


def test_paths_too_long_or_deep(tmp_path: Path) -> None:
    """The limits on paths hold, and the message is short all the same."""
    for name in ("n" * 5000, "d/" * 100 + "x"):
        assert len(refuse(tmp_path, tar_of((name, b"1", {})), LimitExceeded, "too long or too deep")) < 250


def test_a_header_of_gigabytes(tmp_path: Path) -> None:
    """A long-name header that would be read into memory at once is refused by its size."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 4 << 30
    header = info.tobuf(tarfile.GNU_FORMAT)
    refuse(tmp_path, gzip.compress(header + bytes(4 * MB)), LimitExceeded, "a header of")


def test_a_file_that_claims_a_petabyte(tmp_path: Path) -> None:
    """A size no disk has is refused before anything is written."""
    info = tarfile.TarInfo("big")
    info.size = 1 << 50
    refuse(tmp_path, info.tobuf(tarfile.GNU_FORMAT) + bytes(1024), LimitExceeded, "'big' has")
    info = tarfile.TarInfo("negative")
    info.size = -512
    refuse(tmp_path, info.tobuf(tarfile.GNU_FORMAT) + bytes(1024), DamagedRepository)


@pytest.mark.parametrize("kind", ["plain", *PACKERS, "zip"])
def test_cut_short_anywhere(tmp_path: Path, kind: str) -> None:
    """An archive that stops in the middle is damaged, wherever it stops; never half a commit."""
    content = os.urandom(3000)
    tar = tar_of(("t/a", content, {}), ("t/b", b"2" * 600, {}))
    data = zip_of(("t/a", content, 0o644), ("t/b", b"2", 0o644)) if kind == "zip" else PACKERS.get(kind, bytes)(tar)
    whole = 4096 + 512 + 512 if kind == "plain" else len(data)
    for cut in (1, 100, 511, 600, whole // 2, whole - 1):
        line = refuse(tmp_path, data[:cut], DamagedRepository)
        assert len(line) < 200


@pytest.mark.parametrize("kind", ["plain", *PACKERS, "zip"])
def test_flipped_bytes(tmp_path: Path, kind: str) -> None:
    """A flipped byte gives a commit or a one-line error; never another exception."""
    content = os.urandom(2000)
    tar = tar_of(("t/a", content, {}), ("t/b", b"2" * 600, {"pax_headers": {"comment": "x" * 50}}))
    data = zip_of(("t/a", content, 0o644), ("t/b", b"2", 0o644)) if kind == "zip" else PACKERS.get(kind, bytes)(tar)
    archive = tmp_path / "x"
    for at in range(0, len(data), max(1, len(data) // 40)):
        archive.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            import_archive(archive, tmp_path / f"bare{at}", message="x")
        except (DamagedRepository, SecurityViolation, LimitExceeded) as error:
            assert str(error).startswith("x: ")  # noqa: PT017 - both ends are right
            assert "\n" not in str(error)  # noqa: PT017 - same


def test_a_broken_header_in_the_middle_is_no_end(tmp_path: Path) -> None:
    """What tarfile would take for the end of the archive, silently losing the rest, is damage."""
    data = bytearray(tar_of(("a", b"1" * 512, {}), ("b", b"2", {}), ("c", b"3", {})))
    data[1024 + 5] ^= 0xFF
    refuse(tmp_path, bytes(data), DamagedRepository, "a broken header before byte 1536")


def test_an_encrypted_zip(tmp_path: Path) -> None:
    """A zip with a password says so."""
    data = bytearray(zip_of(("secret", b"x" * 50, 0o644)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    refuse(tmp_path, bytes(data), DamagedRepository, "'secret' is encrypted")


@pytest.mark.parametrize("method", [9, 12, 14, 93])
def test_other_compressions_in_a_zip(tmp_path: Path, method: int) -> None:
    """Only deflate can be undone in bounded memory; the others are named with what to do."""
    data = bytearray(zip_of(("a", b"x" * 50, 0o644)))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(mark) + at] = method
    refuse(tmp_path, bytes(data), DamagedRepository, f"compression method {method} .pack it again with deflate")


def test_a_chain_of_headers(tmp_path: Path) -> None:
    """Thousands of long-name headers in a row, which tarfile reads recursively, are damage, not a crash."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 10
    one = info.tobuf(tarfile.GNU_FORMAT) + b"n" * 10 + bytes(502)
    refuse(tmp_path, one * 5000 + bytes(1024), DamagedRepository)


def test_a_wrong_checksum(tmp_path: Path) -> None:
    """A zip entry whose bytes are not those of its checksum is damaged."""
    data = zip_of(("a", b"x" * 50, 0o644))
    wrong = data.replace(struct.pack("<L", zlib.crc32(b"x" * 50)), struct.pack("<L", 1))
    refuse(tmp_path, wrong, DamagedRepository, "CRC")


def test_an_xz_that_wants_gigabytes(tmp_path: Path) -> None:
    """A dictionary of 1.5 GiB is refused by the decompressor's memory limit."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    data = bytearray(lzma.compress(tar_of(("a", b"1", {})), filters=filters))
    # Block header: size, flags, filter id, length of properties, dictionary size; then padding and CRC32.
    size = (data[12] + 1) * 4
    data[16] = 40
    data[12 + size - 4 : 12 + size] = struct.pack("<L", zlib.crc32(data[12 : 12 + size - 4]))
    refuse(tmp_path, bytes(data), DamagedRepository, "cannot be decompressed: Memory usage limit")


@pytest.mark.claim("C22")
def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    """Importing a file of 40 MB takes a few buffers of memory, not 40 MB."""
    archive = tmp_path / "big.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        info = tarfile.TarInfo("big")
        info.size = 40 * MB
        tar.addfile(info, io.BytesIO(os.urandom(MB) * 40))
    tracemalloc.start()
    import_archive(archive, tmp_path / "bare", message="x")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MB


def test_the_deadline_holds(tmp_path: Path) -> None:
    """Past its time git is ended and the error says so."""
    (tmp_path / "x.tar").write_bytes(tar_of(*((f"f{i}", os.urandom(200_000), {}) for i in range(100))))
    with pytest.raises(AnalysisTimeout):
        import_archive(tmp_path / "x.tar", tmp_path / "bare", message="x", timeout=0.01)


def test_an_archive_over_the_limit_is_not_read(tmp_path: Path) -> None:
    """The file's own size is the first thing looked at."""
    refuse(tmp_path, b"x" * 2000, LimitExceeded, "has 2000 bytes", max_pack_bytes=1999)
