"""What shell commands are for: a table of patterns, each with an example beside it (tested as a table).

A pattern is about one command without its environment, ``sudo`` and wrappers (``poetry run``, ``npx``). The first row
that matches decides.
"""

from __future__ import annotations

from codestrata.ci.foreign.row import Row, row

#: Kinds, in the order of what a draft is made for: tests first.
KINDS = ("test", "lint", "build", "fetch", "system", "network")


_PYTHON = r"(?:\S*/)?(?:python[\d.]*|py)(?: -[bBEIsSuW]\S*)* -m "
_NPM = r"(?:npm|pnpm|yarn|bun)(?: (?:-w|-r|-s|--silent|--recursive|-C \S+|--filter[= ]\S+|--prefix \S+))*"
_MVN = r"(?:\S*/)?mvnw?(?:\.cmd)?"
_GRADLE = r"(?:\S*/)?gradlew?(?:\.bat)?"

TABLE: tuple[Row, ...] = (
    # -- not possible here, whatever it is for
    row(
        r"(?:apt|apt-get|aptitude|yum|dnf|microdnf|apk|pacman|zypper|brew|choco|port|snap|pkg|winget|scoop|"
        r"opkg|emerge|xbps-install)",
        "system",
        "apt-get install -y libssl-dev",
    ),
    row(
        r"(?:add-apt-repository|dpkg -i|update-alternatives|systemctl|service|modprobe|sysctl|locale-gen|ldconfig|"
        r"usermod|useradd|docker|docker-compose|podman|kubectl|helm|minikube|kind)",
        "system",
        "docker compose up -d",
    ),
    row(r"(?:rustup|rustup-init|nvm|fnm|pyenv|rbenv|sdk|asdf|mise|volta)", "toolchain", "rustup component add clippy"),
    # -- fetching
    row(
        rf"(?:{_PYTHON})?pip[\d.]* (?:install|download|wheel|sync)|{_PYTHON}ensurepip|pip-sync|pipx install|"
        r"uv (?:sync|pip (?:install|sync)|add|lock|tool install)|poetry (?:install|update|lock|add|sync)|"
        r"pipenv (?:install|sync|update)|pdm (?:install|sync|update)|hatch (?:env create|dep)|"
        r"(?:\S*/)?python[\d.]* setup\.py (?:develop|install)|rye sync|pixi install",
        "fetch",
        "python -m pip install -e .[test]",
        "pypi",
    ),
    row(r"(?:conda|mamba|micromamba)", "network", "conda install numpy"),
    row(
        rf"{_NPM} (?:ci|i|install|install-ci-test|add|fetch|import|install-clean)|yarn install|bun install|yarn$|"
        r"yarn (?:--\S+)(?: --\S+)*|corepack (?:enable|prepare|install)|lerna bootstrap",
        "fetch",
        "npm ci",
        "npm",
    ),
    row(
        r"cargo(?: \+\S+)? (?:fetch|vendor|update|generate-lockfile|install|binstall)",
        "fetch",
        "cargo fetch --locked",
        "crates",
    ),
    row(r"go (?:mod (?:download|tidy|vendor)|get|install|work sync)", "fetch", "go mod download", "go"),
    row(rf"{_MVN}(?: -\S+)* (?:dependency:\S+|de\.qaware\S+)", "fetch", "mvn -B dependency:go-offline", "maven"),
    row(rf"{_GRADLE}(?: -\S+)* dependencies", "fetch", "./gradlew dependencies", "maven"),
    row(
        r"(?:bundle install|bundle update|gem install|composer install|composer update|mix deps\.get|dotnet restore|"
        r"nuget restore|swift package resolve|opam install|cabal update|stack setup|dart pub get|flutter pub get|"
        r"cpanm|luarocks install|conan install|vcpkg install)",
        "network",
        "bundle install",
    ),
    row(
        r"(?:curl|wget|aria2c|gh|aws|gsutil|gcloud|rsync|scp|ssh)|git (?:clone|fetch|pull|push|submodule|lfs)",
        "network",
        "curl -sSL -o tool.tar.gz",
    ),
    # -- linters that could be taken for tests
    row(r"pre-commit run|prek run", "lint", "pre-commit run --all-files", "pypi"),
    row(
        r"(?:tox|tox run)(?: \S+)* -(?:e|env)[= ]?(?:\S*(?:lint|typing|mypy|flake8|style|format|docs?|pre-commit)\S*)",
        "lint",
        "tox -e lint",
        "pypi",
    ),
    row(
        r"nox(?: \S+)* (?:-s|-e|--sessions?)[= ]?(?:\S*(?:lint|typing|mypy|flake8|style|format|docs?)\S*)",
        "lint",
        "nox -s lint",
        "pypi",
    ),
    # -- tests
    row(rf"(?:{_PYTHON})?(?:pytest|py\.test)|(?:\S*/)?(?:py\.test|pytest)", "test", "python -m pytest -q"),
    row(
        rf"{_PYTHON}(?:unittest|nose2?|test|twisted\.trial|django test|zope\.testrunner|doctest)",
        "test",
        "python3 -m unittest discover",
    ),
    row(rf"(?:{_PYTHON})?coverage run", "test", "coverage run -m pytest"),
    row(rf"(?:{_PYTHON})?(?:tox|nox)(?: run| run-parallel| r| p)?", "test", "tox -e py", "pypi"),
    row(
        r"(?:\S*/)?python[\d.]* (?:\S*/)?(?:setup\.py test|manage\.py test|runtests\S*|run_tests?\S*|\S*tests?\.py)",
        "test",
        "python manage.py test",
    ),
    row(
        r"(?:nosetests|stestr|trial|hatch (?:run \S*test\S*|test)|green|robot|behave|django-admin test)",
        "test",
        "hatch test",
    ),
    row(
        rf"{_NPM}(?: run| run-script)? (?:t|tst|test\S*|\S*[:_-]tests?|ci[-:]test\S*|unit|unit[-:]\S*|e2e|"
        r"mocha|jest|vitest|coverage|ava|tap|karma|playwright test)",
        "test",
        "npm run test:unit",
    ),
    row(
        r"(?:jest|mocha|vitest|ava|tap|tape|c8|nyc|karma|borp|playwright|cypress)|node --test|deno test|"
        r"(?:nx|turbo|lerna)(?: run)?(?: \S+)*? (?:run-many \S*test\S*|test\S*)|node \S*tests?\S*\.[cm]?js",
        "test",
        "vitest run",
    ),
    row(
        r"cargo(?: \+\S+)?(?: -\S+)* (?:test|t|nextest|tarpaulin|llvm-cov|miri|hack(?: \S+)* test|careful test|"
        r"insta test|mutants|cross test)|cross test",
        "test",
        "cargo test --workspace",
    ),
    row(r"go test|gotestsum|ginkgo|gotest", "test", "go test ./..."),
    row(
        rf"{_MVN}(?: \S+)*? (?:test|verify|install|package|integration-test|surefire:test)",
        "test",
        "./mvnw -B verify",
        "maven",
    ),
    row(rf"{_GRADLE}(?: \S+)*? :?(?:\S*:)?(?:test\S*|\S*Test|check\S*|build)", "test", "./gradlew check", "maven"),
    row(r"(?:sbt|lein|mill|ant)(?: \S+)*? \S*tests?\S*", "test", "ant test"),
    row(
        r"ctest|meson test|(?:ninja|cmake --build)(?: \S+)*? (?:test|check|RUN_TESTS)\S*",
        "test",
        "ctest --test-dir build",
    ),
    row(
        r"(?:\S*/)?g?make(?: -\S+(?: \d+)?| \w+=\S*| -C \S+)*(?: \S+)*? "
        r"(?:check|ci|\S*tests?(?:-\S+)?|\S*check-(?!format|style|fmt|lint|docs?|whitespace)\S+|runtest\S*|distcheck|"
        r"unittests?|longtest|fuzztest|ctest|py?test)",
        "test",
        "make -j4 check",
    ),
    row(
        r"(?:bazel|bazelisk)(?: \S+)*? (?:test|coverage)|buck2? test|prove|bats|(?:\S*/)?bats|busted|phpunit|"
        r"(?:\S*/)?phpunit|composer (?:run )?test\S*|rspec|rake(?: \S+)*? ?(?:test\S*|spec\S*)?|dotnet test|"
        r"swift test|mix test|stack test|cabal test|dune (?:runtest|test)|zig build test|dart test|flutter test|"
        r"julia \S*.*Pkg\.test\S*|R CMD check|Rscript .*(?:check|test)\S*|just \S*test\S*|task \S*test\S*|"
        r"bin/test|bin/rails test|rails test",
        "test",
        "bazel test //...",
    ),
    row(
        r"(?:(?:ba|z|da|k)?sh |\.?/?)?(?:\S*/)?(?:run[-_]?)?(?:unit[-_]?)?tests?(?:[-_]\w+)*(?:\.sh|\.pl|\.py|\.bash)|"
        r"(?:(?:ba|da)?sh )?(?:\S*/)?run-?tests?(?:-\S+)?|(?:ba|da)?sh (?:\S*/)?\S*tests?\S*|"
        r"\./(?:\S*/)?(?:run[-_]?)?(?:\S*[-_])?tests?\b\S*|\./ci/test\S*|(?:\S*/)?run-build-and-tests\.sh",
        "test",
        "./runtest --verbose",
    ),
    # -- linters
    row(
        rf"(?:{_PYTHON})?(?:ruff|flake8|pylint|mypy|pyright|basedpyright|black|isort|bandit|pyflakes|pycodestyle|"
        r"pydocstyle|codespell|ty|pyre|vulture|interrogate|yamllint|sqlfluff|doc8|djlint|twine check|check-manifest)",
        "lint",
        "ruff check .",
    ),
    row(
        rf"{_NPM}(?: run| run-script)? (?:\S*lint\S*|\S*format\S*|\S*prettier\S*|type-?check\S*|check[-:]?\S*|types?|"
        r"tsc|\S*spell\S*|fmt\S*|eslint|biome|knip|standard)",
        "lint",
        "npm run lint",
    ),
    row(
        r"(?:eslint|prettier|stylelint|tslint|standard|xo|biome|oxlint|dprint|cspell|markdownlint\S*|knip)|"
        r"tsc(?: \S+)* --noEmit|deno (?:lint|fmt)",
        "lint",
        "eslint .",
    ),
    row(
        r"cargo(?: \+\S+)? (?:clippy|fmt|deny|audit|udeps|machete|semver-checks|spellcheck)|rustfmt|taplo|typos",
        "lint",
        "cargo clippy -- -D warnings",
    ),
    row(r"golangci-lint|go vet|gofmt|goimports|gofumpt|staticcheck|revive|govulncheck", "lint", "golangci-lint run"),
    row(
        rf"{_MVN}(?: \S+)*? (?:checkstyle:\S+|spotless:\S+|pmd:\S+|spotbugs:\S+)",
        "lint",
        "mvn checkstyle:check",
        "maven",
    ),
    row(
        rf"{_GRADLE}(?: \S+)*? \S*(?:[sS]potless|[cC]heckstyle|[dD]etekt|[kK]tlint|apiCheck|[lL]int)\S*",
        "lint",
        "./gradlew spotlessCheck",
        "maven",
    ),
    row(
        r"(?:shellcheck|shfmt|clang-format|clang-tidy|cppcheck|cpplint|hadolint|actionlint|zizmor|rubocop|"
        r"bundle exec rubocop|phpstan|psalm|php-cs-fixer|swiftlint|ktlint|buf|vale|editorconfig-checker|reuse)",
        "lint",
        "shellcheck scripts/build.sh",
    ),
    row(
        r"(?:\S*/)?g?make(?: -\S+)*(?: \S+)*? \S*(?:lint|format|style|fmt|mypy|typecheck|checkstyle|checksrc)\S*|"
        r"\S*/check-(?:format|style|whitespace)\S*",
        "lint",
        "make lint",
    ),
    # -- builds
    row(
        r"cargo(?: \+\S+)?(?: -\S+)* (?:build|b|check|c|doc|rustc|rustdoc|package|bench|run|r|hack)",
        "build",
        "cargo build --release",
    ),
    row(r"go (?:build|generate|run)", "build", "go build ./..."),
    row(
        rf"{_NPM}(?: run| run-script)? (?:\S*build\S*|compile\S*|prepack|prepare|bundle\S*|dist\S*)|tsc|rollup|"
        r"webpack|esbuild|vite build",
        "build",
        "npm run build",
    ),
    row(rf"{_MVN}(?: \S+)*", "build", "mvn -B compile", "maven"),
    row(rf"{_GRADLE}(?: \S+)*", "build", "./gradlew assemble", "maven"),
    row(
        rf"{_PYTHON}build|uv build|poetry build|flit build|hatch build|(?:\S*/)?python[\d.]* setup\.py \S+",
        "build",
        "python -m build",
        "pypi",
    ),
    row(
        r"cmake|ninja|meson(?: \S+)*|(?:\S*/)?configure|(?:\S*/)?autogen\.sh|(?:\S*/)?buildconf|(?:\S*/)?bootstrap|"
        r"autoreconf|(?:\S*/)?g?make|gcc|g\+\+|clang|cc|bazel build|zig build|dotnet build|swift build|mix compile|"
        r"stack build|cabal build|dune build|sbt \S+",
        "build",
        "cmake -B build",
    ),
)
