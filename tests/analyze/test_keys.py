"""Name keys of many paths at once: those that each path has by itself."""

from hypothesis import given
from hypothesis import strategies as st

from codestrata.analyze.keys import keys_of
from codestrata.analyze.language import name_keys
from codestrata.analyze.licence import joined, parted
from codestrata.store.columns import Varlen

NAMES = (
    *(
        "Makefile",
        "Makefile.in",
        "LICENSE",
        "LICENSE.md",
        "readme.MD",
        "a.py",
        "a.tar.gz",
        ".gitignore",
        "x.1",
        "x.3pm",
    ),
    *(
        "package.json",
        "Cargo.toml",
        "NOTICE",
        "x",
        "a.b.c.h",
        "CMakeLists.txt",
        "third_party.txt",
        "COPYING\n",
        "\u00e9.rs",
    ),
)
PATHS = st.lists(
    st.tuples(st.sampled_from(["", "a/", "a/b/", "LICENSE/", "LICENSE\n/", "x.y/"]), st.sampled_from(NAMES)).map(
        "".join
    ),
    max_size=30,
)


@given(PATHS)
def test_many_paths_have_the_keys_of_each(paths):
    """The key, and the kind in it, are those of the path alone; no key is listed twice."""
    rows = Varlen.of([path.encode() for path in paths], text=False)
    keys = keys_of(rows)
    expected = joined(name_keys(rows), rows)
    assert keys.column().strings() == expected
    assert [keys.kinds[code] for code in keys.codes.tolist()] == parted(expected)[1]
    assert sorted(keys.distinct) == sorted(set(expected))
