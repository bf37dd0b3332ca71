"""The tools for C, C++ and Java. What they are told of a build is nothing: they read files as they are."""

from __future__ import annotations

from codestrata.ci.tools.base import Tool

_LANGUAGES = ("C", "C++")
_FILES = ("*.c", "*.cc", "*.cpp", "*.cxx")
#: At most so many files in one go: the order is that of their names.
_LISTED = "-print0 | LC_ALL=C sort -z | head -z -n 500 | xargs -0 -r"
_SOURCES = r"\( -name '*.c' -o -name '*.cc' -o -name '*.cpp' -o -name '*.cxx' \)"
_TIDY = "export CHECKS='{Checks: \"clang-analyzer-*,bugprone-*\"}'\n"
_EACH = 'clang-tidy --quiet --config="$CHECKS" "$@" -- -I. -Iinclude'

COMPILED = (
    Tool(
        "cppcheck",
        "faults, slow and unportable code",
        _LANGUAGES,
        "static",
        _FILES,
        "cppcheck",
        "cppcheck --version",
        "cppcheck --quiet --enable=warning,performance,portability --xml --xml-version=2 . 2>&1 >/dev/null",
        "cppcheck",
        "apt-get install cppcheck",
        (),
    ),
    Tool(
        "clang-tidy",
        "Clang's analyser and its checks for likely bugs",
        _LANGUAGES,
        "static",
        _FILES,
        "clang-tidy",
        "clang-tidy --version | grep -i version",
        f"{_TIDY}find . {_SOURCES} {_LISTED} sh -c '{_EACH}' sh",
        "clang-tidy",
        "apt-get install clang-tidy",
        (1, 123),
    ),
    Tool(
        "javac-lint",
        "all warnings of the Java compiler, without annotation processors",
        ("Java",),
        "static",
        ("*.java",),
        "javac",
        "javac -version",
        f"find . -name '*.java' {_LISTED} javac -Xlint:all -proc:none -implicit:none -d \"$HOME/classes\" 2>&1",
        "javac",
        "apt-get install default-jdk-headless",
        (1, 123),
    ),
)
