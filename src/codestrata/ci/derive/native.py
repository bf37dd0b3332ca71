"""C, C++ and whatever is built by make: CMake, Meson, configure, Makefile."""

from __future__ import annotations

import re

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.kit import Kit
from codestrata.ci.draft.document import Step
from codestrata.sandbox.base import WORK

_TARGET = r"^({})[ \t]*:(?!=)"
#: Targets that test, the usual ones first. Source: GNU Coding Standards, "Standard Targets for Users".
_TESTS = ("check", "test", "tests")


def native(files: Files) -> Kit | None:
    """Give the kit; None where there is none of these."""
    for make in (_cmake, _meson, _autotools, _makefile):
        if kit := make(files):
            return kit
    return None


def _cmake(files: Files) -> Kit | None:
    if "CMakeLists.txt" not in files.paths:
        return None
    kit = Kit("cmake", "CMakeLists.txt", means="files", report="junit", path="ctest.xml")
    kit.build = [
        Step("cmake -S . -B build -DCMAKE_BUILD_TYPE=Release", "configure", notes=["from CMakeLists.txt"]),
        Step("cmake --build build --parallel 2", "build"),
    ]
    command = f"ctest --test-dir build --output-on-failure --output-junit {WORK}/ctest.xml"
    kit.test = [Step(command, notes=["no test command in its CI: CTest, as for any CMake project"])]
    return kit


def _meson(files: Files) -> Kit | None:
    if "meson.build" not in files.paths:
        return None
    kit = Kit("meson", "meson.build", means="files", report="junit", path="build/meson-logs/testlog.junit.xml")
    kit.build = [
        Step("meson setup build", "configure", notes=["from meson.build"]),
        Step("meson compile -C build", "build"),
    ]
    kit.test = [Step("meson test -C build", notes=["no test command in its CI: Meson's own"])]
    return kit


def _autotools(files: Files) -> Kit | None:
    source = next((one for one in ("configure", "configure.ac", "configure.in") if one in files.paths), "")
    if not source:
        return None
    script = "sh autogen.sh" if "autogen.sh" in files.paths else "autoreconf -fi"
    prepare = [] if source == "configure" else [Step(script, "make configure", notes=[f"from {source}"])]
    kit = Kit("autotools", source)
    kit.build = [*prepare, Step("sh ./configure", "configure", notes=[f"from {source}"]), Step("make -j2", "build")]
    target = _target(files) or "check"
    kit.test = [Step(f"make {target}", notes=["no test command in its CI: a standard target of GNU's makefiles"])]
    return kit


def _makefile(files: Files) -> Kit | None:
    name = next((one for one in ("Makefile", "makefile", "GNUmakefile") if one in files.paths), "")
    if not name:
        return None
    kit = Kit("make", name)
    kit.build = [Step("make -j2", notes=[f"from {name}"])]
    if target := _target(files):
        kit.test = [Step(f"make {target}", notes=[f"no test command in its CI: {name} has a target {target}"])]
    return kit


def _target(files: Files) -> str:
    names = ("Makefile", "makefile", "GNUmakefile", "Makefile.in", "Makefile.am")
    text = "\n".join(files.text(name) for name in names if name in files.paths)
    found = {match[1] for match in re.finditer(_TARGET.format("|".join(_TESTS)), text, re.MULTILINE)}
    return next((one for one in _TESTS if one in found), "")


_CTEST = re.compile(r"(?m)^(\s*)ctest(?=\s|$)(?!.*--output-junit)")


def reported(script: str) -> str:
    """Let CTest in a script write a report."""
    return _CTEST.sub(rf"\1ctest --output-junit {WORK}/ctest.xml", script)
