"""Which paths a program wrote, beyond Linguist's rules: names that tools give to their output."""

from __future__ import annotations

from typing import Final

from codestrata.analyze.marks.rule import Rule, ending, file, folder

GENERATED: Final = (
    Rule(
        "minified",
        ending(r"[.-]min\.(?:[cm]?js|css|html)"),
        ("js/app.min.js", "css/site-min.css"),
        ("js/admin.js", "js/min.js"),
    ),
    Rule(
        "source_map",
        ending(r"\.(?:[cm]?js|css|d\.ts)\.map"),
        ("dist/app.js.map", "dist/app.d.ts.map"),
        ("a/world.map",),
    ),
    Rule(
        "protobuf",
        ending(
            r"\.pb(?:\.\w+)?\.(?:go|cc|h|c|swift|dart|rs)",
            r"_pb2(?:_grpc)?\.pyi?",
            r"_(?:grpc_)?pb(?:_service)?\.(?:js|d\.ts|ts)",
            r"_(?:services_)?pb\.rb",
        ),
        ("api/v1/a.pb.go", "api/a.pb.gw.go", "a_pb2.py", "a_pb2_grpc.py", "a_pb.js", "a_services_pb.rb"),
        ("api/a.proto", "pb.go", "a_pb3.py"),
    ),
    Rule(
        "lock_file",
        file(
            r"yarn\.lock",
            r"Gemfile\.lock",
            r"mix\.lock",
            r"pubspec\.lock",
            r"Podfile\.lock",
            r"go\.sum",
            r"go\.work\.sum",
            r"packages\.lock\.json",
            r"gradle\.lockfile",
            r"conan\.lock",
            r"paket\.lock",
            r"rebar\.lock",
            r"shard\.lock",
            r"stack\.yaml\.lock",
            r"Chart\.lock",
            r"buf\.lock",
            r"Cartfile\.resolved",
        ),
        ("yarn.lock", "web/yarn.lock", "go.sum", "Gemfile.lock"),
        ("src/lock.c", "my-yarn.lock", "go.mod"),
    ),
    Rule(
        "go_generated",
        file(r"zz_generated[._][^/\n]*\.go", r"bindata\.go"),
        ("api/v1/zz_generated.deepcopy.go", "assets/bindata.go"),
        ("api/generate.go",),
    ),
    Rule("dart_generated", ending(r"\.(?:g|freezed|gr|mocks)\.dart"), ("a/user.g.dart",), ("a/user.dart",)),
    Rule("dotnet_generated", ending(r"\.g(?:\.i)?\.(?:cs|vb)"), ("obj/App.g.i.cs",), ("a/Log.cs",)),
    Rule(
        "generated_name",
        ending(r"[._]generated\.\w+"),
        ("src/schema.generated.ts", "src/api_generated.rs"),
        ("src/generated_by.py", "src/degenerated.c", "drivers/clk/at91/clk-generated.c"),
    ),
    Rule(
        "generated_folder",
        folder(r"generated(?:[-_]\w+)?"),
        ("src/generated/a.ts", "build/generated-sources/A.java"),
        ("regenerated/a.ts", "generated.ts"),
    ),
    Rule(
        "autotools",
        file("configure", r"aclocal\.m4", r"config\.(?:guess|sub)", r"ltmain\.sh", r"libtool\.m4", r"Makefile\.in"),
        ("configure", "build-aux/config.guess", "src/Makefile.in"),
        ("configure.ac", "Makefile", "src/configure.c"),
    ),
    Rule(
        "parser",
        ending(r"(?:^|/)[^/\n]+\.tab\.[ch](?:c|h|pp|xx)?", r"(?:^|/)lex\.yy\.c(?:c|pp)?"),
        ("src/gram.tab.c", "src/lex.yy.c"),
        ("src/tab.c", "src/gram.y"),
    ),
    Rule("qt", file(r"moc_[^/\n]+\.c(?:c|pp|xx)", r"qrc_[^/\n]+\.c(?:c|pp|xx)"), ("a/moc_main.cpp",), ("a/mocha.cpp",)),
    Rule("snapshot", ending(r"\.snap"), ("a/__snapshots__/App.js.snap",), ("snap/a.c",)),
)
"""Tried after Linguist's own rules, in this order."""
