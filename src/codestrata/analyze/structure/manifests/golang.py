"""go.mod and go.work. Source: Go Modules Reference, "go.mod files" and "Workspaces"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestrata.analyze.structure.manifests.told import Manifest, Told
from codestrata.analyze.structure.manifests.urls import golang


def _directives(text: str) -> Iterator[tuple[str, list[str], str, int]]:
    """Give (directive, words, comment, line), those in brackets as well."""
    block = ""
    for number, line in enumerate(text.split("\n"), 1):
        content, _, comment = line.partition("//")
        words = [word.strip('"`') for word in content.split()]
        if not words:
            continue
        if block:
            if words[0] == ")":
                block = ""
            else:
                yield block, words, comment.strip(), number
        elif words[-1] == "(":
            block = words[0]
        else:
            yield words[0], words[1:], comment.strip(), number


def go_mod(manifest: Manifest) -> Told:
    """Read a go.mod; requirements marked ``// indirect`` fix the version of what others need."""
    told = Told(manifest.path)
    listed = list(_directives(manifest.text))
    local = {words[0] for name, words, _, _ in listed if name == "replace" and _local(words)}
    tools = {words[0] for name, words, _, _ in listed if name == "tool" and words}
    for name, words, comment, line in listed:
        if name == "module" and words:
            told.unit(words[0], manifest.folder, golang(words[0]))
        elif name == "go" and words:
            told.declares("Go", words[0], line)
        elif name == "require" and len(words) > 1:
            path, version = words[0], words[1]
            tool = any(t == path or t.startswith(path + "/") for t in tools)
            scope = "dev" if tool else "indirect" if comment.startswith("indirect") else "runtime"
            told.needs(golang(path), version, scope, line, workspace=path in local)
    return told


def _local(words: list[str]) -> bool:
    """Tell whether a replacement is a folder: ``a => ../a``."""
    return "=>" in words and bool(re.match(r"\.{0,2}/", words[words.index("=>") + 1 :][0] if words[-1] != "=>" else ""))


def go_work(manifest: Manifest) -> Told:
    """Read a go.work: the version, and the folders of its modules."""
    told = Told(manifest.path)
    for name, words, _, line in _directives(manifest.text):
        if name == "go" and words:
            told.declares("Go", words[0], line)
        elif name == "use" and words:
            told.members.append(manifest.inside(words[0]))
    return told
