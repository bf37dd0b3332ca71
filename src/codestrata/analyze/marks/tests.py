"""Which paths are tests, test data or test support, by the conventions of each ecosystem."""

from __future__ import annotations

from typing import Final

from codestrata.analyze.marks.rule import Rule, ending, file, folder

_KINDS = "unit|integration|functional|acceptance|smoke|regression|system|ui|browser|perf|performance|api|end-to-end|e2e"

TESTS: Final = (
    # folders
    Rule(
        "folder",
        folder("[Tt]ests?", "TESTS?"),
        ("tests/a.py", "src/test/java/A.java", "Test/x.c"),
        ("latest/a.py", "contests/a.py", "test.py.txt", "attest/x.go"),
    ),
    Rule(
        "data-folder",
        folder("tests?[-_]?(?:data|cases?|suites?|utils?|support|fixtures?|resources|helpers?|files|assets|programs)"),
        ("testdata/a.json", "pkg/test-utils/a.ts", "test_suite/x.c", "testcases/1.in"),
        ("testament/a.txt", "data/test.json5"),
    ),
    Rule(
        "kind-folder",
        folder(f"(?:{_KINDS})[-_]?[Tt]ests?", "unit_?tests?_?\\w*", "e2e", "cypress", "selftests?", "kunit"),
        (
            "integration-tests/a.rs",
            "unittests/ADT/x.cpp",
            "tools/testing/selftests/a.c",
            "e2e/login.ts",
            "apiTest/A.kt",
        ),
        ("unit/a.c", "integration/a.py", "performance/a.js"),
    ),
    Rule(
        "named-folder",
        folder(r"[^/\n]+[._-][Tt]ests?", r"[^/\n]*[A-Za-z0-9]Tests"),
        ("src/App.Tests/A.cs", "crates/parser-tests/lib.rs", "AppUITests/A.swift"),
        ("src/App.Testing/A.cs", "fastest/a.go"),
    ),
    Rule(
        "source-set",
        r"(?:^|/)src/(?:[a-z]\w*Test|test[A-Z]\w*)/",
        ("app/src/androidTest/java/A.kt", "src/commonTest/kotlin/A.kt", "src/testFixtures/java/A.java"),
        ("src/latest/a.c", "src/testament/a.c"),
    ),
    Rule(
        "jest-folder",
        folder("__tests__", "__mocks__", "__snapshots__", "__fixtures__"),
        ("src/__tests__/a.js", "src/__mocks__/fs.js"),
        ("src/mocks/a.js",),
    ),
    Rule(
        "spec-folder",
        r"(?:^|/)specs?/(?:.*\.(?:rb|js|ts|coffee|cr|lua)|fixtures/.*)$",
        ("spec/spec_helper.rb", "spec/support/db.rb", "spec/fixtures/a.txt"),
        ("spec/openapi.yaml", "specs/grammar.md"),
    ),
    Rule(
        "perl-folder",
        r"(?:^|/)x?t/(?:[^/\n]+/)*[^/\n]+\.(?:t|sh|pl|pm)$",
        ("t/t0001-init.sh", "t/lib/Test.pm", "xt/author/pod.t"),
        ("tt/a.sh", "t/readme.md"),
    ),
    Rule(
        "testthat",
        folder("testthat") + "|" + file(r"testthat\.[Rr]", r"test-[^/\n]*\.[Rr]"),
        ("x/test-io.R",),
        ("best-io.R",),
    ),
    # files
    Rule(
        "python",
        file(r"test_[^/\n]*\.pyi?", r"[^/\n]*_tests?\.py", r"conftest\.py", r"tests?\.py"),
        ("pkg/test_io.py", "pkg/io_test.py", "pkg/conftest.py", "app/tests.py"),
        ("pkg/latest.py", "pkg/testing.py", "pkg/contest_io.py"),
    ),
    Rule("go", ending(r"_test\.go"), ("pkg/io_test.go",), ("pkg/test_io.go", "pkg/latest.go")),
    Rule(
        "javascript",
        ending(r"[._-](?:tests?|specs?|e2e|cy)\.(?:[cm]?[jt]sx?|vue|svelte|coffee)"),
        ("src/a.test.ts", "src/a.spec.mjs", "src/a-test.js", "src/a_spec.coffee", "login.cy.ts"),
        ("src/latest.js", "src/spec.js", "src/inspect.ts"),
    ),
    Rule(
        "jvm",
        file(
            r"[^/\n]*[a-z0-9](?:Tests?|TestCase|IT)\.(?:java|kts?|groovy|scala)",
            r"Test[A-Z][^/\n]*\.(?:java|kt|scala)",
            r"[^/\n]*[a-z0-9]Specs?\.(?:kt|groovy|scala)",
            r"[^/\n]*[a-z0-9]Suite\.scala",
        ),
        ("a/IoTest.java", "a/IoIT.java", "a/TestIo.java", "a/IoSpec.scala", "a/IoSuite.scala", "a/IoTests.kt"),
        ("a/Latest.java", "a/KeySpec.java", "a/Contest.kt", "a/Testament.java"),
    ),
    Rule(
        "dotnet", ending(r"[a-z0-9]Tests?\.(?:cs|fs|vb)"), ("a/IoTests.cs", "a/IoTest.fs"), ("a/Latest.cs", "a/test.cs")
    ),
    Rule(
        "ruby",
        ending(r"_(?:test|spec)\.(?:rb|cr)", r"(?:^|/)(?:test|spec|rails)_helper\.rb", r"(?:^|/)test_[^/\n]*\.rb"),
        ("lib/io_test.rb", "lib/io_spec.rb", "lib/test_io.rb", "lib/io_spec.cr"),
        ("a.gemspec", "lib/test.rb.erb"),
    ),
    Rule(
        "php",
        ending(r"[a-z0-9](?:Test|TestCase|Cest)\.php", r"\.phpt"),
        ("a/IoTest.php", "a/bug1.phpt"),
        ("a/Latest.php",),
    ),
    Rule(
        "rust", ending(r"(?:^|/|_)tests?\.rs"), ("src/tests.rs", "src/io_test.rs"), ("src/testing.rs", "src/latest.rs")
    ),
    Rule(
        "c-family",
        ending(
            r"[_-](?:(?:unit|browser|kunit)_?)?tests?\.(?:c|cc|cpp|cxx|cu|h|hh|hpp|m|mm)",
            r"_kunit\.c",
            r"(?:^|/)(?:unit)?tests?[-_][^/\n]*\.(?:c|cc|cpp|cxx|cu)",
            r"[a-z0-9]Tests?\.(?:cc|cpp|cxx|m|mm|swift)",
            r"[a-z0-9]Spec\.swift",
        ),
        ("lib/io_unittest.cc", "lib/test_bitmap.c", "lib/IoTest.cpp", "a/IoTests.swift", "lib/string_kunit.c"),
        ("lib/latest.c", "lib/testing.h", "lib/attest.cc"),
    ),
    Rule("elixir", ending(r"_test\.exs", r"(?:^|/)test_helper\.exs"), ("a/io_test.exs",), ("mix.exs",)),
    Rule("erlang", ending(r"_(?:tests?|SUITE)\.[he]rl"), ("a/io_SUITE.erl", "a/io_tests.erl"), ("a/latest.erl",)),
    Rule("clojure", ending(r"_test\.clj[cs]?"), ("a/io_test.cljc",), ("a/test.edn",)),
    Rule("haskell", ending(r"(?:[a-z0-9]|(?:^|/))(?:Spec|Tests?)\.l?hs"), ("a/IoSpec.hs", "Test.hs"), ("a/Latest.hs",)),
    Rule("ocaml", ending(r"(?:^|/)test_[^/\n]*\.mli?", r"_test\.mli?"), ("a/test_io.ml",), ("a/latest.ml",)),
    Rule("dart", ending(r"_test\.dart"), ("a/io_test.dart",), ("a/latest.dart",)),
    Rule("lua", ending(r"_(?:spec|test)\.lua"), ("a/io_spec.lua",), ("a/latest.lua",)),
    Rule("julia", file(r"runtests\.jl"), ("x/runtests.jl",), ("x/runs.jl",)),
    Rule("perl", ending(r"\.t", r"\.rakutest"), ("a/io.t", "a/io.rakutest"), ("a/io.ts",)),
    Rule("tcl", ending(r"[^/\n]\.test"), ("a/select1.test",), ("a/test", "a/.testrc")),
    Rule(
        "shell",
        ending(r"\.bats", r"[_-]test\.sh", r"(?:^|/)test[_-][^/\n]*\.(?:ba)?sh"),
        ("a/io.bats", "test_io.sh"),
        ("latest.sh",),
    ),
    Rule("powershell", ending(r"\.Tests\.ps1"), ("a/Io.Tests.ps1",), ("a/Tests.psm1",)),
    Rule("behaviour", ending(r"\.feature", r"\.robot"), ("a/login.feature", "a/login.robot"), ("a/features.txt",)),
    Rule("emacs-lisp", ending(r"-tests?\.el"), ("lisp/io-tests.el",), ("lisp/latest.el",)),
    Rule("zig", ending(r"_tests?\.zig"), ("a/io_test.zig",), ("a/latest.zig",)),
    Rule("solidity", ending(r"\.t\.sol"), ("a/Io.t.sol",), ("a/Io.sol",)),
    Rule("terraform", ending(r"\.tftest\.hcl"), ("a/io.tftest.hcl",), ("a/test.hcl",)),
    Rule(
        "hardware",
        ending(r"_tb\.(?:s?v|vhdl?)", r"(?:^|/)tb_[^/\n]*\.(?:s?v|vhdl?)"),
        ("a/fifo_tb.v", "a/tb_fifo.sv"),
        ("a/tb.c",),
    ),
    Rule("snapshot", ending(r"\.snap"), ("a/App.test.js.snap",), ("snap/snapcraft.yaml",)),
)
"""Any rule that matches makes a path a test."""
