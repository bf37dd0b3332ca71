"""Which package an import leaves for: what manifests ask for, by the names that imports have."""

from __future__ import annotations

import pytest

from codestrata.analyze.structure.manifests.told import Dependency
from codestrata.analyze.structure.outside import Packages, npm_name, python_guesses, same_package
from codestrata.analyze.structure.resolve import Import

ASKED = [
    "pkg:pypi/pyyaml",
    "pkg:pypi/opencv-python-headless",
    "pkg:pypi/google-cloud-storage",
    "pkg:pypi/python-dateutil",
    "pkg:pypi/flask-login",
    "pkg:cargo/serde-json",
    "pkg:cargo/md-5",
    "pkg:golang/github.com/go-chi/chi/v5",
    "pkg:golang/github.com/go-chi/chi",
    "pkg:npm/%40vue/core",
    "pkg:npm/lodash",
    "pkg:maven/com.google.guava/guava",
    "pkg:maven/org.springframework/spring-web",
    "pkg:maven/org.springframework/spring-core",
    "pkg:generic/OpenSSL",
    "pkg:deb/debian/libcurl4-dev",
    "pkg:generic/CURL",
]
CASES = [
    ("Python", "yaml", "pkg:pypi/pyyaml"),
    ("Python", "yaml.nodes", "pkg:pypi/pyyaml"),
    ("Python", "cv2", "pkg:pypi/opencv-python-headless"),
    ("Python", "google.cloud.storage", "pkg:pypi/google-cloud-storage"),
    ("Python", "dateutil.parser", "pkg:pypi/python-dateutil"),
    ("Python", "flask_login", "pkg:pypi/flask-login"),
    ("Python", "json", ""),
    ("Python", "bs4", ""),
    ("Rust", "serde_json::Value", "pkg:cargo/serde-json"),
    ("Rust", "md5::Md5", "pkg:cargo/md-5"),
    ("Rust", "real", "pkg:cargo/renamed"),
    ("Rust", "std::fmt", ""),
    ("Rust", "crate::serde_json", ""),
    ("Go", "github.com/go-chi/chi/v5/middleware", "pkg:golang/github.com/go-chi/chi/v5"),
    ("Go", "github.com/go-chi/chi", "pkg:golang/github.com/go-chi/chi"),
    ("Go", "github.com/go-chi/chirp", ""),
    ("Go", "net/http", ""),
    ("JavaScript", "@vue/core/deep", "pkg:npm/%40vue/core"),
    ("TypeScript", "lodash/fp", "pkg:npm/lodash"),
    ("TypeScript", "./lodash", ""),
    ("JavaScript", "fs", ""),
    ("JavaScript", "node:path", ""),
    ("Java", "com.google.common.collect.ImmutableList", "pkg:maven/com.google.guava/guava"),
    ("Java", "org.springframework.web.bind.annotation.GetMapping", "pkg:maven/org.springframework/spring-web"),
    ("Java", "org.apache.x.Y", ""),
    ("Java", "java.util.List", ""),
    ("C", "openssl/ssl.h", "pkg:generic/OpenSSL"),
    ("C++", "curl/curl.h", "pkg:generic/CURL"),
    ("C", "stdio.h", ""),
    ("Ruby", "yaml", ""),
]


@pytest.mark.parametrize(("language", "target", "url"), CASES)
def test_imports_leave_for_what_is_asked_for(language, target, url):
    """Names that differ are known; the standard library, paths and look-alikes leave for nothing."""
    asked = [Dependency("m", one) for one in ASKED] + [Dependency("m", "pkg:cargo/renamed", alias="real")]
    packages = Packages.of(asked)
    assert packages.of_import(Import("x", target, (), 0, "runtime", 1), language) == url


def test_guesses_and_names():
    """A guess begins with the table; a bare specifier has the name of its package; versions in paths are no matter."""
    assert next(python_guesses("yaml")) == "pkg:pypi/pyyaml"
    assert list(python_guesses("os.path")) == []
    assert [npm_name(t) for t in ("@a/b/c", "d/e", "@/x", "~/y", "#in", "https://x/y", "@a")] == [
        *("@a/b", "d"),
        *("",) * 5,
    ]
    assert same_package("pkg:golang/Github.com/a/b/v3") == "pkg:golang/github.com/a/b"
