r"""Reading ``git log -z --raw --numstat`` in our format: NUL between everything, so that no name can mislead.

Grammar: a commit is FIELDS tokens, the first starting with \x01. If it changed anything, the next token starts with a
newline. ``:modes ids status`` is followed by one path (two for renames and copies); ``added deleted path`` by none (by
two when its path is empty). What follows a complete item can only start with ``:``, a digit, ``-`` or \x01.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_PLACES = ("H", "P", "an", "ae", "ad", "cn", "ce", "cd", "s", "B")
FIELDS = len(_PLACES)
FORMAT = "--format=%x01" + "%x00".join(f"%{place}" for place in _PLACES)


@dataclass(slots=True)
class Block:
    """Some commits, and their changes as parallel lists; ``owner`` is the index of the commit in ``commits``."""

    commits: list[list[bytes]] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    head: list[bytes] = field(default_factory=list)
    path: list[bytes] = field(default_factory=list)
    old_path: list[bytes] = field(default_factory=list)
    lines: dict[int, bytes] = field(default_factory=dict)

    def forget_changes(self, size: int) -> None:
        """Drop all changes after the first ``size``."""
        for i in range(size, len(self.owner)):
            self.lines.pop(i, None)
        del self.owner[size:], self.head[size:], self.path[size:], self.old_path[size:]


def parse_block(data: bytes, *, last: bool, cut: frozenset[bytes] = frozenset()) -> tuple[Block, bytes]:
    """Read whole commits; gives them and the bytes of the commit that is not complete yet.

    Changes of the commits in ``cut`` (where a shallow history ends) are left out: they would be the whole tree.
    """
    tokens = data.split(b"\0")
    partial = tokens.pop()
    end, i, block = len(tokens), 0, Block()
    start = 0
    while i + FIELDS <= end:
        start, size = i, len(block.owner)
        fields = tokens[i : i + FIELDS]
        i = _changes(tokens, i + FIELDS, block)
        if not last and i >= end:
            block.forget_changes(size)
            break
        fields[0] = fields[0][1:]
        if fields[0] in cut:
            block.forget_changes(size)
        block.commits.append(fields)
        start = i
    return block, b"\0".join([*tokens[start:], partial])


def _changes(tokens: list[bytes], i: int, block: Block) -> int:
    """Read what one commit changed, from token i on; gives the index of the next commit's first token."""
    end = len(tokens)
    if i >= end or not tokens[i].startswith(b"\n"):
        return i
    owner, rows = len(block.commits), {}
    token = tokens[i][1:]
    while token[:1] == b":":
        two = token[-4:-3] in b"RC" and token[-3:].isdigit()
        if i + 1 + two >= end:
            return end
        rows[tokens[i + 1 + two]] = len(block.owner)
        block.owner.append(owner)
        block.head.append(token)
        block.old_path.append(tokens[i + 1] if two else b"")
        block.path.append(tokens[i + 1 + two])
        i += 2 + two
        if i >= end:
            return end
        token = tokens[i]
    return _lines(tokens, i, token, block, rows)


def _lines(tokens: list[bytes], i: int, token: bytes, block: Block, rows: dict[bytes, int]) -> int:
    """Read the line counts of one commit: ``added TAB deleted TAB path``."""
    end = len(tokens)
    while token[:1] != b"\1":
        added, deleted, path = token.split(b"\t", 2)
        two = not path
        if i + 2 * two >= end:
            return end
        row = rows.get(tokens[i + 2] if two else path)
        if row is not None:
            block.lines[row] = added + b"\t" + deleted
        i += 1 + 2 * two
        if i >= end:
            return end
        token = tokens[i]
    return i
