"""Hostile repositories, written object by object: what git itself would refuse to make."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from pathlib import Path

#: An entry of a tree: mode, name, id.
Entry = tuple[bytes, bytes, str]


class RawRepo:
    """A bare repository whose loose objects and refs are written by hand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for folder in ("objects/info", "objects/pack", "refs/heads"):
            (path / folder).mkdir(parents=True)
        (path / "HEAD").write_text("ref: refs/heads/main\n")
        (path / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")

    def put(self, kind: str, data: bytes) -> str:
        """Write an object; gives its id."""
        raw = f"{kind} {len(data)}\0".encode() + data
        name = hashlib.sha1(raw).hexdigest()
        self.file(name).parent.mkdir(exist_ok=True)
        self.file(name).write_bytes(zlib.compress(raw, 1))
        return name

    def file(self, name: str) -> Path:
        """Give the file of a loose object."""
        return self.path / "objects" / name[:2] / name[2:]

    def tree(self, entries: Iterable[Entry]) -> str:
        """Write a tree with its entries in the order given."""
        return self.put("tree", b"".join(m + b" " + n + b"\0" + bytes.fromhex(i) for m, n, i in entries))

    def commit(
        self, tree: str, *, author: bytes = b"A <a@example.org> 1700000000 +0000", message: bytes = b"x\n"
    ) -> str:
        """Write a commit and point the main branch at it."""
        body = b"tree " + tree.encode() + b"\nauthor " + author + b"\ncommitter " + author + b"\n\n" + message
        name = self.put("commit", body)
        (self.path / "refs/heads/main").write_text(name + "\n")
        return name


def bomb(path: Path, levels: int = 10) -> RawRepo:
    """Twelve objects, 10^levels paths."""
    repo = RawRepo(path)
    blob = repo.put("blob", b"x\n")
    tree = repo.tree((b"100644", b"f%d" % i, blob) for i in range(10))
    for _ in range(levels - 1):
        tree = repo.tree((b"40000", b"d%d" % i, tree) for i in range(10))
    repo.commit(tree)
    return repo


def zeros(path: Path, mib: int) -> RawRepo:
    """One file of so many MiB of zeros, a thousandth of that on disk."""
    repo = RawRepo(path)
    size = mib << 20
    head = f"blob {size}\0".encode()
    block = bytes(1 << 20)
    digest = hashlib.sha1(head)
    for _ in range(mib):
        digest.update(block)
    name = digest.hexdigest()
    repo.file(name).parent.mkdir()
    repo.file(name).write_bytes(_deflated_zeros(head, mib))
    repo.commit(repo.tree([(b"100644", b"zero.py", name)]))
    return repo


def _deflated_zeros(head: bytes, mib: int) -> bytes:
    """Deflate a header and MiBs of zeros: after a full flush every MiB looks the same, so one is made and repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    body = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = zlib.adler32(head)
    low, high = check & 0xFFFF, check >> 16
    high = (high + low * (mib << 20)) % 65521
    return b"\x78\xda" + start + body * mib + packer.flush() + ((high << 16) | low).to_bytes(4, "big")


def deep(path: Path, levels: int) -> RawRepo:
    """A file under so many folders."""
    repo = RawRepo(path)
    tree = repo.tree([(b"100644", b"f", repo.put("blob", b"x"))])
    for _ in range(levels):
        tree = repo.tree([(b"40000", b"d", tree)])
    repo.commit(tree)
    return repo


def forbidden(path: Path, name: bytes, mode: bytes = b"40000") -> RawRepo:
    """A tree with an entry that no checkout may write."""
    repo = RawRepo(path)
    inner = repo.tree([(b"100644", b"config", repo.put("blob", b"[core]\n\tfsmonitor = touch EXECUTED\n"))])
    target = inner if mode == b"40000" else repo.put("blob", b"evil")
    repo.commit(
        repo.tree(
            sorted([(mode, name, target), (b"100644", b"zz.py", repo.put("blob", b"print()\n"))], key=lambda e: e[1])
        )
    )
    return repo


def submodules(path: Path, marker: Path) -> RawRepo:
    """Submodule URLs that are commands and options."""
    repo = RawRepo(path)
    text = (
        f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% {marker}\n[submodule "y"]\n\tpath = y\n\turl = -u./p\n'
    )
    script = repo.put("blob", f"#!/bin/sh\ntouch {marker}\n".encode())
    entries = [
        (b"100644", b".gitmodules", repo.put("blob", text.encode())),
        (b"100755", b"p", script),
        (b"160000", b"x", "1" * 40),
        (b"160000", b"y", "1" * 40),
    ]
    repo.commit(repo.tree(entries))
    return repo


def links(path: Path) -> RawRepo:
    """Symbolic links out of the tree and into its repository."""
    repo = RawRepo(path)
    targets = {b"abs.py": b"/etc/passwd", b"cfg": b".git/config", b"rel.py": b"../../../../../../etc/hostname"}
    repo.commit(repo.tree((b"120000", name, repo.put("blob", to)) for name, to in targets.items()))
    return repo


def attributes(path: Path, marker: Path) -> RawRepo:
    """Attributes that ask for filters, drivers and encodings, an LFS pointer, a hooks folder in the tree."""
    repo = RawRepo(path)
    text = "*.bin filter=lfs diff=evil merge=evil\n*.txt ident export-subst\n*.u16 working-tree-encoding=UTF-16\n"
    text += "* filter=evil\n"
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "1" * 64 + "\nsize 99999999999\n"
    hook = repo.put("blob", f"#!/bin/sh\ntouch {marker}\n".encode())
    entries = [
        (b"100644", b".gitattributes", repo.put("blob", text.encode())),
        (b"100644", b".lfsconfig", repo.put("blob", b"[lfs]\n\turl = https://example.org/lfs\n")),
        (b"100644", b"a.bin", repo.put("blob", pointer.encode())),
        (b"100644", b"a.txt", repo.put("blob", b"$Id$ $Format:%H$\n")),
        (b"40000", b"hooks", repo.tree([(b"100755", b"post-checkout", hook)])),
    ]
    repo.commit(repo.tree(entries))
    return repo


def embedded(path: Path, marker: Path) -> RawRepo:
    """A bare repository inside the tree, whose configuration runs a program when it is picked up."""
    repo = RawRepo(path)
    config = f'[core]\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch {marker}; false"\n'
    keep = repo.put("blob", b"")
    inner = [
        (b"100644", b"HEAD", repo.put("blob", b"ref: refs/heads/main\n")),
        (b"100644", b"config", repo.put("blob", config.encode())),
        (b"40000", b"objects", repo.tree([(b"100644", b"k", keep)])),
        (b"40000", b"refs", repo.tree([(b"100644", b"k", keep)])),
    ]
    repo.commit(repo.tree([(b"40000", b"sub", repo.tree(inner))]))
    return repo


#: Names that are options, commands, escapes, wrong encodings, tricks of the eye.
ODD_NAMES = (
    b"a\nb.py",
    b"\xff\xfe.py",
    b"-rf",
    b"--output=x.py",
    b"$(touch EXECUTED)",
    b"`touch EXECUTED`",
    b'"q".py',
    b"a\tb.py",
    b"\xe2\x80\xaeevil.py",
    b"x" * 250,
    b"\x1b[31mred.py",
    b"%s%n",
    b" ",
    b"\\",
    b"NUL",
)


def names(path: Path) -> RawRepo:
    """Files with odd names."""
    repo = RawRepo(path)
    blob = repo.put("blob", b"x = 1\n")
    repo.commit(repo.tree((b"100644", name, blob) for name in sorted(ODD_NAMES)), message=b"s\x1b[31m\n\nbody\0after")
    return repo


def dates(path: Path) -> RawRepo:
    """A commit at a time that no clock reaches."""
    repo = RawRepo(path)
    tree = repo.tree([(b"100644", b"a", repo.put("blob", b"1"))])
    repo.commit(tree, author=b"A <a@x> 18446744073709551615 +9999")
    return repo


def planted(repo: Path, marker: Path, keys: Iterable[str]) -> None:
    """Plant a command under every configuration key, every hook, an include and attributes in a repository."""
    script = repo / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    lines = [
        f"[include]\n\tpath = {repo}/more\n",
        "[alias]\n" + "".join(f"\t{a} = !{script}\n" for a in ("ls-tree", "log")),
    ]
    for key in keys:
        section, _, name = key.rpartition(".")
        head, _, rest = section.partition(".")
        lines.append((f'[{head} "{rest}"]' if rest else f"[{head}]") + f"\n\t{name} = {script}\n")
    (repo / "more").write_text(
        f'[core]\n\tfsmonitor = {script}\n[filter "evil"]\n\tsmudge = {script}\n\tclean = {script}\n'
    )
    with (repo / "config").open("a") as config:
        config.write("".join(lines))
    for hook in ("post-checkout", "post-upload-pack", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"):
        (repo / "hooks").mkdir(exist_ok=True)
        (repo / "hooks" / hook).write_bytes(script.read_bytes())
        (repo / "hooks" / hook).chmod(0o755)
    (repo / "info").mkdir(exist_ok=True)
    (repo / "info/attributes").write_text("* filter=evil diff=evil\n")
    (repo / "info/grafts").write_text("")
