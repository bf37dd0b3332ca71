#!/usr/bin/env bash
# Prepare the environment in $VENV: `core` installs codestrata, `dev` adds what tests and checks need.
# Everything comes by package name through the machine's own package clients; versions and hashes from requirements.lock.
set -euo pipefail
cd "$(dirname "$0")/.."
VENV=${VENV:-.venv}
UV_VERSION=0.13.8

# The certificates this machine trusts are the ones to trust.
export UV_SYSTEM_CERTS=1

say() { printf '\033[2m%s\033[0m\n' "$*" >&2; }

python_of_age() {  # the first Python that is new enough
  for candidate in "${PYTHON:-}" python3.12 python3.11 python3.13 python3; do
    [[ -n $candidate ]] && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null &&
      { echo "$candidate"; return; }
  done
  return 1
}

system_package() {  # install a Debian package when we may; otherwise say what to do
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "installing $* with apt-get"
    { apt-get install -y -qq "$@" || { apt-get update -qq && apt-get install -y -qq "$@"; }; } >/dev/null 2>&1
  else
    echo "please install: $*" >&2
    return 1
  fi
}

command -v git >/dev/null || system_package git
python=$(python_of_age) || { system_package python3 python3-venv python3-dev && python=$(python_of_age); } ||
  { echo "codestrata needs Python 3.11, 3.12 or 3.13" >&2; exit 2; }
if [[ ! -x $VENV/bin/python ]]; then
  say "creating $VENV with $("$python" --version)"
  "$python" -m venv "$VENV" 2>/dev/null || { system_package python3-venv && "$python" -m venv "$VENV"; }
fi
command -v cc >/dev/null || command -v gcc >/dev/null || system_package gcc libc6-dev ||
  say "no C compiler: the NumPy kernels will do the work, slower"
[[ $("$VENV/bin/uv" --version 2>/dev/null) == "uv $UV_VERSION"* ]] ||
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"

sandbox_packages() {  # what tests of the sandbox need, where it is missing and we may install it; without it they skip
  [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 0
  local missing=()
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  command -v dockerd >/dev/null || missing+=(docker.io)
  command -v busybox >/dev/null || missing+=(busybox-static)
  command -v mke2fs >/dev/null || [[ -x /usr/sbin/mke2fs ]] || missing+=(e2fsprogs)
  [[ ${#missing[@]} == 0 ]] || DEBIAN_FRONTEND=noninteractive system_package --no-install-recommends "${missing[@]}" ||
    say "could not install ${missing[*]}: tests that need them are skipped"
}

install() { "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --constraints requirements.lock "$@"; }
case ${1:-core} in
  core) say "installing codestrata"; install --reinstall-package codestrata -e .; examples/spans/make; touch "$VENV/.core" ;;
  dev) sandbox_packages; say "installing the tools for tests and checks"; install -e . --group test --group check; touch "$VENV/.core" "$VENV/.dev" ;;
  *) echo "usage: setup.sh core|dev" >&2; exit 2 ;;
esac
