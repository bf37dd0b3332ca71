"""Name keys: the part of a path that language detection depends on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.language import name_keys
from codestrata.analyze.language.tables import names
from codestrata.store.columns import Varlen

KEYS = [
    ("src/main.py", ".py"),
    ("README.MD", ".md"),
    ("a/b/CMakeLists.txt", "CMakeLists.txt"),
    ("Makefile", "Makefile"),
    ("makefile.unknownext", ""),
    ("templates/page.blade.php", ".blade.php"),
    ("page.unknown.blade.php", ".blade.php"),
    ("lib.config.in", ""),
    ("project.desktop.in", ".desktop.in"),
    ("types.d.ts", ".ts"),
    (".gitignore", ".gitignore"),
    (".bashrc", ".bashrc"),
    ("hosts", "hosts"),
    ("noextension", ""),
    ("trailingdot.", ""),
    ("dir.py/file", ""),
    ("man/ls.1", ".1"),
    ("man/curl_easy.3curl", ".3curl"),
    ("man/page.5.in", ".5.in"),
    ("archive.10", ""),
    ("été.py", ".py"),
    ("", ""),
]


@pytest.mark.parametrize(("path", "key"), KEYS)
def test_key_is_the_known_name_or_the_longest_known_extension(path, key):
    """The file name where the tables know it, else its longest known extension or manual section, else nothing."""
    assert name_keys(Varlen.of([path])) == [key]


def test_every_extension_is_its_own_key():
    """Each row of the table of extensions is found again behind any stem, in any case."""
    table = names()
    paths = [f"dir/Stem{extension.upper()}" for extension in table.extensions]
    assert name_keys(Varlen.of(paths)) == list(table.extensions)


def test_every_file_name_is_its_own_key():
    """Each row of the table of file names is found again; one that is also an extension counts as that."""
    table = names()
    assert name_keys(Varlen.of([f"dir/{name}" for name in table.filenames])) == list(table.filenames)


@given(st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"/", b"")), max_size=20), st.binary(max_size=10))
def test_key_depends_on_the_last_part_of_the_path_alone(bases, folder):
    """Folders never change a key, whatever bytes a path is made of."""
    bare = name_keys(Varlen.of(bases, text=False))
    below = name_keys(Varlen.of([folder + b"/x.py/" + base for base in bases], text=False))
    assert bare == below
