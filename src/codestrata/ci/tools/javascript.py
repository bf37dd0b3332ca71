"""The tools for JavaScript and TypeScript. ESLint's configuration is code, so the repository's is not loaded."""

from __future__ import annotations

from codestrata.ci.tools.base import Fetch, Tool

_LANGUAGES = ("JavaScript", "TypeScript")
NPM_FETCH = Fetch(
    "npm ci",
    "[ ! -f package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund",
    ("npm",),
)
#: Rules that are right whatever a file runs in.
_RULES = (
    "constructor-super",
    "for-direction",
    "no-compare-neg-zero",
    "no-cond-assign",
    "no-const-assign",
    "no-debugger",
    "no-dupe-args",
    "no-dupe-class-members",
    "no-dupe-keys",
    "no-duplicate-case",
    "no-eval",
    "no-func-assign",
    "no-implied-eval",
    "no-new-func",
    "no-self-assign",
    "no-this-before-super",
    "no-unreachable",
    "no-unsafe-finally",
    "no-unsafe-negation",
    "no-unused-vars",
    "use-isnan",
    "valid-typeof",
)
_ESLINT = (
    "eslint --no-config-lookup --no-warn-ignored -f json " + " ".join(f"--rule {rule}:2" for rule in _RULES) + " ."
)

JAVASCRIPT = (
    Tool(
        "eslint",
        "rules of ESLint's core that hold everywhere",
        _LANGUAGES,
        "static",
        ("*.js", "*.mjs", "*.cjs"),
        "eslint",
        "eslint --version",
        _ESLINT,
        "eslint-json",
        "npm install --global eslint",
        (1,),
        timeout=300.0,
    ),
    Tool(
        "tsc",
        "what the TypeScript compiler says, under the repository's settings",
        _LANGUAGES,
        "static",
        ("/tsconfig.json",),
        "tsc",
        "tsc --version",
        "tsc --noEmit --incremental false --pretty false -p .",
        "tsc",
        "npm install --global typescript",
        (1, 2),
        NPM_FETCH,
    ),
    Tool(
        "npm-audit",
        "known vulnerabilities of the packages in package-lock.json",
        _LANGUAGES,
        "static",
        ("/package-lock.json",),
        "npm",
        "npm --version",
        "npm audit --json",
        "npm-audit",
        "install Node.js",
        (1,),
        registries=("npm",),
        timeout=120.0,
    ),
)
