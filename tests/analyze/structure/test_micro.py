"""Micro-libraries: leaves that are small and used by many."""

from __future__ import annotations

from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.micro import Shape, micro_libraries
from codestrata.analyze.structure.modules import modules
from codestrata.analyze.structure.resolve import Import


def found(*leaves: str, language: str = "Go", functions: int = 4, lines: int = 90) -> list[str]:
    """Give the micro-libraries of a module with some files in its package ``text``, which five others import."""
    users = [f"m{i}/use.go" for i in range(5)]
    files = [File(path.encode(), path.encode(), 100, language, lines) for path in (*leaves, *users)]
    one = (Import("", "example.org/a/text", (), 0, "runtime", 3), language)
    shapes = {file.blob: Shape({"function": functions}, functions, 0) for file in files}
    public = {blob: shape.public for blob, shape in shapes.items()}
    made = modules(files, {path.encode(): [one] for path in users}, public, {"example.org/a": ""}, lambda *_: "")
    return [finding.at.path.decode() for finding in micro_libraries(made, shapes)]


def test_a_package_of_one_file_is_one():
    """Five import it, it imports nothing here, and offers four functions."""
    assert found("text/text.go") == ["text/text.go"]


def test_of_a_package_of_several_files_nobody_says_which():
    """What Go imports is the package."""
    assert found("text/cut.go", "text/join.go") == []


def test_what_is_too_large_or_offers_too_much_is_none():
    """Two thousand lines, forty names."""
    assert found("text/text.go", lines=2001) == []
    assert found("text/text.go", functions=41) == []


def test_what_is_about_its_own_program_is_none():
    """A version or a start that others import: nobody else has a use for it."""
    assert found("text/version.go") == []
    assert found("text/main.go") == []


def test_what_is_imported_inside_of_functions_is_needed_too():
    """A leaf only at first sight."""
    files = [File(p.encode(), p.encode(), 100, "Go", 90) for p in ("text/text.go", *(f"m{i}/use.go" for i in range(5)))]
    shapes = {file.blob: Shape({"function": 4}, 4, 0) for file in files}
    public = dict.fromkeys(shapes, 4)
    imports = {f.blob: [(Import("", "example.org/a/text", (), 0, "runtime", 3), "Go")] for f in files[1:]}
    imports[files[0].blob] = [(Import("", "example.org/a/m0", (), 0, "lazy", 9), "Go")]
    made = modules(files, imports, public, {"example.org/a": ""}, lambda *_: "")
    assert list(micro_libraries(made, shapes)) == []
