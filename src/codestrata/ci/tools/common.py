"""The tools for many languages."""

from __future__ import annotations

from pathlib import Path

from codestrata.ci.tools.base import Tool
from codestrata.ci.tools.rust import CARGO_FETCH

_READ = ("*.rs", "*.py", "*.js", "*.ts", "*.go", "*.c", "*.cpp", "*.java")
#: The rules travel in the script: a room needs nothing of the host's for them. Their names get no folder in front.
_SEMGREP = f"""cat > "$HOME/strata.yml" <<'END OF RULES'
{(Path(__file__).parent / "data" / "semgrep.yml").read_text("utf-8")}
END OF RULES
folder=$PWD
cd "$HOME"
semgrep scan --metrics=off --disable-version-check --no-git-ignore --config strata.yml --sarif "$folder"
"""
#: CodeQL reads these without building them.
_CODEQL = """
if [ -f Cargo.toml ]; then language=rust
elif [ -f package.json ]; then language=javascript
elif [ -f pom.xml ] || [ -f build.gradle ]; then language=java
else language=python; fi
codeql database create "$HOME/codeql" --language="$language" --build-mode=none --threads=0 >&2
codeql database analyze "$HOME/codeql" --format=sarif-latest --output="$HOME/codeql.sarif" --threads=0 >&2
cat "$HOME/codeql.sarif"
"""

COMMON = (
    Tool(
        "semgrep",
        "patterns of our own rules (ci/tools/data/semgrep.yml); no rule is fetched",
        ("Rust", "Python", "JavaScript", "TypeScript", "Go", "C", "C++", "Java"),
        "static",
        _READ,
        "semgrep",
        "SEMGREP_ENABLE_VERSION_CHECK=0 semgrep --version --metrics=off --disable-version-check",
        _SEMGREP,
        "sarif",
        "pip install semgrep",
        (1,),
    ),
    Tool(
        "codeql",
        "CodeQL's own queries for the main language",
        ("Rust", "Python", "JavaScript", "Java"),
        "executing",
        ("/Cargo.toml", "/package.json", "/pom.xml", "/build.gradle", "/setup.py", "/pyproject.toml"),
        "codeql",
        "codeql version --format=terse",
        _CODEQL,
        "sarif",
        "the CodeQL bundle among sandbox.toolchains; mind its licence",
        (),
        CARGO_FETCH,
        timeout=1800.0,
    ),
)
