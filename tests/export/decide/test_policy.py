"""The licence policy and the opt-out list."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestrata.errors import InvalidInput
from codestrata.export.policy import POLICIES, Entry, FileOptOut, RepositoryOptOut, glob, licence_verdict, read_opt_out
from codestrata.model import Origin, OriginKind, Repository
from codestrata.settings.export import LicenceSettings


@pytest.mark.parametrize(
    ("expression", "passes", "rule"),
    [
        ("MIT", True, ""),
        ("Unlicense", True, ""),
        ("GPL-3.0-only", False, "class copyleft"),
        ("MIT OR GPL-3.0-only", True, ""),
        ("MIT AND GPL-3.0-only", False, "class copyleft"),
        ("", False, "no licence"),
        ("LicenseRef-house-rules", False, "unknown licence"),
    ],
)
def test_the_default_policy_lets_permissive_licences_through(expression: str, passes: bool, rule: str) -> None:
    """Only permissive and public-domain licences pass; OR lets the better side count, AND asks for both."""
    verdict = licence_verdict(expression, LicenceSettings())
    assert (verdict.passes, verdict.rule) == (passes, rule)


def test_deny_is_stronger_than_allow_and_both_than_the_class() -> None:
    """A denied id never passes, an allowed one does whatever its class."""
    policy = LicenceSettings(allow=("GPL-3.0-only", "MIT"), deny=("MIT",))
    assert licence_verdict("GPL-3.0-only", policy).passes
    assert licence_verdict("MIT", policy) == licence_verdict("mit", policy)
    assert licence_verdict("MIT", policy).rule == "deny MIT"
    assert licence_verdict("MIT OR Apache-2.0", policy).passes


@pytest.mark.claim("C15")
@pytest.mark.parametrize(
    ("expression", "least"),
    [
        ("CC0-1.0", "public-domain"),
        ("MIT", "permissive"),
        ("CC0-1.0 AND MIT", "permissive"),
        ("MPL-2.0", "weak-copyleft"),
        ("GPL-3.0-only OR MIT", "permissive"),
        ("GPL-3.0-only AND MIT", "copyleft"),
        ("(GPL-3.0-only AND MIT) OR MPL-2.0", "weak-copyleft"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "weak-copyleft"),
        ("GPL-2.0-only WITH Classpath-exception-2.0 AND MIT", "weak-copyleft"),
        ("Apache-2.0 WITH LLVM-exception", "permissive"),
        ("AGPL-3.0-only", "copyleft"),
        ("CC-BY-NC-4.0", "any"),
        ("BUSL-1.1 AND MIT", "any"),
    ],
)
def test_policies_by_name_hold_one_another(expression: str, least: str) -> None:
    """What a narrow policy lets pass the wider ones do, too; a class that is listed beside a name is not asked."""
    names = list(POLICIES)
    passes = [licence_verdict(expression, LicenceSettings(policy=name, classes=())).passes for name in names]
    assert passes == [names.index(name) >= names.index(least) for name in names]


@pytest.mark.parametrize("name", list(POLICIES))
def test_no_policy_lets_the_unknown_pass(name: str) -> None:
    """Even ``any`` leaves what nobody knows to the setting for it; deny is stronger than a name."""
    assert not licence_verdict("", LicenceSettings(policy=name)).passes
    assert not licence_verdict("LicenseRef-house-rules", LicenceSettings(policy=name)).passes
    assert licence_verdict("", LicenceSettings(policy=name, unknown="keep")).passes
    assert not licence_verdict("CC0-1.0", LicenceSettings(policy=name, deny=("CC0-1.0",))).passes


def test_files_without_a_known_licence_can_be_kept_on_demand() -> None:
    """The switch covers files with no licence and with one nobody knows, and nothing else."""
    policy = LicenceSettings(unknown="keep")
    assert licence_verdict("", policy).passes
    assert licence_verdict("LicenseRef-house-rules", policy).passes
    assert not licence_verdict("GPL-3.0-only", policy).passes


def _repository(
    full_name: str = "Acme/Tool", url: str = "https://github.com/Acme/Tool", **fields: object
) -> Repository:
    return Repository.at(Origin(OriginKind.GIT, url), full_name, url=url, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pattern",
    [
        "acme/*",
        "acme/tool",
        "ACME/TOOL",
        "https://github.com/acme/tool",
        "https://github.com/acme/tool.git",
        _repository().id,
        "https://github.com/acme/*",
    ],
)
def test_every_form_of_entry_covers_the_repository(pattern: str) -> None:
    """Owner, name, URL and id all name a repository, whatever the case."""
    assert RepositoryOptOut([Entry(pattern)]).covers(_repository()) == Entry(pattern)


@pytest.mark.parametrize("pattern", ["acme/tools", "acm/*", "https://github.com/acme/too", "acme/tool:src/*", "a" * 40])
def test_an_entry_covers_nothing_else(pattern: str) -> None:
    """A near miss, a path or a blob id does not name the repository."""
    assert RepositoryOptOut([Entry(pattern)]).covers(_repository()) is None


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [("pkg:pypi/demo", True), ("pkg:pypi/demo@1.0", True), ("pkg:pypi/demo@2.0", False), ("pkg:npm/demo", False)],
)
def test_a_package_url_without_a_version_covers_all_versions(pattern: str, covers: bool) -> None:
    """A package URL with a version covers that version only."""
    package = Repository.at(Origin(OriginKind.PACKAGE, "pkg:pypi/demo@1.0"), "pkg:pypi/demo")
    assert (RepositoryOptOut([Entry(pattern)]).covers(package) is not None) == covers


def test_a_scoped_package_is_not_cut_at_its_scope() -> None:
    """The @ of an npm scope is not the @ of a version."""
    package = Repository.at(Origin(OriginKind.PACKAGE, "pkg:npm/@acme/demo@1.0"), "pkg:npm/@acme/demo")
    assert RepositoryOptOut([Entry("pkg:npm/@acme/demo")]).covers(package)
    assert not RepositoryOptOut([Entry("pkg:npm/@other/demo")]).covers(package)


def test_an_owner_covers_everything_below() -> None:
    """Owners of groups and scopes of packages take all that lies under them."""
    deep = Repository.at(Origin(OriginKind.GIT, "https://gitlab.example.org/acme/sub/tool"), "acme/sub/tool")
    scoped = Repository.at(Origin(OriginKind.PACKAGE, "pkg:npm/@acme/demo@1.0"), "pkg:npm/@acme/demo")
    assert RepositoryOptOut([Entry("acme/*")]).covers(deep)
    assert RepositoryOptOut([Entry("acme/sub/*")]).covers(deep)
    assert not RepositoryOptOut([Entry("sub/*")]).covers(deep)
    assert RepositoryOptOut([Entry("pkg:npm/@acme/*")]).covers(scoped)


def test_the_first_entry_that_covers_a_repository_is_the_reason() -> None:
    """Of several entries the earlier in the list counts, be it a name, an owner or a pattern."""
    entries = [Entry("ac*/x"), Entry("acme/t*l", "one"), Entry("acme/*", "two"), Entry("acme/tool", "three")]
    assert RepositoryOptOut(entries).covers(_repository()) == entries[1]
    assert RepositoryOptOut(entries[2:]).covers(_repository()) == entries[2]
    assert RepositoryOptOut(entries[::-1]).covers(_repository()) == entries[3]


def test_the_list_file_gives_reasons_and_skips_blank_lines(tmp_path: Path) -> None:
    """What follows # is the reason; blank lines and comments are no entries."""
    file = tmp_path / "optout.txt"
    file.write_text("# ours\n\nacme/*  # asked on 2026-01-02\n  other/name\nhttps://example.org/x#y\n")
    assert read_opt_out(["first/one"], file) == [
        Entry("first/one"),
        Entry("acme/*", "asked on 2026-01-02"),
        Entry("other/name"),
        Entry("https://example.org/x#y"),
    ]


def test_a_bad_entry_names_file_and_line(tmp_path: Path) -> None:
    """What is none of the known forms is refused, and the error says where it stands."""
    file = tmp_path / "optout.txt"
    file.write_text("acme/*\nnonsense\n")
    with pytest.raises(InvalidInput, match=r"optout\.txt:2: 'nonsense'"):
        read_opt_out([], file)
    with pytest.raises(InvalidInput, match="cannot read the opt-out list"):
        read_opt_out([], tmp_path / "absent.txt")


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("src/*.py", b"src/a.py", True),
        ("src/*.py", b"src/deep/a.py", False),
        ("src/**", b"src/deep/a.py", True),
        ("**/secret.txt", b"secret.txt", True),
        ("**/secret.txt", b"a/b/secret.txt", True),
        ("docs/", b"docs/a/b.md", True),
        ("docs/", b"docs2/a.md", False),
        ("a?c", b"abc", True),
        ("a?c", b"a/c", False),
        ("a.c", b"abc", False),
        ("*", b"line\nbreak", True),
        ("*\u00e9*", "caf\u00e9.txt".encode(), True),
    ],
)
def test_path_globs_read_like_gitignore(pattern: str, path: bytes, covers: bool) -> None:
    """One star stays in a folder, two cross folders, everything else is literal."""
    rule = FileOptOut.of([Entry(f"acme/tool:{pattern}")])
    ((found, _),) = rule.globs("Acme/Tool")
    assert bool(found.match(path)) == covers
    assert glob(pattern).endswith(r"\Z")


def test_file_entries_are_about_files_only() -> None:
    """Blob ids and path globs are told from repositories, and a glob for all repositories covers each."""
    rule = FileOptOut.of([Entry("blob:" + "a" * 40), Entry("*:LICENSE"), Entry("acme/*")])
    assert list(rule.blobs) == [bytes.fromhex("a" * 40)]
    assert len(rule.globs("any/thing")) == 1
    assert rule.about_files
    assert not FileOptOut.of([Entry("acme/*")]).about_files
