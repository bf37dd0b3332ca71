"""Reading and writing JSON Lines as our scripts of this folder do it; a build reads Git instead."""

import msgspec


class Line(msgspec.Struct):
    """One document."""

    text: str
    path: str = ""


def read(files):
    """Give the lines of some files as they are, their texts, and their paths."""
    decode = msgspec.json.Decoder(Line).decode
    lines, texts, paths = [], [], []
    for path in files:
        with path.open("rb") as file:
            for line in file:  # one by one: what a line is made of is in the processor's cache
                row = decode(line)
                lines.append(line)
                texts.append(row.text.encode())
                paths.append(row.path)
    return lines, texts, paths


def write(path, lines, kept):
    """Write the lines that stay, as they are; gives how many."""
    with path.open("wb") as file:
        file.writelines(map(lines.__getitem__, kept.tolist()))
    return len(kept)
