"""The tools for Rust.

``ast``: the syntax tree itself (``-Zunpretty=ast-tree``) and rustdoc's JSON need a nightly compiler, and pretending to
be one (``RUSTC_BOOTSTRAP``) is a door that may close any day. What every stable compiler gives as text of a whole crate
is its middle representation: all functions after parsing, macros, names and types, one form for all ways to write the
same. That is what ``ast`` holds. Source: The rustc book, "Command-line Arguments", ``--emit``.
"""

from __future__ import annotations

from codestrata.ci.tools.base import Fetch, Tool

_FILES = ("/Cargo.toml",)
_LANGUAGE = ("Rust",)
#: What cargo writes goes to the home folder: a work tree may have a folder ``target`` of its own.
_CARGO = 'export CARGO_TARGET_DIR="$HOME/target" CARGO_TERM_COLOR=never\n'
_OFFLINE = f"{_CARGO}export CARGO_NET_OFFLINE=true\n"

CARGO_FETCH = Fetch("cargo fetch", f"{_CARGO}[ ! -f Cargo.toml ] || cargo fetch", ("crates",))

#: The compiler of workspace members alone is asked for the text, through cargo's own hook for that. Dependencies are
#: built, not checked: the metadata of a checked crate lacks the bodies that its users' text is made of.
_MIR = """
printf '#!/bin/sh\\nexec "$@" --emit=mir\\n' > "$HOME/with-mir"
chmod +x "$HOME/with-mir"
export RUSTC_WORKSPACE_WRAPPER="$HOME/with-mir"
cargo build --offline --workspace >&2
find "$CARGO_TARGET_DIR" -name '*.mir' | LC_ALL=C sort | xargs -r -d '\\n' cat
"""

RUST = (
    Tool(
        "clippy",
        "what Clippy and the compiler say",
        _LANGUAGE,
        "executing",
        _FILES,
        "cargo-clippy",
        "cargo clippy --version",
        f"{_OFFLINE}cargo clippy --offline --workspace --all-targets --message-format=json",
        "cargo-json",
        "rustup component add clippy",
        (101,),
        CARGO_FETCH,
    ),
    Tool(
        "fmt",
        "what rustfmt would lay out otherwise",
        _LANGUAGE,
        "static",
        _FILES,
        "cargo-fmt",
        "cargo fmt --version",
        f"{_OFFLINE}cargo fmt --all --check -- --color never",
        "rustfmt",
        "rustup component add rustfmt",
        (1,),
        timeout=120.0,
    ),
    Tool(
        "audit",
        "known vulnerabilities of the crates in Cargo.lock",
        _LANGUAGE,
        "static",
        _FILES,
        "cargo-audit",
        "cargo audit --version",
        f'{_OFFLINE}cargo audit --json --no-fetch --stale --db "$ADVISORY_DB"',
        "cargo-audit",
        "cargo install cargo-audit; and a clone of RustSec's advisory-db among sandbox.toolchains",
        (1,),
        CARGO_FETCH,
        data=("ADVISORY_DB", "advisory-db"),
        timeout=120.0,
    ),
    Tool(
        "auditable",
        "a build whose programs name the crates they are made of",
        _LANGUAGE,
        "executing",
        _FILES,
        "cargo-auditable",
        'sha256sum "$(command -v cargo-auditable)" | cut -c 1-16',  # it tells no version of its own
        f"{_OFFLINE}cargo auditable build --offline --workspace --message-format=json",
        "cargo-json",
        "cargo install cargo-auditable",
        (101,),
        CARGO_FETCH,
    ),
    Tool(
        "deny",
        "licences, sources and duplicates of the crates",
        _LANGUAGE,
        "static",
        _FILES,
        "cargo-deny",
        "cargo deny --version",
        f"{_OFFLINE}cargo deny --offline --format json check bans licenses sources 2>&1 >/dev/null",
        "cargo-deny",
        "cargo install cargo-deny",
        tuple(range(1, 16)),
        CARGO_FETCH,
        timeout=120.0,
    ),
    Tool(
        "geiger",
        "unsafe code in the crate and in what it depends on",
        _LANGUAGE,
        "executing",
        _FILES,
        "cargo-geiger",
        "cargo geiger --version",
        f"{_OFFLINE}cargo geiger --offline --output-format Json",
        "cargo-geiger",
        "cargo install cargo-geiger",
        (1,),
        CARGO_FETCH,
    ),
    Tool(
        "tree",
        "the tree of dependencies",
        _LANGUAGE,
        "static",
        _FILES,
        "cargo",
        "cargo --version",
        f"{_OFFLINE}cargo tree --offline --workspace --charset ascii",
        "cargo-tree",
        "install Rust",
        (),
        CARGO_FETCH,
        timeout=120.0,
    ),
    Tool(
        "ast",
        "every function as the stable compiler understands it: its middle representation as text",
        _LANGUAGE,
        "executing",
        _FILES,
        "rustc",
        "rustc --version",
        f"{_OFFLINE}{_MIR}",
        "mir",
        "install Rust",
        (),
        CARGO_FETCH,
    ),
)
