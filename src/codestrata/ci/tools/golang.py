"""The tools for Go."""

from __future__ import annotations

from codestrata.ci.tools.base import Fetch, Tool

_FILES = ("/go.mod",)
_LANGUAGE = ("Go",)
_OFFLINE = "export GOPROXY=off GOFLAGS=-mod=mod GOTOOLCHAIN=local\n"
GO_FETCH = Fetch("go mod download", "export GOTOOLCHAIN=local GOFLAGS=-mod=mod\ngo mod download", ("go",))

GO = (
    Tool(
        "go-vet",
        "what go vet says",
        _LANGUAGE,
        "static",
        _FILES,
        "go",
        "go version",
        f"{_OFFLINE}go vet -json ./...",
        "go-vet-json",
        "install Go",
        (1,),
        GO_FETCH,
    ),
    Tool(
        "staticcheck",
        "what Staticcheck says",
        _LANGUAGE,
        "static",
        _FILES,
        "staticcheck",
        "staticcheck -version",
        f"{_OFFLINE}staticcheck -f json ./...",
        "staticcheck",
        "go install honnef.co/go/tools/cmd/staticcheck@latest",
        (1,),
        GO_FETCH,
    ),
    Tool(
        "govulncheck",
        "known vulnerabilities that the code reaches",
        _LANGUAGE,
        "static",
        _FILES,
        "govulncheck",
        "govulncheck -version | head -n 2 | tail -n 1",
        f'{_OFFLINE}govulncheck -db "file://$VULNDB" -format json ./...',
        "govulncheck",
        "go install golang.org/x/vuln/cmd/govulncheck@latest; and a copy of the Go vulnerability database in a folder"
        " vulndb among sandbox.toolchains",
        (),
        GO_FETCH,
        data=("VULNDB", "vulndb"),
    ),
    Tool(
        "gofmt",
        "files that gofmt would lay out otherwise",
        _LANGUAGE,
        "static",
        ("*.go",),
        "gofmt",
        "go version",
        "gofmt -l .",
        "gofmt",
        "install Go",
        (2,),
        timeout=120.0,
    ),
)
